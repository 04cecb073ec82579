// What a receiver is told of an alert.

import Journal
import Plan
import Verdict

/// The body of a message: JSON, the same bytes for the same change.
struct AlertMessage: Sendable, Encodable {
    /// Everything beside type and time.
    private struct Content: Encodable {
        let alertId: Int64
        let alert: String
        let condition: String
        let state: String
        let route: String?
        let version: String?
        let certificate: String?
        let metric: String?
        let value: Double?
        let threshold: Double?
        /// `above` or `below`.
        let direction: String?
        let unit: String?
        let since: String
        let summary: String
    }

    private let type: String
    private let timestamp: String
    private let data: Content

    init(_ stored: StoredAlert) {
        let change = stored.change
        let figure = change.figure
        let state = change.isFiring ? "firing" : "resolved"
        type = "alert.\(state)"
        timestamp = MessageText.time(milliseconds: stored.atMilliseconds)
        data = Content(
            alertId: stored.id, alert: change.subject.alert, condition: change.kind.rawValue,
            state: state, route: change.subject.route, version: change.subject.version,
            certificate: change.subject.certificate, metric: figure?.metric, value: figure?.value,
            threshold: figure?.limit, direction: figure.map { $0.isMost ? "above" : "below" },
            unit: figure?.unit.rawValue,
            since: MessageText.time(milliseconds: change.sinceMilliseconds),
            summary: change.summary)
    }
}

extension DeliveryContent {
    /// The bytes to post.
    func body(_ form: NotifyTarget.Form) throws -> [UInt8] {
        switch (self, form) {
        case (.decision(let stored), .event): try WebhookMessage(stored).body()
        case (.alert(let stored), .event): try MessageText.json(AlertMessage(stored))
        case (.decision(let stored), .slack): try MessageText.slack(stored.words)
        case (.alert(let stored), .slack): try MessageText.slack(stored.words)
        }
    }
}

extension StoredDecision {
    /// One line for people: `rolling_back: sentiment: v2 failed 10 times in a row (decision 42)`.
    var words: String {
        let reason = decision.reason.isEmpty ? "" : ": \(decision.reason)"
        let person =
            decision.cause == .operator || !reason.isEmpty ? ", \(decision.actor)\(reason)" : ""
        return "\(decision.kind.rawValue): \(route): \(decision.summary) (decision \(id)\(person))"
    }
}

extension StoredAlert {
    /// One line for people: `FIRING errors: …`.
    var words: String {
        let state = change.isFiring ? "FIRING" : "resolved"
        let since = MessageText.time(milliseconds: change.sinceMilliseconds)
        return "\(state) \(change.subject.alert): \(change.summary) (since \(since))"
    }
}
