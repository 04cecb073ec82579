// Where access log lines go: one thread writes them, and nobody ever waits for it.

import Glibc
import NIOPosix
package import Plan
import Synchronization

/// The access log of the process, shared by the workers.
package final class AccessLogSink: Sendable {
    let settings: AccessLogSettings
    private let mostWaitingBytes: Int
    private let waitingBytes = Atomic<Int>(0)
    private let lostLines = Atomic<Int>(0)
    private let descriptor = Mutex<Int32>(STDOUT_FILENO)
    private let thread = NIOThreadPool(numberOfThreads: 1)

    /// Opens the log; throws words for people if the file cannot be written.
    package init(_ settings: AccessLogSettings, mostWaitingBytes: Int) throws(DataPlaneError) {
        self.settings = settings
        self.mostWaitingBytes = mostWaitingBytes
        try reopen()
        thread.start()
    }

    /// Opens the file anew, for a log that was moved away.
    package func reopen() throws(DataPlaneError) {
        guard case .file(let path) = settings.destination else { return }
        let opened = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard opened >= 0 else {
            throw DataPlaneError(
                "the access log \(path) cannot be opened (\(SystemError.text(errno))); "
                    + "make its folder writable or name another file in access_log.to")
        }
        let previous = descriptor.withLock { current in
            let previous = current
            current = opened
            return previous
        }
        if previous != STDOUT_FILENO { Glibc.close(previous) }
    }

    /// Hands so many lines over; false if too many wait already, and then they are lost.
    func write(_ lines: [UInt8], count: Int) -> Bool {
        let waiting = waitingBytes.load(ordering: .relaxed)
        if waiting + lines.count > mostWaitingBytes { return false }
        waitingBytes.wrappingAdd(lines.count, ordering: .relaxed)
        thread.submit { [self] state in
            if case .active = state, !writeAll(lines) {
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
        descriptor.withLock { descriptor in
            unsafe lines.withUnsafeBytes { bytes in
                var written = 0
                while written < bytes.count, let base = bytes.baseAddress {
                    let count = unsafe Glibc.write(
                        descriptor, base + written, bytes.count - written)
                    if count < 0 && errno == EINTR { continue }
                    if count <= 0 { return false }
                    written += count
                }
                return true
            }
        }
    }

    /// Writes what waits and ends the thread.
    package func close() async {
        // A last task behind all others: when it runs, they have been written.
        await withCheckedContinuation { continuation in
            thread.submit { _ in continuation.resume() }
        }
        try? await thread.shutdownGracefully()
    }
}
