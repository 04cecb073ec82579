// A reader of a child's output that can go away, as `head` does.

import Foundation
import Glibc
import Synchronization
import Waiting

/// The reading end of a named pipe.
final class Reader: Sendable {
    let path: String
    private let descriptor: Int32
    private let text = Mutex("")

    /// Makes the pipe and opens its reading end, so that a child can open the other at once.
    init(_ scenario: Scenario) throws {
        path = "\(scenario.temporary)/pipe-\(UUID().uuidString)"
        guard mkfifo(path, 0o600) == 0 else { throw CocoaError(.fileWriteUnknown) }
        descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw CocoaError(.fileReadUnknown) }
    }

    /// Everything that has come so far.
    func read() -> String {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return text.withLock { text in
            text += String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            return text
        }
    }

    /// Goes away: whoever writes on gets a broken pipe.
    func goAway() {
        close(descriptor)
    }
}

extension Scenario {
    /// Starts `sluice`, reads its output until a text has come, and goes away.
    func startAndLeave(_ arguments: [String], after text: String) async throws -> ChildProcess {
        let reader = try Reader(self)
        let process = try start(Self.binary, arguments, output: reader.path)
        try await Wait.until(text) { reader.read().contains(text) }
        reader.goAway()
        return process
    }
}

extension ChildProcess.End {
    /// Whether this is an end that a program may have when nobody takes its output.
    var isOrderly: Bool {
        switch self {
        case .exit: true
        case .signal(let signal): signal == SIGPIPE
        }
    }
}
