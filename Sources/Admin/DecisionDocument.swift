// A decision of the journal as JSON.

package import Journal
import Plan
package import Verdict

/// One of what `/api/v1/decisions` answers.
package struct DecisionDocument: Codable, Sendable {
    /// Its place in the journal; 0 if it took effect while the journal could not be written.
    package let id: Int64
    package let route: String
    /// The time of day in milliseconds since 1970.
    package let atMs: Int
    package let kind: DecisionKind
    package let cause: DecisionCause
    /// One sentence with the figures that mattered.
    package let summary: String
    package let actor: String
    package let reason: String
    package let phaseBefore: RampPhase
    package let phaseAfter: RampPhase
    /// Counted from 1.
    package let stepBefore: Int
    package let stepAfter: Int
    /// In percent.
    package let shareBefore: Double
    package let shareAfter: Double
    package let stable: String
    package let candidate: String
    package let digest: String
    package let stratumAfter: Int
    /// The figures it rested on; nil if it rested on none.
    package internal(set) var evidence: DecisionEvidence?

    /// Describes a decision.
    package init(_ stored: StoredDecision) {
        let decision = stored.decision
        id = stored.id
        route = stored.route
        atMs = stored.atMilliseconds
        kind = decision.kind
        cause = decision.cause
        summary = decision.summary
        actor = decision.actor
        reason = decision.reason
        phaseBefore = decision.before.phase
        phaseAfter = decision.after.phase
        stepBefore = decision.before.step + 1
        stepAfter = decision.after.step + 1
        shareBefore = Self.percent(decision.before.share)
        shareAfter = Self.percent(decision.after.share)
        stable = decision.after.stable
        candidate = decision.after.candidate
        digest = decision.after.digest
        stratumAfter = decision.after.stratum
        evidence = decision.evidence
    }

    /// Buckets in percent.
    static func percent(_ buckets: Int) -> Double {
        Double(buckets) * 100 / Double(BucketTable.bucketCount)
    }
}

/// What `/api/v1/decisions` answers: the newest first.
package struct DecisionsDocument: Codable, Sendable {
    package let decisions: [DecisionDocument]
}

/// What an operator says with a verb.
package struct OperationRequest: Codable, Sendable {
    package let actor: String?
    package let reason: String?

    /// Makes a request.
    package init(actor: String?, reason: String?) {
        self.actor = actor
        self.reason = reason
    }
}
