// That an alert fires, or is resolved: what somebody is told.

package import Plan

/// One change of one alert.
package struct AlertChange: Sendable, Equatable, Codable {
    /// What it is about.
    package let subject: AlertSubject
    /// What is watched.
    package let kind: AlertRule.Kind
    /// Whether it fires from now on, or is resolved.
    package let isFiring: Bool
    /// The figure beside its limit, if there is one.
    package let figure: AlertFigure?
    /// Since when the condition held, by the time of day in milliseconds since 1970.
    package let sinceMilliseconds: Int
    /// How often it had come back shortly before.
    package let returns: Int
    /// One sentence.
    package let summary: String

    /// Makes a change.
    package init(
        subject: AlertSubject, kind: AlertRule.Kind, isFiring: Bool, figure: AlertFigure?,
        sinceMilliseconds: Int, returns: Int, summary: String
    ) {
        self.subject = subject
        self.kind = kind
        self.isFiring = isFiring
        self.figure = figure
        self.sinceMilliseconds = sinceMilliseconds
        self.returns = returns
        self.summary = summary
    }
}
