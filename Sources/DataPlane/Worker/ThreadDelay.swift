// How long a thread has waited for a core, as the system counts it.

import Glibc

/// The time that the thread which makes this was ready to run and did not (`schedstat`, proc(5)).
/// To be made and asked on that thread.
@safe final class ThreadDelay {
    private let descriptor: CInt

    /// Opens the counts of the calling thread.
    init() { descriptor = unsafe open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC) }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Nanoseconds since the thread began; nil where the system does not count them.
    var nanoseconds: UInt64? {
        guard descriptor >= 0 else { return nil }
        var text = InlineArray<96, UInt8>(repeating: 0)
        let capacity = text.count
        // unsafe: the system writes no more than it is told to, into memory that outlives the call.
        let count = unsafe withUnsafeMutableBytes(of: &text) { bytes in
            unsafe pread(descriptor, bytes.baseAddress, capacity, 0)
        }
        // Three numbers: the time on a core, the time waited for one, and how often.
        guard count > 0 else { return nil }
        var spaces = 0
        var waited: UInt64 = 0
        for index in 0..<min(count, capacity) {
            switch text[index] {
            case 0x20: spaces += 1
            case let digit where spaces == 1 && digit >= 0x30 && digit <= 0x39:
                waited = waited &* 10 &+ UInt64(digit &- 0x30)
            default: break
            }
            if spaces == 2 { return waited }
        }
        return nil
    }
}
