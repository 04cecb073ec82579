// Guards on first bytes and streams: the same tests as of latencies and errors, of their own figures.

import Plan
import Recording
import SeededRandom
import Testing

@testable import Verdict

@Suite struct StreamGuardTests {
    /// Metrics and those that they are judged like.
    private static let likes: [(Guard.Metric, like: Guard.Metric)] = [
        (.firstByteP50, .latencyP50), (.firstByteP90, .latencyP90), (.firstByteP95, .latencyP95),
        (.firstByteP99, .latencyP99), (.eventGapP50, .latencyP50), (.eventGapP90, .latencyP90),
        (.eventGapP95, .latencyP95), (.eventGapP99, .latencyP99), (.streamErrors, .errorRate),
    ]

    private func limits(_ metric: Guard.Metric) -> [Guard.Limit] {
        metric.rank == nil
            ? [.maxIncrease(0.02), .maxRatio(1.3), .max(0.08)]
            : [.maxIncrease(4_000), .maxRatio(1.3), .max(30_000)]
    }

    /// A version of which everything but what a metric is taken of is as bad or as good as can be.
    private func alone(
        _ metric: Guard.Metric, _ version: VersionEvidence, otherwise: VersionEvidence
    ) -> VersionEvidence {
        var other = otherwise
        switch metric.subject {
        case .requests: (other.requests, other.errors) = (version.requests, version.errors)
        case .latency: other.latency = version.latency
        case .firstByte: other.firstByte = version.latency
        case .eventGap: other.eventGaps = version.latency
        case .streams:
            (other.streams, other.brokenStreams) = (version.requests, version.errors)
        case .pairs: (other.pairs, other.differingPairs) = (version.requests, version.errors)
        }
        return other
    }

    @Test(
        "they answer as guards on latencies and errors do, whatever the other figures are",
        arguments: likes)
    func judgedAlike(metric: Guard.Metric, like: Guard.Metric) {
        var random = SeededGenerator.announced("\(metric.rawValue)")
        let strange: [VersionEvidence] = [
            VersionEvidence(), .make(3_000, errors: 3_000, latency: 900_000),
            .make(5_000, latency: 100),
        ]
        for _ in 0..<SeededGenerator.rounds(12) {
            let stable = VersionEvidence.random(
                most: 2_000, errorRate: 0.05, latency: 20_000, using: &random)
            let candidate = VersionEvidence.random(
                most: 1_000, errorRate: 0.06,
                latency: [10_000, 22_000, 60_000].randomElement(using: &random) ?? 0,
                using: &random)
            let other = strange.randomElement(using: &random) ?? VersionEvidence()
            let evidence = StepEvidence(
                stable: alone(metric, stable, otherwise: other),
                candidate: alone(metric, candidate, otherwise: other))
            for limit in limits(metric) {
                let own = GuardTest(Guard(metric: metric, limit: limit), alpha: 0.001, beta: 0.05)
                    .result(evidence, isComparable: true)
                let wanted = GuardTest(Guard(metric: like, limit: limit), alpha: 0.001, beta: 0.05)
                    .result(
                        StepEvidence(stable: stable, candidate: candidate), isComparable: true)
                #expect(own.verdict == wanted.verdict)
                #expect(own.low == wanted.low && own.high == wanted.high)
                #expect(own.effect == wanted.effect)
                #expect(own.stableCount == wanted.stableCount)
                #expect(own.candidateCount == wanted.candidateCount)
            }
        }
    }

    @Test(
        "without streams nothing is said of them, however many requests there were",
        arguments: Guard.Metric.allCases.filter(\.isOfStreams))
    func withoutStreams(metric: Guard.Metric) {
        let plain = VersionEvidence(
            requests: 100_000, errors: 0, latency: .spread(about: 20_000, count: 100_000),
            firstByte: .spread(about: 20_000, count: 100_000))
        let evidence = StepEvidence(stable: plain, candidate: plain)
        for limit in limits(metric) {
            let test = GuardTest(Guard(metric: metric, limit: limit), alpha: 0.5, beta: 0.5)
            let result = test.result(evidence, isComparable: true)
            #expect(result.verdict == .inconclusive)
            #expect(result.candidateCount == 0 && result.candidateEstimate == nil)
            #expect(result.low == nil && result.high == nil)
            #expect(!test.isBrokenByStable(evidence))
        }
    }

