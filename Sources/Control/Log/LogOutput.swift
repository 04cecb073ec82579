// Where the lines of the gateway's own log go: each in one piece.

import Glibc
import Synchronization

/// A descriptor that several threads write lines to.
final class LogOutput: Sendable {
    private struct State {
        let descriptor: Int32
        /// Whether the last line was only written in part, as on a full disk.
        var isInLine = false
    }

    static let standardError = LogOutput(STDERR_FILENO)

    private let state: Mutex<State>

    init(_ descriptor: Int32) {
        state = Mutex(State(descriptor: descriptor))
    }

    /// Writes a line with one call; what then is still left, which pipes and files hardly ever
    /// leave, with more. A line that cannot be written is lost.
    func write(_ line: [UInt8]) {
        state.withLock { state in
            let bytes = state.isInLine ? [UInt8(ascii: "\n")] + line : line
            let written = Self.write(bytes, to: state.descriptor)
            if written > 0 { state.isInLine = written < bytes.count }
        }
    }

    private static func write(_ line: [UInt8], to descriptor: Int32) -> Int {
        unsafe line.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count, let base = bytes.baseAddress {
                let count = unsafe Glibc.write(descriptor, base + written, bytes.count - written)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { break }
                written += count
            }
            return written
        }
    }
}
