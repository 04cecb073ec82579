// A decision with everything that must reach the disk together with it.

package import Plan
package import Splitting
package import Verdict

/// What is written in one transaction.
package struct JournalEntry: Sendable {
    /// What becomes of the latch on a candidate's definition.
    package enum Latch: Sendable, Equatable {
        case none
        /// Nobody gets a candidate of this digest until the latch is cleared.
        case set(String)
        case clear(String)
    }

    /// The route's name.
    package let route: String
    /// The time of day in milliseconds since 1970: for people only, nothing is ordered by it.
    package let atMilliseconds: Int
    /// What was decided.
    package let decision: Decision
    /// Who owns which bucket from now on; nil leaves that as it is.
    package let ownership: BucketOwnership?
    package let latch: Latch
    /// Who is to be told, each once.
    package let notify: [NotifyTarget]

    /// Makes an entry.
    package init(
        route: String, atMilliseconds: Int, decision: Decision, ownership: BucketOwnership? = nil,
        latch: Latch = .none, notify: [NotifyTarget] = []
    ) {
        self.route = route
        self.atMilliseconds = atMilliseconds
        self.decision = decision
        self.ownership = ownership
        self.latch = latch
        self.notify = notify
    }
}
