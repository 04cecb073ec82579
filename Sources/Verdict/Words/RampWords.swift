// A ramp's states and decisions in words.

import Plan

/// Puts ramps into words.
package enum RampWords {
    /// A phase as it stands in a sentence.
    package static func phase(_ phase: RampPhase) -> String {
        switch phase {
        case .pending: "waiting to begin"
        case .step: "under way"
        case .paused: "paused"
        case .baking: "baking"
        case .succeeded: "over, with success"
        case .rollingBack: "rolling back"
        case .rolledBack: "rolled back"
        case .aborted: "aborted"
        }
    }

    /// A verb as what was done.
    static func done(_ verb: RampVerb) -> String {
        switch verb {
        case .promote: "promoted"
        case .pause: "paused"
        case .resume: "resumed"
        case .abort: "aborted"
        case .retry: "retried"
        }
    }

    /// What a ramp waits for.
    package static func wait(_ wait: RampWait) -> String {
        switch wait {
        case .hold: "the step's time to pass"
        case .evidence: "more evidence"
        case .approval: "an operator's promote"
        case .resume: "an operator's resume"
        case .bake: "the bake to end"
        case .inFlight: "requests under way on the candidate"
        case .stableIsBad: "the stable version, which is just as bad now"
        case .sampleRatio: "the shares, which are not as wanted"
        case .journal: "a journal that can be written"
        }
    }

    /// A share in buckets as `25 %`, exactly: a bucket is 0.001 %.
    package static func share(_ buckets: Int) -> String {
        let thousandths = BucketTable.bucketCount / 100
        var fraction = String(thousandths + buckets % thousandths).dropFirst()
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let whole = buckets / thousandths
        return fraction.isEmpty ? "\(whole) %" : "\(whole).\(fraction) %"
    }

    /// Where a candidate is: `at 25 %`, `in the shadow`.
    private static func place(_ state: RampState) -> String {
        state.isMirrored ? "in the shadow" : "at \(share(state.share))"
    }

    /// The same as an end of a way: `25 %`, `the shadow`.
    private static func end(_ state: RampState) -> String {
        state.isMirrored ? "the shadow" : share(state.share)
    }

    /// One sentence on a decision, with the figures that mattered.
    static func summary(
        _ kind: DecisionKind, _ cause: DecisionCause, _ before: RampState, _ after: RampState,
        steps: Int, _ evidence: DecisionEvidence?
    ) -> String {
        let step = "step \(after.step + 1) of \(steps)"
        let candidate = after.candidate
        switch kind {
        case .started where after.isMirrored:
            return "\(candidate) begins in the shadow, with copies alone: \(step)"
        case .started: return "\(candidate) gets its first share, \(share(after.share)): \(step)"
        case .advanced:
            return "\(candidate) goes from \(end(before)) to \(end(after)), "
                + "\(step)\(why(cause, evidence, before))"
        case .awaitingApproval:
            return "\(step) is passed, and \(candidate) stays \(place(after)) "
                + "until promote\(why(cause, evidence, before))"
        case .held: return held(cause, step, before, evidence)
        case .released: return released(cause, after)
        case .baking:
            return "the last step is passed; \(candidate) bakes with \(share(after.share))"
                + why(cause, evidence, before)
        case .succeeded:
            let how = cause == .operator ? "an operator ended the ramp" : "the ramp succeeded"
            return "\(candidate) keeps \(share(after.share)): \(how)"
        case .rollingBack:
            let from =
                before.isMirrored
                ? "\(candidate) is taken out in the shadow, before it answered anybody"
                : "\(candidate) is taken out from \(share(before.share))"
            return from + why(cause, evidence, before)
        case .rolledBack, .aborted:
            return "\(phase(after.phase)): everybody is on \(after.stable), and nobody gets "
                + "\(candidate) before retry or a change of it in the file"
        case .paused:
            let seen = cause == .deadline ? why(cause, evidence, before) : ": by an operator"
            return "paused with \(candidate) \(place(after)), \(step)\(seen)"
        case .resumed: return "resumed with \(candidate) \(place(after)), \(step)"
        case .retried: return "armed again by an operator: the ramp of \(candidate) begins anew"
        case .reconfigured: return reconfigured(step, before, after)
        case .candidateChanged: return candidateChanged(before, after)
        case .removed: return "the file has no ramp any more: what it says instead holds"
        }
    }

    private static func why(
        _ cause: DecisionCause, _ evidence: DecisionEvidence?, _ state: RampState
    ) -> String {
        switch cause {
        case .operator: return ": by an operator"
        case .deadline:
            return ": no conclusion within the deadline" + undecided(evidence, state)
        case .breaker: return evidence?.breaker.map { ": " + breaker($0, state) } ?? ""
        case .guards: return first(.fail, evidence, state).map { ": \($0)" } ?? ""
        case .schedule: return evidence.map { passed($0, state) } ?? ""
        case .sampleRatio, .stableIsBad, .configuration: return ""
        }
    }

    /// The first guard with this answer, in words.
    private static func first(
        _ verdict: GuardVerdict, _ evidence: DecisionEvidence?, _ state: RampState
    ) -> String? {
        evidence?.guards.first { $0.verdict == verdict }.map {
            GuardWords.sentence($0, stable: state.stable, candidate: state.candidate)
        }
    }

    private static func passed(_ evidence: DecisionEvidence, _ state: RampState) -> String {
        if evidence.guards.isEmpty { return "" }
        let count = FigureText.count(evidence.candidateRequests)
        if !evidence.guards.contains(where: { $0.verdict == .pass }) {
            return ": after \(count) requests, with none of \(state.stable) to compare with"
        }
        return ": every guard passes on \(count) \(noun(state))"
    }

    /// What there was to see when a deadline passed.
    private static func undecided(
        _ evidence: DecisionEvidence?, _ state: RampState
    ) -> String {
        guard let evidence else { return "" }
        if let guarded = first(.inconclusive, evidence, state) { return "; \(guarded)" }
        let own = FigureText.count(evidence.candidateRequests)
        let other = FigureText.count(evidence.stableRequests)
        if state.isMirrored {
            let pairs = FigureText.count(evidence.pairs ?? 0)
            return "; too little to see, \(own) copies and \(pairs) pairs of answers"
        }
        return "; too few requests, \(own) of \(state.candidate) and \(other) of \(state.stable)"
    }

    /// What a candidate has got.
    private static func noun(_ state: RampState) -> String {
        state.isMirrored ? "copies" : "requests"
    }

    private static func held(
        _ cause: DecisionCause, _ step: String, _ state: RampState, _ evidence: DecisionEvidence?
    ) -> String {
        switch cause {
        case .deadline:
            return "\(state.candidate) stays \(place(state)), \(step)"
                + why(cause, evidence, state)
        case .sampleRatio:
            guard let ratio = evidence?.sampleRatio else { return "shares are not as wanted" }
            let all = ratio.stableUnits + ratio.candidateUnits
            let got = all > 0 ? Double(ratio.candidateUnits) / Double(all) : 0
            return "\(state.candidate) got \(FigureText.percent(got)) of "
                + "\(FigureText.count(all)) callers where \(FigureText.percent(ratio.wanted)) "
                + "is wanted: no comparison holds until that is mended"
        default:
            let tripped = evidence?.breaker.flatMap { $0.trip == nil ? nil : $0 }
            let seen = tripped.map { breaker($0, state) } ?? first(.fail, evidence, state)
            return "\(state.stable) is just as bad at the moment, a rollback would not help"
                + (seen.map { ": \($0)" } ?? "")
        }
    }

    private static func released(_ cause: DecisionCause, _ state: RampState) -> String {
        let over =
            cause == .sampleRatio
            ? "shares are as wanted again"
            : "\(state.stable) and \(state.candidate) are no longer both bad"
        return "\(over): nothing holds the ramp any more"
    }

    private static func candidateChanged(_ before: RampState, _ after: RampState) -> String {
        let what =
            before.candidate == after.candidate
            ? "the file changes \(after.candidate)"
            : "the file has another candidate, \(after.candidate)"
        // What was rolled back before is known by its digest.
        let next =
            after.phase == .pending
            ? "the ramp begins anew" : "as it is now it is \(phase(after.phase)) until retry"
        return "\(what): \(next)"
    }

    private static func reconfigured(
        _ step: String, _ before: RampState, _ after: RampState
    ) -> String {
        guard after.phase.isWatched else {
            return "the file has other terms; the ramp is still \(phase(after.phase))"
        }
        let moves =
            before.share == after.share
            ? "stays \(place(after))" : "goes from \(end(before)) to \(end(after))"
        return "the file has other terms: \(after.candidate) \(moves), \(step), "
            + "with evidence from now on"
    }

    private static func breaker(_ reading: BreakerReading, _ state: RampState) -> String {
        let row =
            reading.trip == .consecutiveErrors
            ? "\(FigureText.count(reading.consecutiveErrors)) errors in a row; " : ""
        let seconds = FigureText.duration(reading.withinMilliseconds)
        return row + "in the last \(seconds) or less \(state.candidate) failed "
            + "\(FigureText.count(reading.candidateErrors)) of "
            + "\(FigureText.count(reading.candidateRequests)) \(noun(state)), \(state.stable) "
            + "\(FigureText.count(reading.stableErrors)) of "
            + FigureText.count(reading.stableRequests)
    }
}
