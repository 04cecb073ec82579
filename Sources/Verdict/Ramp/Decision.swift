// One decision about a ramp, as the journal keeps it: what, why, and the evidence it rested on.

/// What was decided.
package enum DecisionKind: String, Sendable, Codable, CaseIterable {
    /// The candidate gets its first share, or its first copies.
    case started
    /// The ramp goes on to its next step.
    case advanced
    /// The step is passed and waits for `promote`.
    case awaitingApproval = "awaiting_approval"
    /// Something stands in the way of going on.
    case held
    /// What stood in the way is gone.
    case released
    /// The last step is passed.
    case baking
    /// The ramp is over, and the candidate stays.
    case succeeded
    /// Everybody goes back to the stable version.
    case rollingBack = "rolling_back"
    /// Nothing is left on the candidate.
    case rolledBack = "rolled_back"
    /// The same after an operator's `abort`.
    case aborted
    /// An operator stopped the ramp where it is.
    case paused
    /// An operator let it go on.
    case resumed
    /// An operator has it begin anew.
    case retried
    /// The file has other steps, guards or a changed stable version.
    case reconfigured
    /// The file has another candidate: the ramp begins anew.
    case candidateChanged = "candidate_changed"
    /// The file has no ramp any more.
    case removed
}

/// What made somebody decide.
package enum DecisionCause: String, Sendable, Codable, CaseIterable {
    /// A guard, by statistics.
    case guards
    /// The breaker, without.
    case breaker
    /// The deadline of a step.
    case deadline
    /// Shares that are not as wanted.
    case sampleRatio = "sample_ratio"
    /// A stable version that is just as bad.
    case stableIsBad = "stable_is_bad"
    /// Time and evidence as the file asks.
    case schedule
    /// A person.
    case `operator`
    /// A changed file.
    case configuration
}

/// The figures of both versions on which a decision rested.
package struct DecisionEvidence: Sendable, Equatable, Codable {
    /// Judged requests of each version since the step began; clients that went away do not count.
    /// In the shadow: requests that were mirrored, and their copies.
    package let stableRequests: Int
    package let candidateRequests: Int
    package let stableErrors: Int
    package let candidateErrors: Int
    /// Every guard's answer.
    package let guards: [GuardResult]
    /// What the breaker saw, if it was asked.
    package let breaker: BreakerReading?
    /// How shares came out against what was wanted.
    package let sampleRatio: SampleRatioResult?
    /// How long the step had been watched, in milliseconds.
    package let watchedMilliseconds: Int
    /// Answers of the candidate as a shadow that were compared, and those of them that differ; nil
    /// if the ramp does not look at any.
    package var pairs: Int?
    package var differingPairs: Int?
}

/// One decision.
package struct Decision: Sendable, Equatable, Codable {
    package let kind: DecisionKind
    package let cause: DecisionCause
    /// The state before, and after.
    package let before: RampState
    package let after: RampState
    /// One sentence for people, with the figures that mattered.
    package let summary: String
    /// Who decided: an operator's name, or `sluice`.
    package let actor: String
    /// Why, in the operator's words; empty for decisions of the gateway's own.
    package let reason: String
    package let evidence: DecisionEvidence?

    /// Whether the candidate gets more than before. Only these must be in the journal first.
    package var raisesShare: Bool { after.share > before.share }
}
