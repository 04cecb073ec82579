// Hears from the system that a folder has changed, so that a large one need not be read over and
// over.

import Glibc

/// An inotify watch on a folder.
final class FolderNotice: Sendable {
    private static let mostBytes = 64 * 1024

    /// -1 where the system gives no watch: then anything may have changed at any time.
    private let descriptor: Int32

    init(_ folder: String) {
        let opened = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        let events = UInt32(
            IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM
                | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF)
        if opened >= 0, unsafe inotify_add_watch(opened, folder, events) < 0 {
            close(opened)
            descriptor = -1
        } else {
            descriptor = opened
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Whether something in the folder may have changed since this was last asked.
    func takeNews() -> Bool {
        guard descriptor >= 0 else { return true }
        var hasNews = false
        var events = [UInt8](repeating: 0, count: Self.mostBytes)
        while unsafe read(descriptor, &events, events.count) > 0 { hasNews = true }
        return hasNews
    }
}
