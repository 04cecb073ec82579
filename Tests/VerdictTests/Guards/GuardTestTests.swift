// Guards of every metric and limit: the answer, the estimate and the interval say the same.

import Plan
import Recording
import SeededRandom
import Testing

@testable import Verdict

@Suite struct GuardTestTests {
    /// Those that are not here are judged as these are (StreamGuardTests).
    private static let metrics: [Guard.Metric] = [
        .errorRate, .latencyP50, .latencyP90, .latencyP95, .latencyP99, .firstByteP95,
        .eventGapP50, .streamErrors,
    ]
    private static let rules: [Guard] = metrics.flatMap { metric -> [Guard] in
        let (increase, most) = metric.rank == nil ? (0.02, 0.08) : (4_000.0, 30_000.0)
        return [.maxIncrease(increase), .maxRatio(1.3), .max(most)].map {
            Guard(metric: metric, limit: $0)
        }
    }

    /// How far a bisection may end from what it looks for.
    private func tolerance(_ rule: Guard, _ value: Double) -> Double {
        switch (rule.limit, rule.metric.rank) {
        case (.maxIncrease, nil), (.max, nil): 1e-8
        case (.maxIncrease, _): 20
        case (.max, _), (.maxRatio, _): abs(value) * 1e-6
        case (.min, _): 1e-8
        }
    }

    @Test(arguments: rules)
    func answerEstimateAndIntervalAgree(rule: Guard) {
        var random = SeededGenerator.announced("\(rule.name)")
        for _ in 0..<SeededGenerator.rounds(20) {
            let evidence = StepEvidence(
                stable: .random(most: 2_000, errorRate: 0.05, latency: 20_000, using: &random),
                candidate: .random(
                    most: 1_000,
                    errorRate: [0, 0.05, 0.06, 0.3].randomElement(using: &random) ?? 0,
                    latency: [10_000, 20_000, 22_000, 60_000].randomElement(using: &random) ?? 0,
                    using: &random))
            let test = GuardTest(rule, alpha: 0.001, beta: 0.05)
            let result = test.result(evidence, isComparable: true)
            #expect(result.verdict == test.verdict(evidence, isComparable: true))
            let slack = tolerance(rule, rule.limit.value)
            switch result.verdict {
            case .fail: #expect((result.low ?? -.infinity) > rule.limit.value - slack)
            case .pass: #expect((result.high ?? .infinity) < rule.limit.value + slack)
            case .inconclusive:
                #expect((result.low ?? -.infinity) < rule.limit.value + slack)
                #expect((result.high ?? .infinity) > rule.limit.value - slack)
            case .notComparable: Issue.record("both versions are served")
            }
            if let effect = result.effect {
                if let low = result.low { #expect(low <= effect + tolerance(rule, effect)) }
                if let high = result.high { #expect(high >= effect - tolerance(rule, effect)) }
            }
            if let low = result.low, let high = result.high {
                #expect(low <= high + tolerance(rule, high))
            }
        }
    }

    @Test(arguments: rules)
    func everyAnswerCanBeHad(rule: Guard) {
        let test = GuardTest(rule, alpha: 0.001, beta: 0.05)
        let stable = VersionEvidence.make(20_000, errors: 1_000)
        func verdict(_ candidate: VersionEvidence) -> GuardVerdict {
            test.verdict(StepEvidence(stable: stable, candidate: candidate), isComparable: true)
        }
        #expect(verdict(.make(20_000, errors: 1_000)) == .pass)
        #expect(verdict(.make(20_000, errors: 4_000, latency: 60_000)) == .fail)
        #expect(verdict(.make(20, errors: 1, latency: 24_000)) == .inconclusive)
    }

    @Test(arguments: rules)
    func withoutEvidenceNothingIsKnown(rule: Guard) {
        let result = GuardTest(rule, alpha: 0.5, beta: 0.5).result(
            StepEvidence(), isComparable: true)
        #expect(result.verdict == .inconclusive)
        #expect(result.low == nil && result.high == nil && result.effect == nil)
        #expect(result.stableEstimate == nil && result.candidateEstimate == nil)
        #expect(result.stableCount == 0 && result.candidateCount == 0)
    }

    @Test(arguments: rules)
    func aRelativeLimitNeedsTheStableVersionBeside(rule: Guard) {
        let evidence = StepEvidence(
            stable: .make(500, errors: 5), candidate: .make(500, errors: 400, latency: 90_000))
        let result = GuardTest(rule, alpha: 0.001, beta: 0.05).result(evidence, isComparable: false)
        #expect(result.verdict == (rule.isRelative ? .notComparable : .fail))
        #expect(result.stableCount == (rule.isRelative ? 500 : 0))
        #expect((result.low == nil) == rule.isRelative)
    }

    @Test func saysOnWhatItRests() {
        let rule = Guard(metric: .errorRate, limit: .maxIncrease(0.005))
        let result = GuardTest(rule, alpha: 0.001, beta: 0.05).result(
            StepEvidence(stable: .make(4_000, errors: 40), candidate: .make(1_000, errors: 50)),
            isComparable: true)
        #expect(result.name == "error_rate max_increase")
        #expect(result.stableCount == 4_000 && result.candidateCount == 1_000)
        #expect(result.stableEstimate == 0.01 && result.candidateEstimate == 0.05)
        #expect(abs((result.effect ?? 0) - 0.04) < 1e-12)
        #expect(result.alpha == 0.001 && result.beta == 0.05 && result.margin == 0.005)
        #expect(result.verdict == .fail)
    }

    @Test("both ends are known even where no version has had an error")
    func noErrorsAtAll() throws {
        let rule = Guard(metric: .errorRate, limit: .maxIncrease(0.005))
        let result = GuardTest(rule, alpha: 0.001, beta: 0.05).result(
            StepEvidence(stable: .make(2_000), candidate: .make(200)), isComparable: true)
        let low = try #require(result.low)
        let high = try #require(result.high)
        #expect(low < 0 && low > -0.02)
        #expect(high > 0 && high < 0.05)
    }

    @Test func aRatioToNothingHasNoEstimate() {
        let rule = Guard(metric: .errorRate, limit: .maxRatio(2))
        let result = GuardTest(rule, alpha: 0.001, beta: 0.05).result(
            StepEvidence(stable: .make(4_000), candidate: .make(1_000, errors: 100)),
            isComparable: true)
        #expect(result.effect == nil)
        #expect(result.verdict == .fail)
    }

    @Test(arguments: [(40, true), (8, false), (0, false)])
    func theStableVersionMayBreakAnAbsoluteLimitToo(errors: Int, isBroken: Bool) {
        let test = GuardTest(
            Guard(metric: .errorRate, limit: .max(0.01)), alpha: 0.001, beta: 0.05)
        let evidence = StepEvidence(stable: .make(1_000, errors: errors))
        #expect(test.isBrokenByStable(evidence) == isBroken)
        // A relative limit is never broken by what it is relative to.
        let relative = GuardTest(
            Guard(metric: .errorRate, limit: .maxIncrease(0.01)), alpha: 0.001, beta: 0.05)
        #expect(!relative.isBrokenByStable(evidence))
        #expect(!test.isBrokenByStable(StepEvidence()))
    }
}
