// Proves: what is reckoned for a guard is about what drawn traffic needs.

import Plan
import Recording
import SeededRandom
import Testing

@testable import Verdict

@Suite struct CalibrationTests {
    private static let usual = AssumedVersion(
        errorRate: 0.01, p50Microseconds: 20_000, spread: 3.2, firstByteP50Microseconds: 9_000,
        eventGapP50Microseconds: 40_000, streamErrorRate: 0.02, disagreementRate: 0.03)
    private static let trials = 25

    /// A shadow to a tenth of the callers, with a control pair for every second pair.
    private static let shadow: Shadow = {
        var shadow = Shadow(version: 1)
        shadow.sample = 10_000
        shadow.noiseControl = 50_000
        return shadow
    }()

    /// The calibration of one guard on one step.
    private func calibrate(_ rule: Guard, share: Int = 25_000) throws -> GuardCalibration {
        let ramp = RampCalibration(
            RampMaking.canary(shares: [share], guards: [rule]), stable: "v1", candidate: "v2",
            assumed: Self.usual, requestsPerSecond: 100, shadow: Self.shadow)
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
        (Guard(metric: .firstByteP90, limit: .maxRatio(1.5)), 25_000),
        (Guard(metric: .eventGapP95, limit: .max(200_000)), 50_000),
        (Guard(metric: .streamErrors, limit: .maxIncrease(0.05)), 50_000),
    ])
    func drawnTrafficNeedsAboutAsManyRequests(rule: Guard, share: Int) throws {
        let reckoned = try calibrate(rule, share: share)
        let own = Self.usual.figure(rule.metric)
        let worse =
            switch rule.limit {
            case .maxIncrease: own + reckoned.worse
            case .maxRatio: own * reckoned.worse
            case .max, .min: reckoned.worse
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
        (Guard(metric: .firstByteP50, limit: .maxIncrease(3_000)), 6_000.0),
        (Guard(metric: .eventGapP99, limit: .maxRatio(1.5)), 2.25),
        (Guard(metric: .streamErrors, limit: .max(0.04)), 0.06),
        (Guard(metric: .agreement, limit: .min(0.9)), 0.85),
        (Guard(metric: .agreement, limit: .min(0.9), isControlled: true), 0.8),
    ])
    func aWorseCandidateIsBeyondTheLimitByAsMuchAgain(rule: Guard, worse: Double) throws {
        let reckoned = try calibrate(rule)
        #expect(abs(reckoned.worse - worse) < 1e-9 * worse)
        #expect(reckoned.metric == rule.metric)
        #expect(reckoned.limit == rule.limit.key)
        #expect(reckoned.margin == rule.limit.value)
        #expect(reckoned.isCompared)
    }

    @Test func agreementIsReckonedInPairs() throws {
        let beside = try calibrate(
            Guard(metric: .agreement, limit: .min(0.95), isControlled: true))
        let alone = try calibrate(Guard(metric: .agreement, limit: .min(0.95)))
        #expect(beside.passesAfterRequests != nil && alone.passesAfterRequests != nil)
        #expect(beside.failsAfterRequests != nil && alone.failsAfterRequests != nil)
        // Two answers of the stable version differ in 3 %.
        let never = try calibrate(Guard(metric: .agreement, limit: .min(0.98)))
        #expect(never.passesAfterRequests == nil)
        let noisy = try calibrate(
            Guard(metric: .agreement, limit: .min(0.98), isControlled: true))
        #expect(noisy.passesAfterRequests != nil)
        let whole = try calibrate(Guard(metric: .agreement, limit: .min(0.95)), share: 100_000)
        #expect(!whole.isCompared && whole.passesAfterRequests == nil)
    }

    @Test func aStepInTheShadowTakesTheTimeOfItsCopies() throws {
        let rules = [
            Guard(metric: .errorRate, limit: .maxIncrease(0.05)),
            Guard(metric: .agreement, limit: .min(0.95)),
        ]
        let ramp = RampCalibration(
            RampMaking.canary(shares: [25_000], guards: rules, shadow: 5_000), stable: "v1",
            candidate: "v2", assumed: Self.usual, requestsPerSecond: 100, shadow: Self.shadow)
        let mirrored = ramp.steps[0]
        #expect(mirrored.isMirrored && mirrored.place == "in the shadow")
        #expect(mirrored.candidateRequestsPerSecond == 10 && mirrored.pairsPerSecond == 10)
        #expect(mirrored.minRequests == 5_000 && mirrored.minRequestsMilliseconds == 500_000)
        #expect(mirrored.guards.allSatisfy { $0.isCompared && $0.passesAfterRequests != nil })
        let served = ramp.steps[1]
        #expect(!served.isMirrored && served.place == "25 %")
        #expect(served.candidateRequestsPerSecond == 25 && served.pairsPerSecond == 7.5)
        let pairs = try #require(served.guards[1].passesAfterRequests)
        #expect(served.milliseconds(pairs, of: .agreement) == Int(Double(pairs) / 7.5 * 1_000))
        // Without a shadow there are no pairs, however long it takes.
        let blind = RampCalibration(
            RampMaking.canary(shares: [25_000], guards: rules), stable: "v1", candidate: "v2",
            assumed: Self.usual, requestsPerSecond: 100)
        #expect(blind.steps[0].pairsPerSecond == 0)
        #expect(blind.steps[0].milliseconds(1, of: .agreement) > 1_000_000_000_000)
    }

    @Test func aWiderMarginTakesFewerRequests() throws {
        let narrow = try calibrate(Guard(metric: .latencyP99, limit: .maxRatio(1.2)))
        let wide = try calibrate(Guard(metric: .latencyP99, limit: .maxRatio(2)))
        let narrowFails = try #require(narrow.failsAfterRequests)
        let narrowPasses = try #require(narrow.passesAfterRequests)
        #expect(try #require(wide.failsAfterRequests) < narrowFails)
        #expect(try #require(wide.passesAfterRequests) < narrowPasses)
    }

    @Test func whatIsAssumedComesOut() throws {
        for metric in Guard.Metric.allCases {
            let evidence = ExpectedOutcomes(Self.usual, of: metric).evidence(100_000)
            #expect(evidence.requests == 100_000)
            #expect(evidence.size(metric) == 100_000)
            guard let rank = metric.rank else {
                let rate = Double(evidence.failures(metric)) / 100_000
                #expect(abs(rate - Self.usual.rate(metric)) < 1e-4)
                continue
            }
            let found = try #require(evidence.times(metric).quantile(rank)).microseconds
            #expect(abs(found / Self.usual.figure(metric) - 1) < 0.01)
        }
        #expect(abs(Self.usual.figure(.latencyP99) - 64_000) < 1)
        #expect(abs(Self.usual.figure(.firstByteP99) - 28_800) < 1)
        #expect(abs(Self.usual.figure(.eventGapP50) - 40_000) < 1)
        #expect(Self.usual.figure(.errorRate) == 0.01)
        #expect(Self.usual.figure(.streamErrors) == 0.02)
        #expect(Self.usual.figure(.agreement) == 0.97)
    }

    @Test func whatIsNotSaidOfStreamsIsThatOfTheRequests() {
        let plain = AssumedVersion(errorRate: 0.03, p50Microseconds: 7_000, spread: 2)
        #expect(plain.figure(.streamErrors) == 0.03)
        #expect(plain.figure(.firstByteP95) == plain.figure(.latencyP95))
        #expect(
            abs(plain.figure(.eventGapP50) - AssumedVersion.usualEventGapMicroseconds) < 1e-6)
    }

    @Test func anotherFigureOfOneMetricLeavesTheOthers() {
        for metric in Guard.Metric.allCases {
            // Agreement is at most 100 %.
            let wanted = metric == .agreement ? 0.5 : 1.5
            let other = Self.usual.having(metric, Self.usual.figure(metric) * wanted)
            for watched in Guard.Metric.allCases {
                let factor = other.figure(watched) / Self.usual.figure(watched)
                #expect(abs(factor - (watched.subject == metric.subject ? wanted : 1)) < 1e-9)
            }
        }
    }

    @Test(arguments: [0, 1, 2, 7, 50])
    func fewRequestsAreWholeRequests(requests: Int) {
        let evidence = ExpectedOutcomes(Self.usual, of: .latencyP99).evidence(requests)
        #expect(evidence.latency.count == requests)
        #expect(evidence.latency.buckets.allSatisfy { $0.count > 0 })
        #expect(ExpectedOutcomes(Self.usual, of: .errorRate).evidence(requests).errors == 0)
    }
}
