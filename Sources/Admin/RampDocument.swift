// A ramp as JSON: where it stands, what it waits for, and how far each guard is from failing.

package import Control
import Plan
package import Verdict

/// What a route's documents show of its ramp.
package struct RampDocument: Codable, Sendable {
    package let route: String
    package let phase: RampPhase
    /// Counted from 1, of `steps`.
    package let step: Int
    package let steps: Int
    /// The candidate's share, and those of all steps, in percent.
    package let share: Double
    package let stepShares: [Double]
    package let stable: String
    package let candidate: String
    package let digest: String
    package let stratum: Int
    /// How long this step, or the bake, has been watched, and how long it is to be at least.
    package let watchedMs: Int
    package let holdMs: Int
    package let waitingFor: [RampWait]
    /// What stands in the way of going on, in words.
    package let held: String?
    /// Whether the candidate may not be tried again until `retry`.
    package let latched: Bool
    /// What is wrong with the journal: no share is raised while something is.
    package let journalProblem: String?
    /// Judged requests of both versions on this step.
    package let stableRequests: Int
    package let candidateRequests: Int
    package let minRequests: Int
    /// Compared pairs of the shadow on this step, where guards or steps look at it.
    package let pairs: Int?
    package let guards: [GuardResult]
    package let sampleRatio: SampleRatioResult?
    package let breaker: BreakerReading?
    package private(set) var lastDecision: DecisionDocument?

    /// Describes a ramp.
    package init(_ view: RampView) {
        let engine = view.engine
        let state = engine.state
        route = view.route
        phase = state.phase
        step = state.step + 1
        steps = engine.canary.steps.count
        share = DecisionDocument.percent(state.share)
        stepShares = engine.canary.steps.map { DecisionDocument.percent($0.share) }
        stable = state.stable
        candidate = state.candidate
        digest = state.digest
        stratum = state.stratum
        watchedMs = state.watchedMilliseconds
        holdMs =
            state.phase == .baking
            ? engine.canary.bakeMilliseconds : engine.step.holdMilliseconds
        waitingFor = Self.waits(view)
        held = state.phase.isWatched ? engine.obstacle.map(RampWords.wait) : nil
        latched = [.rollingBack, .rolledBack, .aborted].contains(state.phase)
        journalProblem = view.problem
        stableRequests = engine.counts.stableRequests
        candidateRequests = engine.counts.candidateRequests
        minRequests = engine.wantedEvidence
        pairs = engine.canary.looksAtShadow ? engine.counts.pairs : nil
        guards = view.guards
        sampleRatio = engine.sampleRatio
        breaker = engine.breakerReading
        lastDecision = view.lastDecision.map(DecisionDocument.init)
    }

    /// The same without the evidence of its last decision, which the journal tells.
    var withoutEvidence: RampDocument {
        var document = self
        document.lastDecision?.evidence = nil
        return document
    }

    /// What the ramp waits for; with nothing else left, that may be the journal.
    private static func waits(_ view: RampView) -> [RampWait] {
        let engine = view.engine
        var waits = engine.waits
        // The guards are shown with the figures of this moment, which may say more than when the
        // engine looked last.
        let isProved =
            engine.hasEnough
            && view.guards.allSatisfy { [.pass, .notComparable].contains($0.verdict) }
        if isProved && waits.count > 1 { waits.removeAll { $0 == .evidence } }
        let isStuck = waits.isEmpty && engine.state.phase.isWatched && view.problem != nil
        return isStuck ? [.journal] : waits
    }
}
