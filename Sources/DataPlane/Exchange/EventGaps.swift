// The times between the events of one stream, of which one is drawn as evidence.

/// What is kept of a stream's events.
struct EventGaps {
    private(set) var events = 0
    private var lastAt: UInt64 = 0
    /// One of the gaps so far, each as likely (reservoir sampling, Vitter 1985); -1 without any.
    private(set) var drawnMicroseconds = -1

    /// An event was passed on; returns the time since the one before it, or -1 for the first.
    mutating func note(now: UInt64, random: inout RandomSource) -> Int {
        defer { lastAt = now }
        events += 1
        if events == 1 { return -1 }
        let gap = Int((now &- lastAt) / 1_000)
        if random.below(events - 1) == 0 { drawnMicroseconds = gap }
        return gap
    }
}
