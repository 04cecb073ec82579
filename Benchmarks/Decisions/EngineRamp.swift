// The engine of the gateway, driven by simulated ticks in the place of the controller.

import Plan
import Verdict

/// A ramp whose decisions take effect at once.
struct EngineRamp {
    /// The ramp of the README: what a route's file says when it changes none of the defaults.
    static let canary = Canary(
        stable: 0, candidate: 1,
        steps: [0.01, 0.05, 0.25, 0.5, 1].map {
            Canary.Step(share: buckets($0), holdMilliseconds: 600_000, needsApproval: false)
        },
        minRequests: 500, bakeMilliseconds: 1_800_000,
        guards: [
            Guard(metric: .errorRate, limit: .maxIncrease(0.005)),
            Guard(metric: .latencyP99, limit: .maxRatio(1.1)),
        ],
        breaker: Canary.Breaker(
            consecutiveErrors: 10, errorRate: 0.5, minRequests: 20, withinMilliseconds: 10_000),
        onInconclusive: .wait, deadlineMilliseconds: 7_200_000, falseRollback: 0.01,
        missedRegression: 0.05, notify: [])

    private var engine: RampEngine

    var state: RampState { engine.state }
    /// The candidate's share now, 0 … 1.
    var share: Double { Double(state.share) / 100_000 }

    /// A ramp that begins.
    init() {
        engine = RampEngine(canary: Self.canary, state: Self.beginning)
    }

    /// A ramp that has just come to the step with this share, which must be one of its steps.
    init(at share: Double) {
        var state = Self.beginning
        state.phase = .step
        state.share = Self.buckets(share)
        state.step = Self.canary.steps.firstIndex { $0.share == state.share } ?? 0
        engine = RampEngine(canary: Self.canary, state: state)
    }

    private static let beginning = RampState(
        stable: "v1", candidate: "v2", digest: "simulated", stratum: 0)

    private static func buckets(_ share: Double) -> Int { Int((share * 100_000).rounded()) }

    /// Shows it the counts since the present step began; answers what it decided.
    @discardableResult
    mutating func observe(_ tick: Tick) -> Decision? {
        let counts = StepCounts(
            stableRequests: tick.stableRequests, stableErrors: tick.stableErrors,
            candidateRequests: tick.candidate.requests, candidateErrors: tick.candidate.errors,
            consecutiveErrors: tick.candidate.errorRun,
            longestRun: tick.candidate.longestErrorRun,
            candidateInFlight: tick.candidateInFlight,
            stableUnits: tick.stableRequests, candidateUnits: tick.candidate.requests)
        let decision = engine.tick(counts, elapsedMilliseconds: tick.lengthMilliseconds) {
            tick.evidence
        }
        if let decision { engine.accept(decision) }
        return decision
    }
}
