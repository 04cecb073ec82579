// One subject whose condition holds, or held until just now.

package import Plan

/// An alert that waits for its time to pass, or fires.
package struct AlertInstance: Sendable, Equatable {
    /// How far it has come.
    package enum Phase: String, Sendable, CaseIterable {
        /// The condition holds, but not for long enough.
        case pending
        /// Somebody was told.
        case firing
    }

    /// What is watched.
    package let kind: AlertRule.Kind
    /// How far it has come.
    package internal(set) var phase = Phase.pending
    /// The figure as it was seen last, if there is one.
    package internal(set) var figure: AlertFigure?
    /// Since when the condition holds, by the time of day in milliseconds since 1970.
    package let sinceMilliseconds: Int
    /// How often it has come back lately.
    package internal(set) var returns: Int
    /// The same moment by the clock that only goes forward.
    var began: Int
    /// Since when the condition of what fires does not hold, by that clock.
    var calmSince: Int?
}
