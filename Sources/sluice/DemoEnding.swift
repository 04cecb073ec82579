// How the ramps of the demo ended, once all of them have.

import Admin
import Plan
import Verdict

/// Sums the ramps up in a few lines.
enum DemoEnding {
    /// Nothing while a ramp is still under way. Decisions are given in their order.
    static func lines(
        _ ramps: [RampDocument], _ decisions: [DecisionDocument], admin: ListenAddress
    ) -> [String] {
        let endings = ramps.compactMap { ending($0, decisions) }
        guard endings.count == ramps.count, !ramps.isEmpty else { return [] }
        let hints = decisions.last { $0.kind == .rollingBack }.map {
            [
                "  to see why:       sluice explain --decision \($0.id) --admin \(admin)",
                "  to try it again:  sluice retry \(Terminal.printable($0.route)) --admin \(admin)",
            ]
        }
        return ["", "all ramps have ended; the load goes on until Ctrl-C"]
            + endings.map { "  \(Terminal.printable($0))" } + (hints ?? [])
    }

    /// How one ramp ended; nil if it has not.
    private static func ending(_ ramp: RampDocument, _ decisions: [DecisionDocument]) -> String? {
        let own = decisions.filter { $0.route == ramp.route }
        switch ramp.phase {
        case .succeeded:
            let first = own.last { $0.kind == .started }
            let last = own.last { $0.kind == .succeeded }
            let time = first.flatMap { first in last.map { $0.atMs - first.atMs } }
            let after = time.map { " after \(FigureText.duration($0))" } ?? ""
            return "\(ramp.route): succeeded\(after), "
                + "\(ramp.candidate) keeps \(FigureText.decimal(ramp.share)) %"
        case .rolledBack, .aborted:
            let word = ramp.phase == .aborted ? "aborted" : "rolled back"
            guard let decision = own.last(where: { $0.kind == .rollingBack }),
                let evidence = decision.evidence
            else { return "\(ramp.route): \(word)" }
            return "\(ramp.route): \(word) after "
                + "\(FigureText.count(evidence.candidateRequests)) requests on "
                + "\(ramp.candidate)\(reason(decision, evidence))"
        default: return nil
        }
    }
    /// What broke it, with the figures of both versions.
    private static func reason(
        _ decision: DecisionDocument, _ evidence: DecisionEvidence
    ) -> String {
        if decision.cause == .breaker { return ", by the breaker" }
        guard let failed = evidence.guards.first(where: { $0.verdict == .fail }),
            let own = failed.candidateEstimate
        else { return "" }
        let other = failed.stableEstimate.map {
            " beside \(GuardWords.figure(failed.metric, $0)) of \(decision.stable)"
        }
        return ": \(failed.metric.rawValue) is \(GuardWords.figure(failed.metric, own))"
            + (other ?? "")
    }
}
