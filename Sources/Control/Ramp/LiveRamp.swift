// One route's ramp in the running gateway: its state machine, and where its evidence comes from.

import Journal
import Plan
import Recording
import Splitting
import Verdict

/// A ramp with the recorders of its present stratum.
struct LiveRamp: Sendable {
    let route: String
    var engine: RampEngine
    /// Where decisions are posted.
    var notify: [NotifyTarget]
    private var source: EvidenceSource
    /// How much had been counted when the evidence was kept last.
    private var lastKept: KeptProgress?
    /// When strata before the present one may be closed, on the monotonic clock; nil once done.
    private var closeMilliseconds: Int?

    init(route: String, engine: RampEngine, notify: [NotifyTarget], carried: StepEvidence?) {
        self.route = route
        self.engine = engine
        self.notify = notify
        source = EvidenceSource(stratum: engine.state.stratum, carried: carried)
        self.engine.carry(source.counts)
    }

    private var looksAtShadow: Bool { engine.canary.looksAtShadow }

    /// Has strata before the present one closed at a time of the monotonic clock.
    mutating func settle(at milliseconds: Int) { closeMilliseconds = milliseconds }

    /// Takes over who owns which bucket.
    mutating func use(_ ownership: BucketOwnership) {
        source.use(ownership, candidate: engine.state.candidate)
    }

    /// Lets time pass, and returns what is to be decided.
    mutating func look(
        _ registry: RecorderRegistry, elapsedMilliseconds elapsed: Int, nowMilliseconds now: Int,
        mayRaise: Bool
    ) -> Decision? {
        let state = engine.state
        if let due = closeMilliseconds, now >= due {
            registry.close(
                route: route, versions: [state.stable, state.candidate], before: state.stratum)
            closeMilliseconds = nil
        }
        if state.phase.isFinal { return nil }
        var counts = StepCounts()
        if state.phase == .rollingBack {
            counts.candidateInFlight = registry.inFlight(route: route, version: state.candidate)
        } else {
            source.refresh(
                route, state, registry, looksAtShadow: looksAtShadow, nowMilliseconds: now)
            counts = source.counts
            if engine.isDue(counts, afterMilliseconds: elapsed) {
                let units = source.units
                counts.stableUnits = units.stable
                counts.candidateUnits = units.candidate
            }
        }
        let source = source
        return engine.tick(counts, elapsedMilliseconds: elapsed, mayRaise: mayRaise) {
            source.evidence
        }
    }

    /// What is to be kept of it now: the watched time, and evidence only if there is more.
    mutating func progress(_ registry: RecorderRegistry, nowMilliseconds now: Int) -> StoredRamp {
        source.refresh(
            route, engine.state, registry, looksAtShadow: looksAtShadow, nowMilliseconds: now)
        let reached = KeptProgress(
            stratum: engine.state.stratum, outcomes: source.counts.outcomes)
        let hasMore = reached != lastKept
        lastKept = reached
        return StoredRamp(state: engine.state, evidence: hasMore ? source.evidence : nil)
    }

    /// The evidence of the present stratum at this moment, latencies included.
    func evidence(_ registry: RecorderRegistry) -> StepEvidence {
        var source = source
        source.refresh(
            route, engine.state, registry, looksAtShadow: looksAtShadow, nowMilliseconds: .max / 2)
        return source.evidence
    }
}

/// How far the kept evidence of a ramp goes.
private struct KeptProgress: Equatable {
    let stratum: Int
    let outcomes: Int
}
