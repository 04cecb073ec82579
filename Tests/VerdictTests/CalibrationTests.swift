// Proves: what is reckoned for a guard is about what drawn traffic needs.

import Plan
import Recording
import SeededRandom
import Testing

@testable import Verdict

@Suite struct CalibrationTests {
    private static let usual = AssumedVersion(errorRate: 0.01, p50Microseconds: 20_000, spread: 3.2)
    private static let trials = 25

    /// The calibration of one guard on one step.
    private func calibrate(_ rule: Guard, share: Int = 25_000) throws -> GuardCalibration {
        let ramp = RampCalibration(
            RampMaking.canary(shares: [share], guards: [rule]), stable: "v1", candidate: "v2",
            assumed: Self.usual, requestsPerSecond: 100)
        return try #require(ramp.steps.first?.guards.first)
    }

    /// The middle of what many drawn ramps need.
    private func drawn(
        _ rule: Guard, until verdict: GuardVerdict, candidate: AssumedVersion, share: Int,
        about reckoned: Int
    ) -> Int {
        let canary = RampMaking.canary(shares: [share], guards: [rule])
        let simulation = CalibrationSimulation(
            test: GuardTest(rule, alpha: canary.guardAlpha, beta: canary.missedRegression),
            stable: Self.usual, candidate: candidate, share: share)
        // Always the same: the middle of a few trials is itself a matter of chance.
        var random = SeededGenerator(seed: 2)
        let needed = (0..<Self.trials).map { _ in
            simulation.requests(
                until: verdict, from: max(1, reckoned / 4), most: reckoned * 8, &random) ?? .max
        }
        return needed.sorted()[Self.trials / 2]
    }

    @Test(arguments: [
        (Guard(metric: .errorRate, limit: .maxIncrease(0.02)), 25_000),
        (Guard(metric: .errorRate, limit: .maxRatio(3)), 50_000),
        (Guard(metric: .errorRate, limit: .max(0.03)), 100_000),
        (Guard(metric: .latencyP50, limit: .maxRatio(1.2)), 25_000),
        (Guard(metric: .latencyP95, limit: .maxIncrease(15_000)), 50_000),
        (Guard(metric: .latencyP99, limit: .maxRatio(1.5)), 25_000),
        (Guard(metric: .latencyP99, limit: .max(100_000)), 100_000),
    ])
    func drawnTrafficNeedsAboutAsManyRequests(rule: Guard, share: Int) throws {
        let reckoned = try calibrate(rule, share: share)
        let own = Self.usual.figure(rule.metric)
        let worse =
            switch rule.limit {
            case .maxIncrease: own + reckoned.worse
            case .maxRatio: own * reckoned.worse
            case .max: reckoned.worse
            }
        let fails = try #require(reckoned.failsAfterRequests)
        let passes = try #require(reckoned.passesAfterRequests)
        let drawnFails = drawn(
            rule, until: .fail, candidate: Self.usual.having(rule.metric, worse), share: share,
            about: fails)
        let drawnPasses = drawn(
            rule, until: .pass, candidate: Self.usual, share: share, about: passes)
        for (reckoned, drawn) in [(fails, drawnFails), (passes, drawnPasses)] {
            let ratio = Double(drawn) / Double(reckoned)
            #expect((1 / 1.8...1.8).contains(ratio), "\(drawn) requests, reckoned \(reckoned)")
        }
    }

    @Test(arguments: [
        (Guard(metric: .errorRate, limit: .maxIncrease(0.005)), 0.01),
        (Guard(metric: .errorRate, limit: .maxRatio(2)), 4.0),
        (Guard(metric: .errorRate, limit: .max(0.04)), 0.06),
        (Guard(metric: .latencyP90, limit: .maxIncrease(30_000)), 60_000.0),
        (Guard(metric: .latencyP99, limit: .maxRatio(1.2)), 1.44),
        (Guard(metric: .latencyP99, limit: .max(800_000)), 1_200_000.0),
    ])
    func aWorseCandidateIsBeyondTheLimitByAsMuchAgain(rule: Guard, worse: Double) throws {
        let reckoned = try calibrate(rule)
        #expect(abs(reckoned.worse - worse) < 1e-9 * worse)
        #expect(reckoned.metric == rule.metric)
        #expect(reckoned.limit == rule.limit.key)
        #expect(reckoned.margin == rule.limit.value)
        #expect(reckoned.isCompared)
    }

    @Test func aWiderMarginTakesFewerRequests() throws {
        let narrow = try calibrate(Guard(metric: .latencyP99, limit: .maxRatio(1.2)))
        let wide = try calibrate(Guard(metric: .latencyP99, limit: .maxRatio(2)))
        let narrowFails = try #require(narrow.failsAfterRequests)
        let narrowPasses = try #require(narrow.passesAfterRequests)
        #expect(try #require(wide.failsAfterRequests) < narrowFails)
        #expect(try #require(wide.passesAfterRequests) < narrowPasses)
    }

    @Test func whatIsAssumedComesOutOfTheHistogram() throws {
        let evidence = ExpectedOutcomes(Self.usual).evidence(100_000)
        #expect(evidence.requests == 100_000)
        #expect(evidence.errors == 1_000)
        #expect(evidence.latency.count == 100_000)
        for (metric, rank) in [
            (Guard.Metric.latencyP50, 0.5), (.latencyP90, 0.9), (.latencyP99, 0.99),
        ] {
            let found = try #require(evidence.latency.quantile(rank)).microseconds
            #expect(abs(found / Self.usual.figure(metric) - 1) < 0.01)
        }
        #expect(abs(Self.usual.figure(.latencyP99) - 64_000) < 1)
    }

    @Test(arguments: [0, 1, 2, 7, 50])
    func fewRequestsAreWholeRequests(requests: Int) {
        let evidence = ExpectedOutcomes(Self.usual).evidence(requests)
        #expect(evidence.latency.count == requests)
        #expect(evidence.latency.buckets.allSatisfy { $0.count > 0 })
        #expect(evidence.errors == 0)
    }
}
