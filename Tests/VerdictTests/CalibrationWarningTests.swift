// Proves: a ramp's time is reckoned from its slowest part, and what hardly ends is warned of.

import Plan
import Testing

@testable import Verdict

@Suite struct CalibrationWarningTests {
    private static let usual = AssumedVersion(
        errorRate: 0.001, p50Microseconds: 20_000, spread: 3.2)
    private static let errors = Guard(metric: .errorRate, limit: .maxIncrease(0.05))

    private func calibrate(
        _ canary: Canary, _ assumed: AssumedVersion = usual, rate: Double = 100
    ) -> RampCalibration {
        RampCalibration(
            canary, stable: "v1", candidate: "v2", assumed: assumed,
            requestsPerSecond: rate)
    }

    // MARK: Times

    @Test func aStepTakesAsLongAsItsSlowestPart() throws {
        let holding = calibrate(
            RampMaking.canary(
                shares: [50_000], holdMilliseconds: 600_000, guards: [Self.errors]))
        #expect(holding.steps[0].takesMilliseconds == 600_000)
        let gathering = calibrate(
            RampMaking.canary(
                shares: [25_000], holdMilliseconds: 0, minRequests: 10_000, guards: [Self.errors]))
        #expect(gathering.steps[0].minRequestsMilliseconds == 400_000)
        #expect(gathering.steps[0].takesMilliseconds == 400_000)
        let judging = calibrate(
            RampMaking.canary(
                shares: [10_000], holdMilliseconds: 0, minRequests: 1, guards: [Self.errors]))
        let needed = try #require(judging.steps[0].guards[0].passesAfterRequests)
        #expect(judging.steps[0].takesMilliseconds == needed * 100)
    }

    @Test func minRequestsAreThoseOfTheVersionWithLess() {
        let canary = RampMaking.canary(
            shares: [90_000, 100_000], holdMilliseconds: 0, minRequests: 100,
            guards: [Self.errors])
        let steps = calibrate(canary).steps
        #expect(steps[0].minRequestsMilliseconds == 10_000)
        #expect(steps[1].minRequestsMilliseconds == 1_000)
    }

    @Test func nothingIsComparedWithAVersionThatNobodyIsOn() throws {
        let canary = RampMaking.canary(
            shares: [50_000, 100_000], holdMilliseconds: 5_000, minRequests: 100,
            guards: [Self.errors, Guard(metric: .latencyP99, limit: .max(200_000))])
        let ramp = calibrate(canary)
        #expect(ramp.steps[0].guards.map(\.isCompared) == [true, true])
        #expect(ramp.steps[1].guards.map(\.isCompared) == [false, true])
        #expect(ramp.steps[1].guards[0].passesAfterRequests == nil)
        #expect(ramp.steps[1].guards[1].passesAfterRequests != nil)
        let times = try ramp.steps.map { try #require($0.takesMilliseconds) }
        #expect(ramp.takesMilliseconds == times.reduce(0, +))
        #expect(ramp.warnings.isEmpty)
    }

    @Test func twiceTheTrafficTakesHalfTheTime() throws {
        let canary = RampMaking.canary(
            shares: [10_000], holdMilliseconds: 0, guards: [Self.errors])
        let slow = try #require(calibrate(canary, rate: 50).takesMilliseconds)
        #expect(calibrate(canary, rate: 100).takesMilliseconds == slow / 2)
    }

    // MARK: Warnings

    @Test func agreementThatTheStableVersionDoesNotHaveItselfIsWarnedOf() throws {
        let noisy = AssumedVersion(
            errorRate: 0.001, p50Microseconds: 20_000, spread: 3.2, disagreementRate: 0.03)
        let alone = Guard(metric: .agreement, limit: .min(0.98))
        let ramp = RampCalibration(
            RampMaking.canary(guards: [alone], shadow: 1_000_000), stable: "v1", candidate: "v2",
            assumed: noisy, requestsPerSecond: 100, shadow: Shadow(version: 1))
        let warnings = ramp.warnings
        #expect(
            warnings.first?.what
                == "agreement min 98 % is broken by v1 itself, which is at 97 %")
        #expect(warnings.first?.mend.contains("--disagreement") == true)
        let late = try #require(warnings.last)
        #expect(late.what.hasPrefix("step 1 (in the shadow) takes"))
        #expect(late.mend.contains("raise the shadow's sample"))
        #expect(late.mend.contains("after_shadow.requests"))
    }

    @Test func aRatioOfOneCanNeverBePassed() throws {
        let ramp = calibrate(
            RampMaking.canary(guards: [Guard(metric: .latencyP99, limit: .maxRatio(1))]))
        #expect(ramp.takesMilliseconds == nil)
        #expect(ramp.steps.prefix(2).allSatisfy { $0.takesMilliseconds == nil })
        let warning = try #require(ramp.warnings.first)
        #expect(ramp.warnings.count == 1)
        #expect(warning.what.hasPrefix("latency_p99 max_ratio 1 can never be passed"))
        #expect(warning.why.hasSuffix("step 1 would never end"))
    }

