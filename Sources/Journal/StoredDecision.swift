// A decision as the journal has it.

package import Verdict

/// A decision with its place in the journal.
package struct StoredDecision: Sendable, Equatable, Codable {
    /// Counts up over all routes, and is never given twice.
    package let id: Int64
    /// The route's name.
    package let route: String
    /// The time of day in milliseconds since 1970: for people only.
    package let atMilliseconds: Int
    package let decision: Decision

    /// Puts a decision in its place.
    package init(id: Int64, route: String, atMilliseconds: Int, decision: Decision) {
        self.id = id
        self.route = route
        self.atMilliseconds = atMilliseconds
        self.decision = decision
    }
}
