// A guard's answer as a sentence, with the figures that decided.

import Plan
import Testing

@testable import Verdict

@Suite struct GuardWordsTests {
    private static let ratio = Guard(metric: .latencyP99, limit: .maxRatio(1.2))
    private static let increase = Guard(metric: .errorRate, limit: .maxIncrease(0.005))
    private static let most = Guard(metric: .latencyP50, limit: .max(50_000))

    private func sentence(
        _ rule: Guard, _ stable: VersionEvidence, _ candidate: VersionEvidence,
        isComparable: Bool = true
    ) -> String {
        let result = GuardTest(rule, alpha: 0.001, beta: 0.05).result(
            StepEvidence(stable: stable, candidate: candidate), isComparable: isComparable)
        return GuardWords.sentence(result, stable: "v1", candidate: "v2")
    }

    @Test func ofAFail() {
        let stable = VersionEvidence.make(20_000, errors: 20)
        let candidate = VersionEvidence.make(2_000, errors: 300, latency: 60_000)
        #expect(
            sentence(Self.increase, stable, candidate)
                == "error_rate of v2 is 15 % (2,000 requests), of v1 0.1 % (20,000): "
                + "surely +11.5 % or more, where at most +0.5 % is allowed")
        #expect(
            sentence(Self.ratio, stable, candidate)
                == "latency_p99 of v2 is 89.1 ms (2,000 requests), of v1 29.7 ms (20,000): "
                + "surely 2.97 times or more, where at most 1.2 times is allowed")
        #expect(
            sentence(Self.most, stable, candidate)
                == "latency_p50 of v2 is 59.9 ms (2,000 requests): "
                + "surely 56.8 ms or more, where at most 50 ms is allowed")
    }

    @Test func ofAPass() {
        let version = VersionEvidence.make(20_000, errors: 20)
        #expect(
            sentence(Self.increase, version, version)
                == "error_rate of v2 is 0.1 % (20,000 requests), of v1 0.1 % (20,000): "
                + "surely +0.118 % or less, where at most +0.5 % is allowed")
        #expect(
            sentence(Self.most, version, version)
                == "latency_p50 of v2 is 20 ms (20,000 requests): "
                + "surely 20.2 ms or less, where at most 50 ms is allowed")
    }

    @Test func ofTooLittle() {
        let stable = VersionEvidence.make(200, errors: 1)
        let candidate = VersionEvidence.make(10, errors: 1)
        #expect(
            sentence(Self.increase, stable, candidate)
                == "error_rate of v2 is 10 % (10 requests), of v1 0.5 % (200): "
                + "between -4.95 % and +58.2 %, where at most +0.5 % is allowed, "
                + "too early to say")
        #expect(
            sentence(Self.ratio, stable, candidate)
                == "latency_p99 of v2 is 27.9 ms (10 requests), of v1 29.7 ms (200): "
                + "too early to say, at most 1.2 times is allowed")
        #expect(
            sentence(Self.most, VersionEvidence(), VersionEvidence())
                == "latency_p50 of v2 is unknown (0 requests): "
                + "too early to say, at most 50 ms is allowed")
        let slow = VersionEvidence.make(10, latency: 48_000)
        #expect(
            sentence(Guard(metric: .latencyP99, limit: .max(90_000)), slow, slow)
                == "latency_p99 of v2 is 66.6 ms (10 requests): "
                + "surely 52.7 ms or more, where at most 90 ms is allowed, too early to say")
    }

    @Test func ofStreams() {
        let stable = VersionEvidence.make(20_000, errors: 20)
        let candidate = VersionEvidence.make(2_000, errors: 300, latency: 60_000)
        #expect(
            sentence(Guard(metric: .streamErrors, limit: .maxIncrease(0.005)), stable, candidate)
                == "stream_errors of v2 is 15 % (2,000 streams), of v1 0.1 % (20,000): "
                + "surely +11.5 % or more, where at most +0.5 % is allowed")
        #expect(
            sentence(Guard(metric: .eventGapP99, limit: .maxRatio(1.2)), stable, candidate)
                == "event_gap_p99 of v2 is 89.1 ms (2,000 streams), of v1 29.7 ms (20,000): "
                + "surely 2.97 times or more, where at most 1.2 times is allowed")
        #expect(
            sentence(Guard(metric: .firstByteP50, limit: .max(50_000)), stable, candidate)
                == "ttfb_p50 of v2 is 59.9 ms (2,000 requests): "
                + "surely 56.8 ms or more, where at most 50 ms is allowed")
        #expect(
            sentence(
                Guard(metric: .streamErrors, limit: .max(0.01)), VersionEvidence(),
                VersionEvidence(requests: 900, errors: 9))
                == "stream_errors of v2 is unknown (0 streams): "
                + "too early to say, at most 1 % is allowed")
    }

    @Test func ofAVersionThatIsAlone() {
        let version = VersionEvidence.make(2_000)
        #expect(
            sentence(Self.ratio, VersionEvidence(), version, isComparable: false)
                == "latency_p99 of v2 is 29.7 ms (2,000 requests), of v1 unknown (0): "
                + "v1 gets no requests any more to compare with")
    }

    @Test(arguments: [
        (Guard.Metric.errorRate, "max_increase", -0.003, "-0.3 %"),
        (.errorRate, "max", 0.02, "2 %"), (.latencyP95, "max_increase", 20_000, "+20 ms"),
        (.streamErrors, "max_increase", 0.01, "+1 %"), (.eventGapP50, "max", 40_000, "40 ms"),
        (.firstByteP99, "max_increase", 1_500_000, "+1.5 s"),
        (.latencyP95, "max", 2_000_000, "2 s"), (.latencyP90, "max_ratio", 1.25, "1.25 times"),
    ])
    func effects(metric: Guard.Metric, limit: String, value: Double, text: String) {
        let result = GuardResult(
            metric: metric, limit: limit, margin: 0, verdict: .inconclusive, stableCount: 0,
            candidateCount: 0, stableEstimate: nil, candidateEstimate: nil, effect: nil, low: nil,
            high: nil, alpha: 0.1, beta: 0.1)
        #expect(GuardWords.effect(result, value) == text)
    }
}
