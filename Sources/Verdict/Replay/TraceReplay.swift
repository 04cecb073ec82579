// Recorded outcomes, run through the very engine that decides in the gateway.

package import Plan
import Recording

/// One ramp over one trace. Time is that of the trace: the engine looks four times a second, as in
/// the gateway, and nothing happens after the last outcome.
///
/// Whose version an outcome was is the trace's word. What shares it was recorded under does not
/// matter, and so nothing can be said of them: the sample-ratio check has no callers to count.
package struct TraceReplay: Sendable {
    /// A decision, and when it fell in the trace's own time.
    package struct TimedDecision: Sendable, Equatable {
        package let atMilliseconds: Int
        package let decision: Decision
    }

    /// The longest trace: 31 days. Beyond, a time was more likely written in another unit.
    package static let mostMilliseconds = 31 * 86_400_000
    /// Between two looks of the engine.
    private static let tickMilliseconds = 250

    /// The ramp as it stands.
    package private(set) var engine: RampEngine
    /// Outcomes of each version so far.
    package private(set) var stableCount = 0
    package private(set) var candidateCount = 0
    /// The times of the first and the last outcome; nil before there is one.
    package private(set) var first: Int?
    package private(set) var last: Int?

    private var evidence = StratumEvidence()
    /// When the engine looked last.
    private var seenMilliseconds = 0

    /// Whether the file has what a trace knows nothing of: a step in the shadow, which is passed
    /// over, or guards on agreement, which are left out.
    package let leavesOutShadow: Bool

    /// A ramp that has not begun, from one version to another.
    package init(canary: Canary, stable: String, candidate: String) {
        leavesOutShadow = canary.looksAtShadow
        engine = RampEngine(
            canary: canary.withoutShadow,
            state: RampState(stable: stable, candidate: candidate, digest: "", stratum: 0))
    }

    /// Lets time pass up to an outcome, then counts it; returns what was decided before.
    package mutating func take(
        _ outcome: TraceOutcome
    ) throws(TraceFault) -> [TimedDecision] {
        let now = outcome.atMilliseconds
        if let last, now < last { throw .outOfOrder(last: last) }
        var decisions: [TimedDecision] = []
        if let first {
            if now - first > Self.mostMilliseconds { throw .tooLate(first: first) }
            decisions = pass(until: now)
        } else {
            first = now
            seenMilliseconds = now
            decisions = [look(at: now)].compactMap(\.self)
        }
        last = now
        if outcome.isCandidate { candidateCount += 1 } else { stableCount += 1 }
        evidence.count(outcome)
        return decisions
    }

    /// Looks once more, at the time of the last outcome.
    package mutating func finish() -> TimedDecision? {
        last.flatMap { look(at: $0) }
    }

    /// Every guard's answer on the evidence of the present step; empty while nothing is watched.
    package var guards: [GuardResult] {
        engine.state.phase.isWatched ? engine.results(evidence.figures) : []
    }

    private mutating func pass(until now: Int) -> [TimedDecision] {
        var decisions: [TimedDecision] = []
        // Nothing comes after the end, however long the trace.
        while seenMilliseconds + Self.tickMilliseconds <= now, !engine.state.phase.isFinal {
            decisions += [look(at: seenMilliseconds + Self.tickMilliseconds)].compactMap(\.self)
        }
        return decisions
    }

    private mutating func look(at now: Int) -> TimedDecision? {
        let elapsed = now - seenMilliseconds
        seenMilliseconds = now
        let evidence = evidence
        let decision = engine.tick(evidence.counts, elapsedMilliseconds: elapsed) {
            evidence.figures
        }
        guard let decision else { return nil }
        engine.accept(decision)
        if decision.after.stratum != decision.before.stratum { self.evidence = StratumEvidence() }
        return TimedDecision(atMilliseconds: now, decision: decision)
    }
}

extension Canary {
    /// The same ramp by what callers were answered alone. Every guard keeps the probability of a
    /// mistake that it has in the whole of it.
    fileprivate var withoutShadow: Canary {
        guard looksAtShadow else { return self }
        func ramp(_ falseRollback: Double) -> Canary {
            Canary(
                stable: stable, candidate: candidate, steps: steps.filter { !$0.isMirrored },
                minRequests: minRequests, bakeMilliseconds: bakeMilliseconds,
                guards: guards.filter { $0.metric.subject != .pairs }, breaker: breaker,
                onInconclusive: onInconclusive, deadlineMilliseconds: deadlineMilliseconds,
                falseRollback: falseRollback, missedRegression: missedRegression, notify: notify)
        }
        return ramp(falseRollback * guardAlpha / ramp(falseRollback).guardAlpha)
    }
}
