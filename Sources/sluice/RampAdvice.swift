// What an operator can do next about a ramp: pure.

import Admin
import Plan
import Verdict

/// Puts the next steps into words.
enum RampAdvice {
    /// What to do about a ramp that stands like this; empty where there is nothing to do.
    static func next(_ ramp: RampDocument) -> String {
        if ramp.latched { return again(ramp.route, ramp.candidate) }
        switch ramp.phase {
        case .paused: return paused(ramp.route, ramp.candidate)
        case .step where ramp.waitingFor == [.approval]:
            return approval(ramp.route, ramp.candidate)
        case .step, .baking:
            if ramp.waitingFor.contains(.stableIsBad) {
                return stableIsBad(ramp.route, ramp.stable, ramp.candidate)
            }
            if ramp.waitingFor.contains(.sampleRatio) {
                return sampleRatio(ramp.route, ramp.candidate)
            }
            if let blind = blindGuard(ramp) {
                return blind.metric.isOfStreams
                    ? noStreams(blind, ramp.candidate) : noPairs(ramp.stable, ramp.candidate)
            }
            return isPastDeadline(ramp) ? noConclusion(ramp.route, ramp.candidate) : ""
        case .pending, .succeeded, .rollingBack, .rolledBack, .aborted: return ""
        }
    }

    /// Whether the last that was heard of the ramp is that its step came to no conclusion.
    private static func isPastDeadline(_ ramp: RampDocument) -> Bool {
        ramp.lastDecision?.kind == .held && ramp.lastDecision?.cause == .deadline
            && ramp.waitingFor.contains(.evidence)
    }

    /// A guard on streams or pairs that has not seen any, though there were requests enough.
    private static func blindGuard(_ ramp: RampDocument) -> GuardResult? {
        guard ramp.waitingFor.contains(.evidence), ramp.candidateRequests >= ramp.minRequests
        else { return nil }
        return ramp.guards.first { result in
            (result.metric.isOfStreams || result.metric.subject == .pairs)
                && result.candidateCount == 0 && result.verdict != .notComparable
        }
    }

    // MARK: For each case

    static func noStreams(_ result: GuardResult, _ candidate: String) -> String {
        "\(result.name) has seen no stream of \(candidate) to its end: if the route has none, take "
            + "the guard out of the file, for it would wait for ever"
    }

    static func noPairs(_ stable: String, _ candidate: String) -> String {
        "no answer of \(candidate) could be compared with one of \(stable) yet: look at what its "
            + "shadow mirrors (sample, methods, headers, max_body), and at what is dropped"
    }

    static func again(_ route: String, _ candidate: String) -> String {
        "\(candidate) gets nobody until `sluice retry \(route)`, or until the file has another "
            + "candidate (another name or other endpoints)"
    }

    static func paused(_ route: String, _ candidate: String) -> String {
        "`sluice resume \(route)` lets it go on, `sluice promote \(route)` goes to the next step "
            + "at once, `sluice abort \(route)` takes \(candidate) out"
    }

    static func approval(_ route: String, _ candidate: String) -> String {
        "`sluice promote \(route)` lets it go on, `sluice abort \(route)` takes \(candidate) out"
    }

    static func stableIsBad(_ route: String, _ stable: String, _ candidate: String) -> String {
        "see what is wrong with \(stable), or with what both versions depend on; the ramp goes on "
            + "by itself afterwards. `sluice abort \(route)` takes \(candidate) out all the same"
    }

    static func sampleRatio(_ route: String, _ candidate: String) -> String {
        "look for what keeps callers from their version: a cache, a balancer or a filter in "
            + "front. Then begin anew with `sluice abort \(route)` and `sluice retry \(route)`"
    }

    static func noConclusion(_ route: String, _ candidate: String) -> String {
        "wait for more traffic, or widen the guards' limits in the file; "
            + "`sluice promote \(route)` goes on without a conclusion, `sluice abort \(route)` "
            + "takes \(candidate) out"
    }
}
