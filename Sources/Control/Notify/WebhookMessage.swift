// What a receiver is told of a decision.

package import Journal
import Verdict

/// The body of a message: JSON, the same bytes for the same decision.
package struct WebhookMessage: Sendable, Encodable {
    /// Everything beside type and time.
    private struct Content: Encodable {
        let decisionId: Int64
        let route: String
        let kind: String
        let cause: String
        let stable: String
        let candidate: String
        let fromPhase: String
        let toPhase: String
        /// Counted from 1.
        let step: Int
        /// In percent.
        let shareBefore: Double
        let shareAfter: Double
        let summary: String
        let actor: String
        let reason: String
    }

    private static let bucketsPerPercent = 1_000.0

    private let type: String
    private let timestamp: String
    private let data: Content

    /// Tells of a decision.
    package init(_ stored: StoredDecision) {
        let decision = stored.decision
        type = "ramp.\(decision.kind.rawValue)"
        timestamp = MessageText.time(milliseconds: stored.atMilliseconds)
        data = Content(
            decisionId: stored.id, route: stored.route, kind: decision.kind.rawValue,
            cause: decision.cause.rawValue, stable: decision.after.stable,
            candidate: decision.after.candidate, fromPhase: decision.before.phase.rawValue,
            toPhase: decision.after.phase.rawValue, step: decision.after.step + 1,
            shareBefore: Double(decision.before.share) / Self.bucketsPerPercent,
            shareAfter: Double(decision.after.share) / Self.bucketsPerPercent,
            summary: decision.summary, actor: decision.actor, reason: decision.reason)
    }

    /// The bytes to post.
    package func body() throws -> [UInt8] {
        try MessageText.json(self)
    }
}
