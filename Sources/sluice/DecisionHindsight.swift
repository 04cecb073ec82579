// What would have had to be different for another decision, and what to do after this one: pure.

import Admin
import Verdict

/// The last two lines of `sluice explain --decision`; each may be empty.
struct DecisionHindsight {
    let otherwise: String
    let next: String

    init(_ decision: DecisionDocument) {
        otherwise = Self.otherwise(decision)
        next = Self.next(decision)
    }

    // MARK: Otherwise

    private static func otherwise(_ decision: DecisionDocument) -> String {
        switch (decision.kind, decision.cause) {
        case (.advanced, .operator), (.baking, .operator), (.succeeded, .operator):
            return promoted(decision)
        case (.advanced, _), (.baking, _), (.awaitingApproval, _):
            return "one guard still inconclusive, or too few requests of a version, would have "
                + "kept \(decision.candidate) on the step; one guard that fails would have taken "
                + "it out"
        case (.held, .stableIsBad):
            return "with clearly fewer errors of \(decision.stable) in the same time, "
                + "\(decision.candidate) would have been taken out"
        case (.held, .sampleRatio):
            return "with callers shared out as wanted the ramp would go on by the guards' answers"
        case (.held, .deadline), (.paused, .deadline): return missing(decision)
        case (.rollingBack, .guards): return failed(decision)
        case (.rollingBack, .breaker): return tripped(decision)
        case (.rollingBack, .deadline):
            return missing(decision)
                + "; with on_inconclusive: wait or pause it would have stayed on the step"
        default: return ""
        }
    }

    /// What an operator did not wait for.
    private static func promoted(_ decision: DecisionDocument) -> String {
        let open = unproved(decision)
        return open.isEmpty
            ? "by itself the ramp would have waited for the time and the requests that the file "
                + "asks for; every guard passed already"
            : "by itself the ramp would have waited: \(open.joined(separator: ", ")) did not pass"
    }

    private static func missing(_ decision: DecisionDocument) -> String {
        let open = unproved(decision)
        return open.isEmpty
            ? "with more requests of both versions the step would have been passed: every guard "
                + "passes"
            : "it would have gone on had \(open.joined(separator: " and ")) passed: more "
                + "requests, or wider limits, would have settled it"
    }

    private static func unproved(_ decision: DecisionDocument) -> [String] {
        (decision.evidence?.guards ?? []).filter {
            $0.verdict == .inconclusive || $0.verdict == .fail
        }
        .map(\.name)
    }

    private static func failed(_ decision: DecisionDocument) -> String {
        (decision.evidence?.guards ?? []).filter { $0.verdict == .fail }.map { result in
            let most = GuardWords.effect(result, result.margin)
            if result.limit == "min" {
                let high = result.high.map { GuardWords.effect(result, $0) } ?? "less"
                return "\(decision.candidate) would have stayed had \(most) or more still been "
                    + "possible for \(result.name); it is surely \(high) or less"
            }
            let low = result.low.map { GuardWords.effect(result, $0) } ?? "more"
            return
                "\(decision.candidate) would have stayed had \(most) or less still been possible "
                + "for \(result.name); it is surely \(low) or more"
        }.joined(separator: "; ")
    }

    private static func tripped(_ decision: DecisionDocument) -> String {
        let stable =
            "or as many errors of \(decision.stable) in the same time, would have kept "
            + "\(decision.candidate) in"
        return decision.evidence?.breaker?.trip == .consecutiveErrors
            ? "one good answer of \(decision.candidate) among those errors, \(stable)"
            : "a lower rate of errors than breaker.error_rate, \(stable)"
    }

    // MARK: Next

    private static func next(_ decision: DecisionDocument) -> String {
        let (route, stable, candidate) = (decision.route, decision.stable, decision.candidate)
        switch decision.kind {
        case .rollingBack, .rolledBack, .aborted:
            return "find out what is wrong with \(candidate), and mend it. "
                + RampAdvice.again(route, candidate)
        case .held:
            switch decision.cause {
            case .stableIsBad: return RampAdvice.stableIsBad(route, stable, candidate)
            case .sampleRatio: return RampAdvice.sampleRatio(route, candidate)
            default: return RampAdvice.noConclusion(route, candidate)
            }
        case .paused: return RampAdvice.paused(route, candidate)
        case .awaitingApproval: return RampAdvice.approval(route, candidate)
        case .succeeded:
            return "make \(candidate) the stable version in the route's file; the next candidate "
                + "can then be named"
        case .started, .advanced, .released, .baking, .resumed, .retried, .reconfigured,
            .candidateChanged:
            return "nothing needs doing; `sluice status \(route)` shows how it goes on"
        case .removed: return ""
        }
    }
}
