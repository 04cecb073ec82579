// Where access log lines go: one thread writes them, and nobody ever waits for it.

import Glibc
import NIOPosix
package import Plan
import Synchronization

/// The access log of the process, shared by the workers.
package final class AccessLogSink: Sendable {
    /// What somebody should know.
    package enum Change: Sendable, Equatable {
        /// Lines are lost, and why.
        case lost(String)
        /// Lines are written again.
        case written
    }

    private struct State {
        var output = LineOutput(STDOUT_FILENO)
        /// Without room, in a row.
        var waitedMilliseconds = 0
        /// Without room, once the gateway ends.
        var waitedAtEndMilliseconds = 0
        var isLosing = false
        var lastTold: ContinuousClock.Instant?
    }

    /// Between two looks for room.
    private static let lookMilliseconds = 100
    /// A pipe that has no room for so long is one that nobody reads.
    private static let silentMilliseconds = 5_000
    /// At the end so long for a pipe that has no room.
    private static let endMilliseconds = 2_000
    /// What comes and goes is told of no more often.
    private static let toldSeconds = 60

    let settings: AccessLogSettings
    private let mostWaitingBytes: Int
    private let tell: @Sendable (Change) -> Void
    private let waitingBytes = Atomic<Int>(0)
    private let lostLines = Atomic<Int>(0)
    private let isEnding = Atomic<Bool>(false)
    /// Only the thread waits for this one, however long it is held.
    private let state = Mutex(State())
    /// A file that was opened anew and that the thread has not taken yet.
    private let opened = Mutex<Int32?>(nil)
    private let thread = NIOThreadPool(numberOfThreads: 1)

    /// Opens the log; throws words for people if the file cannot be written.
    package init(
        _ settings: AccessLogSettings, mostWaitingBytes: Int,
        tell: @escaping @Sendable (Change) -> Void = { _ in }
    ) throws(DataPlaneError) {
        self.settings = settings
        self.mostWaitingBytes = mostWaitingBytes
        self.tell = tell
        if let descriptor = try Self.opened(settings) {
            state.withLock { $0.output = LineOutput(descriptor) }
        }
        thread.start()
    }

    /// Opens the file anew, for a log that was moved away.
    package func reopen() throws(DataPlaneError) {
        guard let descriptor = try Self.opened(settings) else { return }
        let unused = opened.withLock { waiting in
            let unused = waiting
            waiting = descriptor
            return unused
        }
        if let unused { Glibc.close(unused) }
        thread.submit { [self] _ in state.withLock { takeOpened(&$0) } }
    }

    private static func opened(_ settings: AccessLogSettings) throws(DataPlaneError) -> Int32? {
        guard case .file(let path) = settings.destination else { return nil }
        // Without waiting, as for a named pipe that nobody reads.
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK
        let descriptor = unsafe open(path, flags, 0o640)
        guard descriptor >= 0 else {
            throw DataPlaneError(
                "the access log \(path) cannot be opened (\(SystemError.text(errno))); "
                    + "make its folder writable or name another file in access_log.to")
        }
        return descriptor
    }

    /// Hands so many lines over; false if too many wait already, and then they are lost.
    func write(_ lines: [UInt8], count: Int) -> Bool {
        let waiting = waitingBytes.load(ordering: .relaxed)
        if waiting + lines.count > mostWaitingBytes { return false }
        waitingBytes.wrappingAdd(lines.count, ordering: .relaxed)
        thread.submit { [self] poolState in
            if case .active = poolState, !writeAll(lines) {
                lostLines.wrappingAdd(count, ordering: .relaxed)
            }
            waitingBytes.wrappingSubtract(lines.count, ordering: .relaxed)
        }
        return true
    }

    /// How many lines could not be written since this was last asked.
    func takeLostLines() -> Int {
        lostLines.load(ordering: .relaxed) == 0 ? 0 : lostLines.exchange(0, ordering: .relaxed)
    }

    /// Writes lines; false when the rest of them is lost, as on a full disk.
    private func writeAll(_ lines: [UInt8]) -> Bool {
        state.withLock { state in
            takeOpened(&state)
            if state.waitedAtEndMilliseconds >= Self.endMilliseconds { return false }
            // Apart from the rest of the state, which is asked for while it is written to.
            var output = state.output
            let loss = output.write(lines, lookMilliseconds: Self.lookMilliseconds) {
                mayWait(&state)
            }
            state.output = output
            state.waitedMilliseconds = 0
            if let loss { lost(loss, &state) } else { written(&state) }
            return loss == nil
        }
    }

    private func takeOpened(_ state: inout State) {
        let descriptor = opened.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        guard let descriptor else { return }
        let previous = state.output.descriptor
        state.output = LineOutput(descriptor)
        if previous != STDOUT_FILENO { Glibc.close(previous) }
    }

    /// Whether to wait on for room; at the end of the gateway that is over soon.
    private func mayWait(_ state: inout State) -> Bool {
        state.waitedMilliseconds += Self.lookMilliseconds
        if state.waitedMilliseconds >= Self.silentMilliseconds { lost(.noRoom, &state) }
        guard isEnding.load(ordering: .relaxed) else { return true }
        state.waitedAtEndMilliseconds += Self.lookMilliseconds
        return state.waitedAtEndMilliseconds < Self.endMilliseconds
    }

    private func lost(_ loss: LineOutput.Loss, _ state: inout State) {
        let isRecent = state.lastTold.map { .now - $0 < .seconds(Self.toldSeconds) } ?? false
        if state.isLosing || isRecent { return }
        state.isLosing = true
        state.lastTold = .now
        tell(.lost(loss.description))
    }

    private func written(_ state: inout State) {
        if !state.isLosing { return }
        state.isLosing = false
        tell(.written)
    }

    /// Writes what waits, as far as there is room, and ends the thread.
    package func close() async {
        isEnding.store(true, ordering: .relaxed)
        // A last task behind all others: when it runs, they have been written.
        await withCheckedContinuation { continuation in
            thread.submit { _ in continuation.resume() }
        }
        try? await thread.shutdownGracefully()
    }
}
