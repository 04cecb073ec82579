// Where the lines of the gateway's own log go: each in one piece, and without waiting for a reader.

import Glibc
import Synchronization

/// A descriptor that several threads write lines to.
///
/// Whoever decides and answers also writes here, so that a pipe that nobody reads must hold nobody
/// up: what finds no room is lost.
final class LogOutput: Sendable {
    private struct State {
        let descriptor: Int32
        /// A file takes everything at once; asking it for room would be in vain.
        let isFile: Bool
        /// Whether the last line was only written in part, as on a full disk.
        var isInLine = false
        /// Whether the last line found no room. The next does not wait for any.
        var isFull = false
    }

    static let standardError = LogOutput(STDERR_FILENO)

    /// As long as a pipe has room at all it takes so much in one piece.
    private static let pieceBytes = 4_096
    /// So long a line waits for a reader that was there a moment ago.
    private static let longestWaitMilliseconds: Int32 = 100

    private let state: Mutex<State>
    private let lost = Atomic<Int>(0)

    /// How many lines were lost, in part or whole.
    var lostLines: Int { lost.load(ordering: .relaxed) }

    init(_ descriptor: Int32) {
        var facts = stat()
        let isFile =
            unsafe fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
        state = Mutex(State(descriptor: descriptor, isFile: isFile))
    }

    /// Writes a line with one call; what then is still left, which pipes and files hardly ever
    /// leave, with more. A line that cannot be written is lost.
    func write(_ line: [UInt8]) {
        state.withLock { state in
            let bytes = state.isInLine ? [UInt8(ascii: "\n")] + line : line
            let written = Self.write(bytes, &state)
            if written < bytes.count { lost.wrappingAdd(1, ordering: .relaxed) }
            if written > 0 { state.isInLine = written < bytes.count }
        }
    }

    private static func write(_ line: [UInt8], _ state: inout State) -> Int {
        var written = 0
        while written < line.count {
            if !state.isFile && !hasRoom(&state) { break }
            let count = unsafe line.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[written...])
                let most = state.isFile ? rest.count : min(rest.count, pieceBytes)
                return unsafe Glibc.write(state.descriptor, rest.baseAddress, most)
            }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            written += count
        }
        return written
    }

    /// Whether a piece can be written now, or cannot be for another reason than want of room.
    private static func hasRoom(_ state: inout State) -> Bool {
        var wanted = pollfd(fd: state.descriptor, events: Int16(POLLOUT), revents: 0)
        let wait = state.isFull ? 0 : longestWaitMilliseconds
        state.isFull = unsafe poll(&wanted, 1, wait) == 0
        return !state.isFull
    }
}
