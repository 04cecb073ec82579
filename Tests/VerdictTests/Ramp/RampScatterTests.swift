// One slow second rolls nobody back; slowness that lasts does, and errors need no such patience.

import Plan
import Testing

@testable import Recording
@testable import Verdict

@Suite struct RampScatterTests {
    private static let ratio = Guard(metric: .latencyP90, limit: .maxRatio(1.5))

    /// What is decided within so many seconds of which some are slow for the candidate.
    private func decision(
        within seconds: Int, _ isSlow: (Int) -> Bool
    ) -> (second: Int, decision: Decision)? {
        var ramp = RampDriver(
            RampMaking.canary(
                shares: [50_000], holdMilliseconds: 3_600_000, guards: [Self.ratio]))
        ramp.pass(0)
        var slow = 0
        for second in 0..<seconds {
            ramp.serve(200)
            if isSlow(second) { slow += 100 }
            var evidence = ramp.evidence
            evidence.candidate.latency = LatencyFigures.about(
                20_000, count: ramp.counts.candidateRequests - slow
            ).adding(.about(200_000, count: slow))
            let seen = evidence
            let decision = ramp.engine.tick(ramp.counts, elapsedMilliseconds: 1_000) { seen }
            if let decision { return (second, decision) }
        }
        return nil
    }

    @Test func slownessThatLastsRollsBack() {
        let found = decision(within: 60) { _ in true }
        #expect(found?.decision.kind == .rollingBack && found?.decision.cause == .guards)
        // It takes some seconds to know that it lasts.
        #expect((found?.second ?? 0) >= Dispersion.leastDifferences)
    }

    @Test func aSlowSecondDoesNot() {
        #expect(decision(within: 120) { $0 == 0 } == nil)
        #expect(decision(within: 120) { $0 == 5 || $0 == 6 } == nil)
    }

    @Test func aVersionThatTurnsBadLateIsStillFound() {
        var ramp = RampDriver(
            RampMaking.canary(shares: [50_000], holdMilliseconds: 3_600_000))
        ramp.pass(0)
        var found: Int?
        for second in 0..<600 where found == nil {
            ramp.serve(200, stableErrors: 0.02, candidateErrors: second < 300 ? 0.02 : 0.2)
            if ramp.pass(1_000)?.kind == .rollingBack { found = second }
        }
        #expect((301..<400).contains(found ?? 0))
    }

    @Test func errorsAreJudgedAtOnce() {
        var ramp = RampDriver(RampMaking.canary(shares: [50_000]))
        ramp.pass(0)
        ramp.serve(4_000, candidateErrors: 0.2)
        #expect(ramp.pass(250)?.cause == .guards)
    }
}
