// Alerts as JSON: what fires, and what changed lately.

package import Control
package import Journal
import Plan
import Verdict

/// An alert, or a change of one.
package struct AlertDocument: Codable, Sendable {
    /// Its place in the journal, if it is a change.
    package let id: Int64?
    /// When it changed, in milliseconds since 1970, if it is a change.
    package let atMs: Int?
    /// The rule's name.
    package let alert: String
    /// What is watched: `latency`, `errors`, …
    package let condition: String
    /// `pending`, `firing` or `resolved`.
    package let state: String
    package let route: String?
    package let version: String?
    package let certificate: String?
    package let metric: String?
    /// In `unit`.
    package let value: Double?
    /// In `unit`.
    package let threshold: Double?
    /// `ms`, `%` or `d`.
    package let unit: String?
    /// Since when the condition held, in milliseconds since 1970.
    package let sinceMs: Int
    /// One sentence.
    package let summary: String

    /// Describes what is pending or fires.
    package init(_ active: ActiveAlert) {
        self.init(
            id: nil, atMs: nil, subject: active.subject, condition: active.instance.kind.rawValue,
            state: active.instance.phase.rawValue, figure: active.instance.figure,
            sinceMs: active.instance.sinceMilliseconds,
            summary: AlertWords.firing(active.subject, active.instance))
    }

    /// Describes a change.
    package init(_ stored: StoredAlert) {
        let change = stored.change
        self.init(
            id: stored.id, atMs: stored.atMilliseconds, subject: change.subject,
            condition: change.kind.rawValue, state: change.isFiring ? "firing" : "resolved",
            figure: change.figure, sinceMs: change.sinceMilliseconds, summary: change.summary)
    }

    private init(
        id: Int64?, atMs: Int?, subject: AlertSubject, condition: String, state: String,
        figure: AlertFigure?, sinceMs: Int, summary: String
    ) {
        self.id = id
        self.atMs = atMs
        alert = subject.alert
        self.condition = condition
        self.state = state
        route = subject.route
        version = subject.version
        certificate = subject.certificate
        metric = figure?.metric
        value = figure?.value
        threshold = figure?.limit
        unit = figure?.unit.rawValue
        self.sinceMs = sinceMs
        self.summary = summary
    }
}

/// What `/api/v1/alerts` answers.
package struct AlertsDocument: Codable, Sendable {
    /// What is pending or fires.
    package let active: [AlertDocument]
    /// The newest changes, newest first.
    package let recent: [AlertDocument]
}