    @Test func aLimitThatTheStableVersionBreaksIsNamed() throws {
        let ramp = calibrate(
            RampMaking.canary(guards: [Guard(metric: .latencyP99, limit: .max(50_000))]))
        #expect(ramp.takesMilliseconds == nil)
        let warning = try #require(ramp.warnings.first)
        #expect(
            warning.what == "latency_p99 max 50 ms is broken by v1 itself, which is at 64 ms")
        #expect(warning.mend.hasSuffix("with --latency and --spread"))
    }

    @Test(arguments: [
        (
            Guard(metric: .firstByteP50, limit: .max(9_000)),
            "ttfb_p50 max 9 ms is broken by v1 itself, which is at 20 ms", "--ttfb and --spread"
        ),
        (
            Guard(metric: .eventGapP50, limit: .max(40_000)),
            "event_gap_p50 max 40 ms is broken by v1 itself, which is at 50 ms",
            "--event-gap and --spread"
        ),
        (
            Guard(metric: .streamErrors, limit: .max(0.001)),
            "stream_errors max 0.1 % is broken by v1 itself, which is at 0.1 %", "--stream-errors"
        ),
    ])
    func soIsALimitOnStreams(rule: Guard, what: String, flags: String) throws {
        let warning = try #require(calibrate(RampMaking.canary(guards: [rule])).warnings.first)
        #expect(warning.what == what)
        #expect(warning.mend.hasSuffix("with \(flags)"))
    }

    @Test func streamsAreCalledStreams() throws {
        let rule = Guard(metric: .eventGapP99, limit: .maxRatio(1))
        let never = try #require(calibrate(RampMaking.canary(guards: [rule])).warnings.first)
        #expect(never.why.hasPrefix("not even 100,000,000 streams would show it"))
        let late = try #require(
            calibrate(
                RampMaking.canary(
                    shares: [1_000], minRequests: 1,
                    guards: [Guard(metric: .streamErrors, limit: .maxIncrease(0.02))],
                    deadlineMilliseconds: 1_000)
            ).warnings.first)
        #expect(late.what.contains(" streams of v2 for stream_errors max_increase 2 %, "))
    }

    @Test(arguments: [
        (Canary.Inconclusive.wait, "be reported as inconclusive and wait on"),
        (.pause, "be paused without a conclusion"),
        (.rollback, "a v2 that is as good as v1 would be rolled back"),
    ])
    func aStepBeyondItsDeadlineIsToldWithWhatFollows(
        choice: Canary.Inconclusive, words: String
    ) throws {
        let canary = RampMaking.canary(
            shares: [1_000, 25_000], minRequests: 10,
            guards: [Guard(metric: .latencyP99, limit: .maxRatio(1.5))],
            onInconclusive: choice, deadlineMilliseconds: 60_000)
        let ramp = calibrate(canary)
        let warning = try #require(ramp.warnings.first)
        #expect(ramp.warnings.count == 1)
        #expect(warning.what.hasPrefix("step 1 (1 %) needs about "))
        #expect(warning.what.contains(" requests of v2 for latency_p99 max_ratio 1.5, "))
        #expect(warning.why.hasPrefix("the deadline is 1 min, before which it can hardly"))
        #expect(warning.why.hasSuffix(words))
        #expect(warning.mend.hasPrefix("raise the share of the step"))
    }

    @Test func aStepThatTakesMostOfItsDeadlineIsToldToo() throws {
        let guards = [Guard(metric: .latencyP99, limit: .maxRatio(1.5))]
        func ramp(_ deadlineMilliseconds: Int) -> RampCalibration {
            calibrate(
                RampMaking.canary(
                    shares: [10_000], guards: guards, deadlineMilliseconds: deadlineMilliseconds))
        }
        let takes = try #require(ramp(3_600_000).takesMilliseconds)
        #expect(ramp(takes * 2).warnings.isEmpty)
        let warning = try #require(ramp(takes * 2 - 2_000).warnings.first)
        #expect(warning.why.contains("one ramp in ten takes twice as long"))
        #expect(try #require(ramp(takes - 1_000).warnings.first).why.contains("hardly"))
    }

    @Test func minRequestsThatComeTooLateAreTold() throws {
        let canary = RampMaking.canary(
            shares: [10, 99_000], minRequests: 1_000, guards: [], deadlineMilliseconds: 7_200_000)
        let warnings = calibrate(canary).warnings
        #expect(warnings.count == 1)
        let warning = try #require(warnings.first)
        #expect(
            warning.what == "step 1 (0.01 %) takes 28 h until both versions have had "
                + "min_requests, 1,000")
    }

    // MARK: Extremes

    @Test(arguments: [
        Guard(metric: .errorRate, limit: .maxIncrease(1)),
        Guard(metric: .errorRate, limit: .maxRatio(1_000)),
        Guard(metric: .latencyP50, limit: .maxRatio(1.001)),
        Guard(metric: .latencyP99, limit: .maxIncrease(43_200_000_000)),
        Guard(metric: .latencyP99, limit: .max(1_000)),
    ])
    func noNumbersAreTooLargeOrTooSmall(rule: Guard) {
        for (errorRate, median, spread) in [(0, 1_000.0, 1.01), (0.99, 600_000_000, 1_000)] {
            let ramp = calibrate(
                RampMaking.canary(
                    shares: [1, 99_999], minRequests: 1_000_000_000, guards: [rule]),
                AssumedVersion(errorRate: errorRate, p50Microseconds: median, spread: spread),
                rate: 0.01)
            #expect(ramp.steps.allSatisfy { $0.minRequestsMilliseconds > 0 })
            #expect(!ramp.warnings.isEmpty)
        }
    }

    @Test(arguments: [
        (7, "7"), (99, "99"), (104, "100"), (1_849, "1,800"), (1_851, "1,900"),
        (999_999, "1,000,000"),
    ])
    func countsHaveTwoDigits(count: Int, text: String) {
        #expect(CalibrationText.count(count) == text)
    }

    @Test(arguments: [
        (0, "0 ms"), (840, "800 ms"), (12_400, "12 s"), (184_000, "3 min"),
        (1_043_000, "17 min"), (4_520_000, "1 h 15 min"), (93_000_000, "26 h"),
        (1 << 50, "over a year"),
    ])
    func durationsAreAboutRight(milliseconds: Int, text: String) {
        #expect(CalibrationText.duration(milliseconds) == text)
    }
}
