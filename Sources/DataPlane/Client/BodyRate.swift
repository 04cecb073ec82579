// How fast a request's body arrives, so that one that trickles in is ended.

import Plan

/// Bytes of a body over time.
struct BodyRate {
    private var startedAt: UInt64 = 0
    private var bytes = 0

    /// Starts to measure anew.
    mutating func restart(now: UInt64) {
        startedAt = now
        bytes = 0
    }

    /// Counts bytes; false if the body has been too slow for too long.
    mutating func count(_ count: Int, now: UInt64, limits: Plan.Limits) -> Bool {
        bytes += count
        let elapsedMilliseconds = Int((now &- startedAt) / 1_000_000)
        return elapsedMilliseconds <= limits.bodyIdleMilliseconds
            || bytes >= limits.bodyLeastBytesPerSecond * (elapsedMilliseconds / 1_000)
    }
}
