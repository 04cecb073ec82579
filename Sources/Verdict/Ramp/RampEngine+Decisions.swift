// The decisions that a ramp can come to, by itself or by an operator.

import Plan

/// Why an operator's verb was refused.
package struct VerbRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// What stands against it, and what to do instead.
    package let description: String
}

extension RampEngine {
    /// Who decides when nobody did.
    package static let ownName = "sluice"

    // MARK: By itself

    func started() -> Decision {
        decision(.started, .schedule, entering(step: 0))
    }

    /// On to the next step, or past the last one.
    func next(
        _ cause: DecisionCause, _ evidence: StepEvidence?, actor: String = ownName,
        reason: String = ""
    ) -> Decision {
        if state.step + 1 < canary.steps.count {
            return decision(
                .advanced, cause, entering(step: state.step + 1), actor: actor, reason: reason,
                evidence: evidence)
        }
        if canary.bakeMilliseconds == 0 {
            return succeeded(cause, evidence, actor: actor, reason: reason)
        }
        var after = state
        after.phase = .baking
        // What the bake is judged by is not diluted by what was good before it.
        after.stratum += 1
        after.watchedMilliseconds = 0
        after.isApprovalAsked = false
        after.isDeadlineTold = false
        after.heldFor = nil
        return decision(.baking, cause, after, actor: actor, reason: reason, evidence: evidence)
    }

    func succeeded(
        _ cause: DecisionCause, _ evidence: StepEvidence?, actor: String = ownName,
        reason: String = ""
    ) -> Decision {
        var after = state
        after.phase = .succeeded
        after.heldFor = nil
        return decision(.succeeded, cause, after, actor: actor, reason: reason, evidence: evidence)
    }

    /// Everybody back to the stable version.
    func rollback(
        _ cause: DecisionCause, _ evidence: StepEvidence?, actor: String = ownName,
        reason: String = ""
    ) -> Decision {
        var after = Self.leaving(state)
        after.phase = .rollingBack
        after.isAborting = cause == .operator
        return decision(
            .rollingBack, cause, after, actor: actor, reason: reason, evidence: evidence)
    }

    func rolledBack() -> Decision {
        var after = state
        after.phase = state.isAborting ? .aborted : .rolledBack
        after.watchedMilliseconds = 0
        let cause: DecisionCause = state.isAborting ? .operator : .schedule
        return decision(state.isAborting ? .aborted : .rolledBack, cause, after)
    }

    // MARK: By an operator

    /// What an operator's verb leads to; throws if it does not fit.
    package func ask(
        _ verb: RampVerb, actor: String, reason: String, evidence: StepEvidence?
    ) throws(VerbRefusal) -> Decision {
        switch (verb, state.phase) {
        case (.promote, .step):
            return next(.operator, evidence, actor: actor, reason: reason)
        case (.promote, .paused):
            return state.wasBaking
                ? succeeded(.operator, evidence, actor: actor, reason: reason)
                : next(.operator, evidence, actor: actor, reason: reason)
        case (.promote, .baking):
            return succeeded(.operator, evidence, actor: actor, reason: reason)
        case (.pause, .step), (.pause, .baking):
            var after = state
            after.wasBaking = state.phase == .baking
            after.phase = .paused
            return decision(
                .paused, .operator, after, actor: actor, reason: reason, evidence: evidence)
        case (.resume, .paused):
            var after = state
            after.phase = state.wasBaking ? .baking : .step
            after.wasBaking = false
            return decision(
                .resumed, .operator, after, actor: actor, reason: reason, evidence: evidence)
        case (.abort, .pending), (.abort, .step), (.abort, .paused), (.abort, .baking),
            (.abort, .succeeded):
            return rollback(.operator, evidence, actor: actor, reason: reason)
        case (.retry, .rollingBack), (.retry, .rolledBack), (.retry, .aborted):
            let after = RampState(
                stable: state.stable, candidate: state.candidate, digest: state.digest,
                terms: state.terms, stratum: state.stratum + 1)
            return decision(.retried, .operator, after, actor: actor, reason: reason)
        default: throw VerbRefusal(description: refusal(of: verb))
        }
    }

