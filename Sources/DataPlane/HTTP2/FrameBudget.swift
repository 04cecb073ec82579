// How much of something a peer may do in a stretch of time.

/// A count that begins anew with each stretch.
struct FrameBudget {
    private let most: Int
    private let windowNanoseconds: UInt64
    private var startedAt: UInt64 = 0
    private var count = 0

    init(most: Int, windowMilliseconds: Int) {
        self.most = most
        windowNanoseconds = UInt64(windowMilliseconds) &* 1_000_000
    }

    /// Takes one; false once there are too many.
    mutating func take(now: UInt64) -> Bool {
        if now &- startedAt > windowNanoseconds {
            startedAt = now
            count = 0
        }
        count += 1
        return count <= most
    }

    /// Gives back what useful work has earned, at most all that was taken.
    mutating func earn(_ number: Int) {
        count = max(0, count - number)
    }
}
