// A change of an alert as the journal has it.

package import Verdict

/// A change with its place in the journal.
package struct StoredAlert: Sendable, Equatable {
    /// Counts up over all alerts, and is never given twice.
    package let id: Int64
    /// The time of day in milliseconds since 1970: for people only.
    package let atMilliseconds: Int
    /// What changed.
    package let change: AlertChange

    /// Puts a change in its place.
    package init(id: Int64, atMilliseconds: Int, change: AlertChange) {
        self.id = id
        self.atMilliseconds = atMilliseconds
        self.change = change
    }
}