    @Test(
        "streams of the stable version alone say nothing, nor do those of the candidate alone",
        arguments: Guard.Metric.allCases.filter(\.isOfStreams))
    func streamsOfOneAlone(metric: Guard.Metric) {
        let many = VersionEvidence.make(5_000, errors: 10)
        let none = VersionEvidence(requests: 5_000)
        func verdict(_ limit: Guard.Limit, _ evidence: StepEvidence) -> GuardVerdict {
            GuardTest(Guard(metric: metric, limit: limit), alpha: 0.001, beta: 0.05)
                .verdict(evidence, isComparable: true)
        }
        for limit in limits(metric) where limit.key != "max" {
            #expect(verdict(limit, StepEvidence(stable: many, candidate: none)) == .inconclusive)
            // One thing is known of a rate that nobody has seen: it is not below nothing.
            let isKnown = limit == .maxIncrease(0.02)
            #expect(
                verdict(limit, StepEvidence(stable: none, candidate: many))
                    == (isKnown ? .pass : .inconclusive))
        }
    }

    @Test(
        "bunches of broken streams and of slow gaps count for less",
        arguments: [Guard.Metric.streamErrors, .eventGapP90, .firstByteP90])
    func bunches(metric: Guard.Metric) {
        let rule = Guard(metric: metric, limit: metric.rank == nil ? .max(0.2) : .max(30_000))
        var scatter = GuardScatter()
        var even = GuardScatter()
        let good = VersionEvidence.make(100, errors: 1)
        let bad = VersionEvidence.make(100, errors: 91, latency: 90_000)
        let middle = VersionEvidence.make(100, errors: 10, latency: 25_000)
        var all = StepEvidence()
        for block in 0..<60 {
            let evidence = StepEvidence(candidate: block % 10 == 0 ? bad : good)
            all = all.adding(evidence)
            scatter.add(evidence, of: all, for: rule, milliseconds: 1_000)
            even.add(StepEvidence(candidate: middle), of: all, for: rule, milliseconds: 1_000)
        }
        #expect(scatter.factors(rule, all).candidate > 5)
        #expect(even.factors(rule, all).candidate < 2)
    }

    // MARK: In a ramp

    @Test("a ramp with a guard on streams and no streams waits, and is told so at its deadline")
    func aRampWithoutStreamsWaits() {
        let canary = RampMaking.canary(
            shares: [50_000], guards: [Guard(metric: .streamErrors, limit: .max(0.5))],
            deadlineMilliseconds: 10_000)
        var driver = RampDriver(canary)
        driver.pass(0)
        for _ in 0..<30 {
            driver.serve(4_000)
            driver.pass(1_000)
        }
        #expect(driver.kinds == [.started, .held])
        #expect(driver.decisions.last?.cause == .deadline)
        #expect(driver.engine.waits == [.evidence])
        #expect(driver.engine.verdicts == [.inconclusive])
        // The first streams let it go on.
        driver.streams = 0.5
        driver.serve(4_000)
        driver.pass(1_000)
        #expect(driver.kinds.last == .baking)
    }

    @Test("a candidate whose streams break is rolled back by the guard on them")
    func brokenStreamsRollBack() {
        let canary = RampMaking.canary(
            shares: [50_000], holdMilliseconds: 60_000,
            guards: [Guard(metric: .streamErrors, limit: .maxIncrease(0.02))])
        var driver = RampDriver(canary)
        driver.streams = 0.5
        driver.pass(0)
        for _ in 0..<20 where driver.state.phase == .step {
            driver.serve(1_000, candidateErrors: 0.1)
            driver.pass(1_000)
        }
        #expect(driver.kinds.contains(.rollingBack))
        #expect(driver.decisions.last { $0.kind == .rollingBack }?.cause == .guards)
    }
}
