// Which gateway a state directory belongs to, as long as it runs.

import Glibc
import Synchronization

/// A lock on a file in the state directory. Whoever only reads the journal needs none.
final class FolderClaim: Sendable {
    static let fileName = "gateway.lock"

    private let path: String
    /// The file, once it is locked; the system unlocks it when it is closed, as at any end.
    private let held = Mutex<Int32?>(nil)

    init(_ folder: String) {
        path = "\(folder)/\(Self.fileName)"
    }

    deinit { giveUp() }

    /// Leaves the directory to another gateway.
    func giveUp() {
        held.withLock { held in
            if let descriptor = held { close(descriptor) }
            held = nil
        }
    }

    /// Takes the directory; false if another gateway has it. Where nothing can be locked nothing
    /// is known of others.
    func take() -> Bool {
        held.withLock { held in
            if held != nil { return true }
            let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            if descriptor < 0 { return true }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                held = descriptor
                return true
            }
            let isTaken = errno == EWOULDBLOCK
            close(descriptor)
            return !isTaken
        }
    }
}

extension Journal {
    /// Takes the state directory for a gateway, as long as the journal is there; false if another
    /// gateway has it.
    package func claim() -> Bool { folderClaim.take() }

    /// Leaves the state directory to another gateway, which may start while this one still ends.
    package func release() { folderClaim.giveUp() }
}
