// How much is in the outbox.

/// Deliveries by what became of them, as far as they are remembered: they go with their decision.
package struct DeliveryCounts: Sendable, Equatable {
    package let waiting: Int
    package let delivered: Int
    /// Given up, or dropped because too many were waiting.
    package let failed: Int

    /// Puts them side by side.
    package init(waiting: Int, delivered: Int, failed: Int) {
        self.waiting = waiting
        self.delivered = delivered
        self.failed = failed
    }
}
