// Why a ramp went on, was held or was rolled back, in words and figures: pure.

import Admin
import Verdict

/// The answer of `sluice explain --decision`.
enum DecisionExplanation {
    /// The lines; `now` is the time of day in milliseconds since 1970.
    static func lines(_ decision: DecisionDocument, now: Int) -> [String] {
        let kind = decision.kind.rawValue.replacing("_", with: " ")
        var lines = ["decision \(decision.id) on \(decision.route): \(kind)", decision.summary, ""]
        lines += row(
            "when", "\(Moment.day(decision.atMs)), \(Moment.ago(decision.atMs, now: now))")
        lines += row("why", cause(decision) + said(decision))
        lines += row("by", decision.actor == "sluice" ? "sluice itself" : decision.actor)
        lines += row(
            "from",
            place(
                decision.phaseBefore, decision.stepBefore, decision.shareBefore,
                decision.candidate))
        lines += row(
            "to",
            place(
                decision.phaseAfter, decision.stepAfter, decision.shareAfter, decision.candidate))
        lines.append("")
        if let figures = decision.evidence {
            lines += evidence(figures, decision)
        } else {
            lines += row("evidence", "none: it rested on no figures")
        }
        let hindsight = DecisionHindsight(decision)
        let rest = row("otherwise", hindsight.otherwise) + row("next", hindsight.next)
        return rest.isEmpty ? lines : lines + [""] + rest
    }

    // MARK: What was decided

    private static func cause(_ decision: DecisionDocument) -> String {
        switch (decision.cause, decision.kind) {
        case (.guards, _): "a guard failed"
        case (.breaker, _): "the breaker tripped"
        case (.deadline, _): "the step's deadline passed without a conclusion"
        case (.sampleRatio, _): "the shares that callers really got"
        case (.stableIsBad, _): "errors of the stable version"
        case (.schedule, .started): "the route's file has a ramp"
        case (.schedule, .rolledBack): "the last requests on the candidate have ended"
        case (.schedule, _): "time and evidence were as the file asks"
        case (.operator, _): "an operator asked for it"
        case (.configuration, _): "the route's file was changed"
        }
    }

    private static func said(_ decision: DecisionDocument) -> String {
        decision.reason.isEmpty ? "" : ": \"\(decision.reason)\""
    }

    private static func place(
        _ phase: RampPhase, _ step: Int, _ share: Double, _ candidate: String
    ) -> String {
        let words = phase == .step ? "step \(step)" : RampWords.phase(phase)
        let name = phase == .paused ? "\(words) on step \(step)" : words
        if phase.isWatched && share == 0 { return "\(name), \(candidate) in the shadow" }
        return "\(name), \(candidate) with \(FigureText.percent(share / 100)) of the callers"
    }

    // MARK: What it rested on

    private static func evidence(
        _ evidence: DecisionEvidence, _ decision: DecisionDocument
    ) -> [String] {
        let isMirrored = decision.phaseBefore.isWatched && decision.shareBefore == 0
        let table = TextTable.lines([
            ["VERSION", isMirrored ? "MIRRORED" : "REQUESTS", "ERRORS", "ERROR RATE"],
            counts(decision.stable, evidence.stableRequests, evidence.stableErrors),
            counts(decision.candidate, evidence.candidateRequests, evidence.candidateErrors),
        ])
        let time = FigureText.duration(evidence.watchedMilliseconds)
        let what =
            isMirrored
            ? "in the shadow, of requests and of their copies"
            : "on this step, of both versions in the same time"
        var lines = row("evidence", "of \(time) \(what)")
        lines += LabelledText.block("", table) + [""]
        lines += row("pairs", pairs(evidence, decision))
        lines += guards(evidence.guards, decision)
        lines += row("breaker", evidence.breaker.map { breaker($0, decision) } ?? "")
        lines += row("shares", evidence.sampleRatio.map { shares($0, decision) } ?? "")
        return lines
    }

    private static func counts(_ version: String, _ requests: Int, _ errors: Int) -> [String] {
        [
            version, FigureText.count(requests), FigureText.count(errors),
            requests > 0 ? FigureText.percent(Double(errors) / Double(requests)) : "-",
        ]
    }

    /// What came of answers that were compared.
    private static func pairs(
        _ evidence: DecisionEvidence, _ decision: DecisionDocument
    ) -> String {
        guard let pairs = evidence.pairs else { return "" }
        guard pairs > 0 else { return "no answers were compared" }
        let differing = evidence.differingPairs ?? 0
        let rate = FigureText.percent(Double(differing) / Double(pairs))
        return "\(FigureText.count(differing)) of \(FigureText.count(pairs)) answers of "
            + "\(decision.candidate) differed from those of \(decision.stable), \(rate)"
    }

    private static func guards(
        _ guards: [GuardResult], _ decision: DecisionDocument
    ) -> [String] {
        if guards.isEmpty { return row("guards", "none") }
        var lines = LabelledText.block(
            "guards",
            GuardTable.lines(guards, stable: decision.stable, candidate: decision.candidate) + [""])
        for result in guards {
            let sentence = GuardWords.sentence(
                result, stable: decision.stable, candidate: decision.candidate)
            let alpha = "alpha \(FigureText.percent(result.alpha))"
            lines += row("", "\(sentence) (\(alpha)\(bunches(result, decision.candidate)))")
        }
        let beta = FigureText.percent(guards[0].beta)
        return lines + [""]
            + row(
                "",
                "alpha: how probable a wrong fail of the guard on this step is at most, however "
                    + "often it is looked at. A wrong pass: \(beta)")
            + [""]
    }

    /// What requests that come in bunches are worth.
    private static func bunches(_ result: GuardResult, _ candidate: String) -> String {
        guard let factor = result.dispersion, factor > 1 else { return "" }
        let worth = Int(Double(result.candidateCount) / factor)
        return "; \(GuardWords.noun(result.metric)) of \(candidate) come in bunches, and count as "
            + FigureText.count(worth)
    }

    private static func breaker(_ reading: BreakerReading, _ decision: DecisionDocument) -> String {
        let trip =
            switch reading.trip {
            case .consecutiveErrors: "tripped by errors in a row"
            case .errorRate: "tripped by the rate of errors"
            case nil: "not tripped"
            }
        let same = reading.isStableAsBad ? ", with \(decision.stable) just as bad" : ""
        return "\(trip)\(same); errors of \(decision.candidate) in a row: "
            + "\(FigureText.count(reading.consecutiveErrors)); in the last "
            + "\(FigureText.duration(reading.withinMilliseconds)) or less it failed "
            + "\(FigureText.count(reading.candidateErrors)) of "
            + "\(FigureText.count(reading.candidateRequests)) requests, \(decision.stable) "
            + "\(FigureText.count(reading.stableErrors)) of "
            + FigureText.count(reading.stableRequests)
    }

    private static func shares(
        _ ratio: SampleRatioResult, _ decision: DecisionDocument
    ) -> String {
        let all = ratio.stableUnits + ratio.candidateUnits
        guard all > 0 else { return "no callers were counted" }
        let got = FigureText.percent(Double(ratio.candidateUnits) / Double(all))
        return "\(decision.candidate) got \(got) of \(FigureText.count(all)) callers, where "
            + "\(FigureText.percent(ratio.wanted)) is wanted: "
            + (ratio.isMismatch ? "more of a difference than chance explains" : "as wanted")
    }

    /// A labelled text; nothing without one.
    private static func row(_ label: String, _ text: String) -> [String] {
        text.isEmpty ? [] : LabelledText.lines(label, text)
    }
}
