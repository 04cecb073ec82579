// Drives a ramp as a gateway does: counts what is served, lets time pass, accepts decisions.

import Foundation
import Plan

@testable import Recording
@testable import Verdict

/// A ramp with the traffic of its present stratum.
struct RampDriver {
    var engine: RampEngine
    /// What was counted in the present stratum.
    var counts = StepCounts()
    /// How long requests take, in microseconds.
    var latency = (stable: 20_000, candidate: 20_000)
    /// The part of the requests that are streams; they break where the request fails.
    var streams = 0.0
    /// Errors of the candidate that come between the reading of counts and that of figures.
    var lateErrors = 0
    /// What comes of answers that a shadow compares: the part of its pairs that differ, how many
    /// control pairs come with a pair, and the part of them that differ. Nil compares none.
    var shadow: (disagreement: Double, controls: Double, noise: Double)?
    /// Control pairs of the present stratum, and those that differ.
    var controls = (pairs: 0, differing: 0)
    /// Whether callers are shared out as the step wants.
    var areSharesKept = true
    private(set) var decisions: [Decision] = []

    init(_ canary: Canary, state: RampState? = nil) {
        engine = RampEngine(
            canary: canary,
            state: state ?? RampState(stable: "v1", candidate: "v2", digest: "a", stratum: 1))
    }

    var state: RampState { engine.state }
    var kinds: [DecisionKind] { decisions.map(\.kind) }

    /// What a gateway reads from its recorders when guards look at latencies.
    var evidence: StepEvidence {
        StepEvidence(
            stable: VersionEvidence(
                requests: counts.stableRequests, errors: counts.stableErrors,
                latency: .about(latency.stable, count: counts.stableRequests),
                streams: Int(Double(counts.stableRequests) * streams),
                brokenStreams: Int(Double(counts.stableErrors) * streams),
                pairs: controls.pairs, differingPairs: controls.differing),
            candidate: VersionEvidence(
                requests: counts.candidateRequests + lateErrors,
                errors: counts.candidateErrors + lateErrors,
                latency: .about(latency.candidate, count: counts.candidateRequests),
                streams: Int(Double(counts.candidateRequests) * streams),
                brokenStreams: Int(Double(counts.candidateErrors) * streams),
                pairs: counts.pairs, differingPairs: counts.differingPairs))
    }

    /// Serves so many requests, a part of them with errors, shared out as the step says; in the
    /// shadow both versions get all of them.
    mutating func serve(_ requests: Int, stableErrors: Double = 0, candidateErrors: Double = 0) {
        compare(requests - requests * state.share / BucketTable.bucketCount)
        if state.isMirrored {
            return serve(
                stable: (requests, Int(Double(requests) * stableErrors)),
                candidate: (requests, Int(Double(requests) * candidateErrors)))
        }
        let candidate = requests * state.share / BucketTable.bucketCount
        serve(
            stable: (requests - candidate, Int(Double(requests - candidate) * stableErrors)),
            candidate: (candidate, Int(Double(candidate) * candidateErrors)))
    }

    /// Compares answers to so many requests of the stable version.
    mutating func compare(_ requests: Int) {
        guard let shadow else { return }
        counts.pairs += requests
        counts.differingPairs += Int(Double(requests) * shadow.disagreement)
        controls.pairs += Int(Double(requests) * shadow.controls)
        controls.differing += Int(Double(requests) * shadow.controls * shadow.noise)
    }

    /// Serves so many requests of each version, with so many errors; those of the candidate are a
    /// run only if there is nothing else.
    mutating func serve(stable: (Int, Int), candidate: (Int, Int)) {
        counts.stableRequests += stable.0
        counts.stableErrors += stable.1
        counts.candidateRequests += candidate.0
        counts.candidateErrors += candidate.1
        if candidate.1 < candidate.0 { counts.consecutiveErrors = 0 }
        if candidate.1 == candidate.0 { counts.consecutiveErrors += candidate.1 }
        counts.longestRun = max(counts.longestRun, counts.consecutiveErrors)
        let all = stable.0 + candidate.0
        let units = areSharesKept ? all * state.share / BucketTable.bucketCount : all / 2
        counts.candidateUnits += units
        counts.stableUnits += all - units
    }

    /// Lets time pass, and returns what is to be decided without accepting it.
    mutating func propose(after milliseconds: Int) -> Decision? {
        let evidence = evidence
        return engine.tick(counts, elapsedMilliseconds: milliseconds) { evidence }
    }

    /// Lets time pass, and accepts what was decided.
    @discardableResult
    mutating func pass(_ milliseconds: Int) -> Decision? {
        let decision = propose(after: milliseconds)
        if let decision { accept(decision) }
        return decision
    }

    /// An operator's verb, accepted.
    @discardableResult
    mutating func ask(_ verb: RampVerb) throws(VerbRefusal) -> Decision {
        let decision = try engine.ask(verb, actor: "ann", reason: "why not", evidence: evidence)
        accept(decision)
        return decision
    }

    mutating func accept(_ decision: Decision) {
        // A new stratum has new recorders.
        if decision.after.stratum != state.stratum {
            counts = StepCounts()
            controls = (0, 0)
        }
        engine.accept(decision)
        decisions.append(decision)
    }

    /// Ends the process: only the state comes back, through its JSON, and maybe the counts.
    mutating func restart(keepingCounts isKept: Bool) throws {
        let data = try JSONEncoder().encode(state)
        engine = RampEngine(
            canary: engine.canary, state: try JSONDecoder().decode(RampState.self, from: data))
        if !isKept {
            counts = StepCounts()
            controls = (0, 0)
        }
        counts.consecutiveErrors = 0
        counts.longestRun = 0
        counts.stableUnits = 0
        counts.candidateUnits = 0
        engine.carry(counts)
    }

    /// Goes up to a step with good traffic, approving where that is asked.
    mutating func climb(toStep step: Int) throws {
        if state.phase == .pending { pass(0) }
        while state.step < step || state.phase != .step {
            serve(400_000)
            let decision = pass(engine.step.holdMilliseconds)
            if decision?.kind == .awaitingApproval { try ask(.promote) }
        }
    }
}

extension LatencyFigures {
    /// So many values, nine in ten of them at this latency and the rest at twice as much.
    static func about(_ microseconds: Int, count: Int) -> LatencyFigures {
        let slow = count / 10
        let buckets = [(microseconds, count - slow), (2 * microseconds, slow)].filter { $0.1 > 0 }
        return LatencyFigures(
            buckets: buckets.map { .init(LatencyBuckets.index(of: $0.0), $0.1) },
            sumMicroseconds: 0)
    }
}
