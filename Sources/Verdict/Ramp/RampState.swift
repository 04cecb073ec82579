// Where a ramp stands: all of it that must outlive a restart.

/// What a ramp is doing.
package enum RampPhase: String, Sendable, Codable, CaseIterable {
    /// Nobody is on the candidate yet.
    case pending
    /// The candidate has its share of a step, or copies of requests, and is watched.
    case step
    /// An operator has stopped the ramp where it is; it is watched on.
    case paused
    /// The last step is passed; the candidate is watched with the stable version still warm.
    case baking
    /// The candidate has everything that the last step gives it, and the ramp is over.
    case succeeded
    /// Nobody new gets the candidate; what is under way there finishes.
    case rollingBack = "rolling_back"
    /// Rolled back, and latched: only `retry` or a changed candidate begins anew.
    case rolledBack = "rolled_back"
    /// As rolled back, by an operator.
    case aborted

    /// Whether the ramp is over until somebody does something.
    package var isFinal: Bool { self == .succeeded || self == .rolledBack || self == .aborted }

    /// Whether the candidate is being watched.
    package var isWatched: Bool { self == .step || self == .paused || self == .baking }
}

/// What a ramp on a step is waiting for.
package enum RampWait: String, Sendable, Codable, CaseIterable {
    /// The step's least time.
    case hold
    /// Enough requests and a pass of every guard.
    case evidence
    /// An operator's `promote`.
    case approval
    /// An operator's `resume`.
    case resume
    /// The end of the bake.
    case bake
    /// Requests under way on a candidate that was taken out.
    case inFlight = "in_flight"
    /// The stable version is just as bad: taking the candidate out would not help.
    case stableIsBad = "stable_is_bad"
    /// The shares that versions really get are not those that are wanted.
    case sampleRatio = "sample_ratio"
    /// A journal that can be written: no share is raised without.
    case journal
}

/// The lasting state of a ramp. Times are of watching, not of the clock on the wall: a clock that
/// is set, or a gateway that is away, changes nothing.
package struct RampState: Sendable, Equatable, Codable {
    package var phase: RampPhase
    /// The step, counted from 0; also the last one reached while baking and after.
    package var step: Int
    /// The candidate's share, in buckets; 0 in the shadow.
    package var share: Int
    /// The stable version's name.
    package var stable: String
    /// The candidate's name.
    package var candidate: String
    /// Of the candidate's definition: what a rollback is latched to.
    package var digest: String
    /// Of the ramp's terms: its steps, guards and limits. Evidence begins anew when they change.
    package var terms: String
    /// Counts up whenever evidence begins anew; evidence of different strata is never mixed.
    package var stratum: Int
    /// How long this step, or this bake, has been watched, in milliseconds.
    package var watchedMilliseconds: Int
    /// Whether the step is passed and an operator has been asked to let the ramp go on.
    package var isApprovalAsked: Bool
    /// Whether an operator stopped the ramp while it baked, for `resume`.
    package var wasBaking: Bool
    /// Whether it was `abort` that began the rollback.
    package var isAborting: Bool
    /// Whether the journal has been told that the deadline of this step has passed.
    package var isDeadlineTold: Bool
    /// What stands in the way of going on, if the journal has been told so.
    package var heldFor: RampWait?

    /// Whether the candidate is watched in the shadow: it gets copies of requests, and nobody.
    package var isMirrored: Bool { share == 0 && phase.isWatched }

    /// The state of a ramp that has not begun.
    package init(
        stable: String, candidate: String, digest: String, terms: String = "", stratum: Int
    ) {
        phase = .pending
        step = 0
        share = 0
        self.stable = stable
        self.candidate = candidate
        self.digest = digest
        self.terms = terms
        self.stratum = stratum
        watchedMilliseconds = 0
        isApprovalAsked = false
        wasBaking = false
        isAborting = false
        isDeadlineTold = false
        heldFor = nil
    }
}

/// What an operator may ask of a ramp.
package enum RampVerb: String, Sendable, Codable, CaseIterable {
    /// To the next step now, whatever is waited for.
    case promote
    /// No further; watched on.
    case pause
    /// Goes on after a pause.
    case resume
    /// Everybody back to the stable version, and nobody on the candidate until `retry`.
    case abort
    /// Begins anew after a rollback or an abort.
    case retry
}
