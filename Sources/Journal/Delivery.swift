// A message about a decision that is to be posted to one URL.

/// A place in the outbox.
package struct Delivery: Sendable, Equatable {
    /// The most that lies between two attempts. What is due later than that was written under a
    /// clock that has since been set back, and is due now.
    package static let longestPauseMilliseconds = 24 * 3_600 * 1_000

    /// The place in the outbox.
    package let id: Int64
    /// What tells the receiver one message from another; the same at every attempt.
    package let messageID: String
    package let url: String
    package let decisionID: Int64
    /// Attempts that have failed.
    package let attempts: Int
    /// When to try, in milliseconds since 1970.
    package let dueMilliseconds: Int
}
