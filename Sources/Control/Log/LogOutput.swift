// Where the lines of the gateway's own log go: without waiting for a reader.

import DataPlane
import Glibc
import Synchronization

/// A descriptor that several threads write lines to.
///
/// Whoever decides and answers also writes here, so that a pipe that nobody reads must hold nobody
/// up: what finds no room is lost.
final class LogOutput: Sendable {
    private struct State {
        var output: LineOutput
        /// Whether the last line found no room. The next does not wait for any.
        var isFull = false
    }

    static let standardError = LogOutput(STDERR_FILENO)

    /// So long a line waits for a reader that was there a moment ago.
    private static let longestWaitMilliseconds = 100

    private let state: Mutex<State>
    private let lost = Atomic<Int>(0)

    /// How many lines were lost, in part or whole.
    var lostLines: Int { lost.load(ordering: .relaxed) }

    init(_ descriptor: Int32) {
        state = Mutex(State(output: LineOutput(descriptor)))
    }

    /// Writes a line with one call; what then is still left, which pipes and files hardly ever
    /// leave, with more. A line that cannot be written is lost.
    func write(_ line: [UInt8]) {
        state.withLock { state in
            let wait = state.isFull ? 0 : Self.longestWaitMilliseconds
            let loss = state.output.write(line, lookMilliseconds: wait) { false }
            state.isFull = loss == .noRoom
            if loss != nil { lost.wrappingAdd(1, ordering: .relaxed) }
        }
    }
}
