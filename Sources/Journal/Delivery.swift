// A message about a decision or an alert that is to be posted to one URL.

package import Plan

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
    /// What the message looks like.
    package let form: NotifyTarget.Form
    /// The decision that it tells of; nil if it tells of an alert.
    package let decisionID: Int64?
    /// Attempts that have failed.
    package let attempts: Int
    /// When to try, in milliseconds since 1970.
    package let dueMilliseconds: Int
}
