// A ramp's terms as JSON: what its file says, whatever has come of it.

import Control
package import Plan
import Verdict

/// What a route's `canary:` says.
package struct CanaryDocument: Codable, Sendable, Equatable {
    /// One step.
    package struct StepDocument: Codable, Sendable, Equatable {
        /// In percent; 0 on a first step on which the candidate only gets copies of requests.
        package let share: Double
        package let holdMs: Int
        package let approve: Bool
        /// The least evidence where it is not that of the ramp: in pairs of answers that were
        /// compared, or in copies if the shadow compares nothing.
        package let minPairs: Int?
        package let minCopies: Int?
    }

    /// The limits without statistics.
    package struct BreakerDocument: Codable, Sendable, Equatable {
        package let consecutiveErrors: Int
        /// In percent.
        package let errorRate: Double
        package let minRequests: Int
        package let withinMs: Int
    }

    package let stable: String
    package let candidate: String
    /// Of the candidate's definition: with another one the ramp begins anew.
    package let digest: String
    package let steps: [StepDocument]
    package let minRequests: Int
    package let bakeMs: Int
    /// Each with its limit: `error_rate max_increase 0.5 %`.
    package let guards: [String]
    package let breaker: BreakerDocument
    package let onInconclusive: String
    package let deadlineMs: Int
    /// In percent.
    package let falseRollback: Double
    package let missedRegression: Double
    /// Where decisions are posted: the server, a mark by which other paths are told apart, and
    /// `slack` where it gets lines in that form.
    package let notify: [String]

    /// Describes the ramp of a route; nil if it has none.
    package init?(_ route: Route) {
        guard let canary = route.canary else { return nil }
        stable = route.versions[canary.stable].name
        candidate = route.versions[canary.candidate].name
        digest = CandidateDigest.of(route.versions[canary.candidate])
        steps = canary.steps.map {
            StepDocument(
                share: DecisionDocument.percent($0.share), holdMs: $0.holdMilliseconds,
                approve: $0.needsApproval, minPairs: $0.countsPairs ? $0.minRequests : nil,
                minCopies: $0.countsPairs ? nil : $0.minRequests)
        }
        minRequests = canary.minRequests
        bakeMs = canary.bakeMilliseconds
        guards = canary.guards.map(Self.words)
        breaker = BreakerDocument(
            consecutiveErrors: canary.breaker.consecutiveErrors,
            errorRate: canary.breaker.errorRate * 100, minRequests: canary.breaker.minRequests,
            withinMs: canary.breaker.withinMilliseconds)
        onInconclusive = canary.onInconclusive.rawValue
        deadlineMs = canary.deadlineMilliseconds
        falseRollback = canary.falseRollback * 100
        missedRegression = canary.missedRegression * 100
        notify = canary.notify.map(Self.place)
    }

    private static func words(_ rule: Guard) -> String {
        let limit =
            switch rule.limit {
            case .maxRatio(let ratio): FigureText.decimal(ratio)
            case .maxIncrease(let figure), .max(let figure), .min(let figure):
                GuardWords.figure(rule.metric, figure)
            }
        return "\(rule.name) \(limit)"
    }

    /// Who knows the path of a webhook can often post there: it is not for everybody who may look.
    private static func place(_ target: NotifyTarget) -> String {
        let url = target.url
        let form = target.form == .event ? "" : " \(target.form.rawValue)"
        let parts = url.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        let server = parts.count == 3 ? parts[2].prefix { !"/?#".contains($0) } : ""
        return "\(parts[0])//\(server)/#\(CandidateDigest.of(text: url).prefix(8))\(form)"
    }
}
