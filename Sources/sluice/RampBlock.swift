// What `sluice status` says of a ramp, below the table of its versions: pure.

import Admin
import Verdict

/// Lays a ramp out in a few lines.
enum RampBlock {
    private static let indent = 2

    /// The lines; `rollback` is the decision that took the candidate out, `terms` what the file
    /// says of the ramp, `now` the time of day in milliseconds since 1970, for how long ago things
    /// were.
    static func lines(
        _ ramp: RampDocument, rollback: DecisionDocument? = nil, terms: CanaryDocument? = nil,
        now: Int
    ) -> [String] {
        var lines = standing(ramp, terms)
        if ramp.journalProblem != nil {
            lines += row("journal", "it cannot be written: no share is raised for now")
        }
        if let rollback { lines += decision("why", rollback, now: now) }
        let next = RampAdvice.next(ramp)
        if !next.isEmpty { lines += row("next", next) }
        if let last = ramp.lastDecision { lines += decision("last", last, now: now) }
        if let told = rollback ?? ramp.lastDecision {
            lines += row("", "`sluice explain --decision \(told.id)` tells more")
        }
        return lines
    }

    /// Where a ramp stands, on what evidence.
    static func standing(_ ramp: RampDocument, _ terms: CanaryDocument? = nil) -> [String] {
        var lines = row("ramp", "\(ramp.stable) -> \(ramp.candidate), \(place(ramp))")
        if ramp.phase.isWatched { lines += evidence(ramp, terms) }
        if let held = ramp.held { lines += row("held", "by \(held)") }
        return lines
    }

    /// Where a ramp stands, in one line for whoever waits for it.
    static func place(_ ramp: RampDocument) -> String {
        let isMirrored = ramp.phase.isWatched && ramp.share == 0
        let share = isMirrored ? "in the shadow" : FigureText.percent(ramp.share / 100)
        let step = "step \(ramp.step) of \(ramp.steps), \(share)"
        switch ramp.phase {
        case .pending: return "not begun\(waits(ramp))"
        case .step: return "\(step), \(watched(ramp))\(waits(ramp))"
        case .paused: return "paused on \(step), \(watched(ramp))\(waits(ramp))"
        case .baking: return "baking with \(share), \(watched(ramp))\(waits(ramp))"
        case .succeeded: return "over: \(ramp.candidate) succeeded and keeps \(share)"
        case .rollingBack: return "rolling back\(waits(ramp))"
        case .rolledBack: return "rolled back: everybody is on \(ramp.stable)"
        case .aborted: return "aborted: everybody is on \(ramp.stable)"
        }
    }

    private static func watched(_ ramp: RampDocument) -> String {
        let watched = "watched \(FigureText.duration(ramp.watchedMs))"
        if ramp.holdMs == 0 { return watched }
        let hold = FigureText.duration(ramp.holdMs)
        return "\(watched) of \(ramp.watchedMs > ramp.holdMs ? "at least " : "")\(hold)"
    }

    /// What is waited for; what it is held by has a line of its own.
    private static func waits(_ ramp: RampDocument) -> String {
        let waits = ramp.waitingFor.filter { $0 != .stableIsBad && $0 != .sampleRatio }
        if waits.isEmpty { return "" }
        return "; waits for \(waits.map(RampWords.wait).joined(separator: " and "))"
    }

    /// What has been counted on this step, and what is asked for.
    private static func counts(_ ramp: RampDocument, _ terms: CanaryDocument?) -> String {
        let stable = FigureText.count(ramp.stableRequests)
        let candidate = FigureText.count(ramp.candidateRequests)
        if ramp.share == 0 {
            let step = terms?.steps.first
            let asked =
                step?.minPairs.map { "\(FigureText.count($0)) compared pairs of answers" }
                ?? step?.minCopies.map { "\(FigureText.count($0)) copies" }
            return "\(stable) requests to \(ramp.stable) were mirrored, and \(ramp.candidate) has "
                + "had \(candidate) copies" + (asked.map { "; \($0) are asked for" } ?? "")
        }
        return "on this step \(ramp.stable) has had \(stable) requests, \(ramp.candidate) "
            + "\(candidate); \(FigureText.count(ramp.minRequests)) of "
            + "\(ramp.share >= 100 ? ramp.candidate : "each") are asked for"
    }

    private static func evidence(_ ramp: RampDocument, _ terms: CanaryDocument?) -> [String] {
        row("evidence", counts(ramp, terms))
            + LabelledText.block(
                "", GuardTable.lines(ramp.guards, stable: ramp.stable, candidate: ramp.candidate),
                indent: indent)
    }

    private static func decision(
        _ label: String, _ decision: DecisionDocument, now: Int
    ) -> [String] {
        let who = decision.actor == "sluice" ? "" : " by \(decision.actor)"
        let why = decision.reason.isEmpty ? "" : " (\(decision.reason))"
        let when = Moment.ago(decision.atMs, now: now)
        return row(label, "decision \(decision.id), \(when)\(who): \(decision.summary)\(why)")
    }

    private static func row(_ label: String, _ text: String) -> [String] {
        LabelledText.lines(label, text, indent: indent)
    }
}