    private func refusal(of verb: RampVerb) -> String {
        let mend =
            switch state.phase {
            case .pending: "it begins as soon as the journal can be written, or can be aborted"
            case .step, .baking: "it can be promoted, paused or aborted"
            case .paused: "it can be resumed, promoted or aborted"
            case .succeeded: "it can be aborted, or the file can name the next candidate"
            case .rollingBack, .rolledBack, .aborted:
                "it can be retried, or the file can name another candidate"
            }
        return "the ramp is \(RampWords.phase(state.phase)) and cannot be "
            + "\(RampWords.done(verb)); \(mend)"
    }

    // MARK: By a changed file

    /// Goes on by other terms: on the highest step that gives no more than the candidate has now,
    /// or on the first if they all give more.
    package func reconfigured(stable: String, terms: String) -> Decision {
        var after = state
        after.stable = stable
        after.terms = terms
        guard state.phase.isWatched else {
            return decision(.reconfigured, .configuration, after)
        }
        after.step = canary.steps.lastIndex { $0.share <= state.share } ?? 0
        after.share = canary.steps[after.step].share
        after.stratum += 1
        after.watchedMilliseconds = 0
        after.isApprovalAsked = false
        after.isDeadlineTold = false
        after.heldFor = nil
        if state.phase == .baking && after.step + 1 < canary.steps.count { after.phase = .step }
        after.wasBaking = false
        return decision(.reconfigured, .configuration, after)
    }

    /// The file names another candidate, or this one again after it was out of the file.
    package func candidateChanged(to next: RampState) -> Decision {
        decision(.candidateChanged, .configuration, next)
    }

    /// The file has no ramp any more; who gets which version is what it says instead.
    package static func removed(_ state: RampState) -> Decision {
        let after = leaving(state)
        return Decision(
            kind: .removed, cause: .configuration, before: state, after: after,
            summary: RampWords.summary(
                .removed, .configuration, state, after, steps: 0, nil),
            actor: ownName, reason: "", evidence: nil)
    }

    // MARK: States

    private func entering(step: Int) -> RampState {
        var after = state
        after.phase = .step
        after.step = step
        after.share = canary.steps[step].share
        after.stratum += 1
        after.watchedMilliseconds = 0
        after.isApprovalAsked = false
        after.isDeadlineTold = false
        after.wasBaking = false
        after.heldFor = nil
        return after
    }

    private static func leaving(_ state: RampState) -> RampState {
        var after = state
        after.share = 0
        after.stratum += 1
        after.watchedMilliseconds = 0
        after.isApprovalAsked = false
        after.heldFor = nil
        return after
    }

    func decision(
        _ kind: DecisionKind, _ cause: DecisionCause, _ after: RampState,
        actor: String = ownName, reason: String = "", evidence: StepEvidence? = nil
    ) -> Decision {
        let shown = evidence.map { evidence in
            DecisionEvidence(
                stableRequests: evidence.stable.requests,
                candidateRequests: evidence.candidate.requests,
                stableErrors: evidence.stable.errors, candidateErrors: evidence.candidate.errors,
                guards: results(evidence), breaker: breakerReading, sampleRatio: sampleRatio,
                watchedMilliseconds: state.watchedMilliseconds,
                pairs: canary.looksAtShadow ? evidence.candidate.pairs : nil,
                differingPairs: canary.looksAtShadow ? evidence.candidate.differingPairs : nil)
        }
        return Decision(
            kind: kind, cause: cause, before: state, after: after,
            summary: RampWords.summary(
                kind, cause, state, after, steps: canary.steps.count, shown),
            actor: actor, reason: reason, evidence: shown)
    }
}
