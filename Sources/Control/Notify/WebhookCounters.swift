// What became of messages, for metrics.

/// Counts of messages to receivers.
package struct WebhookCounters: Sendable, Equatable {
    /// Taken by their receiver, since the start.
    package var delivered = 0
    /// Given up after their tries, since the start.
    package var failed = 0
    /// Given up because too many were waiting, since the start.
    package var dropped = 0
    /// In the journal, yet to be delivered; nil if it cannot be read.
    package var waiting: Int?

    /// Makes counters; without anything, nobody was told yet.
    package init(delivered: Int = 0, failed: Int = 0, dropped: Int = 0, waiting: Int? = nil) {
        self.delivered = delivered
        self.failed = failed
        self.dropped = dropped
        self.waiting = waiting
    }
}
