// Ramps that begin in the shadow: the candidate is judged before it answers anybody.

import Foundation
import Plan
import Testing

@testable import Verdict

@Suite struct RampShadowTests {
    private static let agreement = Guard(metric: .agreement, limit: .min(0.99))
    private static let errors = Guard(metric: .errorRate, limit: .maxIncrease(0.005))

    private func driver(
        guards: [Guard] = [errors, agreement], shadow: Int = 10_000, countsPairs: Bool = true,
        onInconclusive: Canary.Inconclusive = .wait, deadline: Int = 3_600_000
    ) -> RampDriver {
        var ramp = RampDriver(
            RampMaking.canary(
                guards: guards, onInconclusive: onInconclusive, deadlineMilliseconds: deadline,
                shadow: shadow, countsPairs: countsPairs))
        ramp.shadow = (0.001, 0, 0)
        return ramp
    }

    // MARK: Going on

    @Test func whatAgreesGoesOnToCallers() {
        var ramp = driver()
        let started = ramp.pass(0)
        #expect(started?.kind == .started && started?.after.share == 0)
        // Nobody is moved, so that it need not be in the journal first.
        #expect(started?.raisesShare == false)
        #expect(ramp.state.isMirrored && ramp.engine.isComparable)
        ramp.serve(9_999)
        #expect(ramp.pass(1_000) == nil)
        #expect(ramp.engine.waits == [.evidence] && !ramp.engine.hasEnough)
        ramp.serve(1)
        let advanced = ramp.pass(1)
        #expect(advanced?.kind == .advanced && advanced?.after.share == 1_000)
        #expect(advanced?.raisesShare == true)
        #expect(advanced?.evidence?.pairs == 10_000 && advanced?.evidence?.differingPairs == 9)
        #expect(advanced?.evidence?.candidateRequests == 10_000)
        #expect(advanced?.evidence?.sampleRatio == nil)
        #expect(!ramp.state.isMirrored)
        // From here on callers count again, by the ramp's own least evidence, and agreement still.
        ramp.serve(500_000)
        let next = ramp.pass(1_000)
        #expect(next?.kind == .advanced && next?.after.share == 10_000)
        #expect(next?.evidence?.guards.map(\.verdict) == [.pass, .pass])
        ramp.serve(500_000)
        ramp.pass(1_000)
        #expect(ramp.state.share == 100_000)
        // Nobody is mirrored any more, and agreement stands in nobody's way.
        ramp.serve(1_000)
        #expect(ramp.pass(1_000)?.kind == .baking)
        ramp.serve(1_000)
        #expect(ramp.pass(1_000)?.kind == .succeeded)
    }

    @Test func itsHoldIsKept() {
        var ramp = driver()
        ramp.pass(0)
        ramp.serve(20_000)
        #expect(ramp.pass(999) == nil)
        #expect(ramp.engine.waits == [.hold])
        #expect(ramp.pass(1)?.kind == .advanced)
    }

    @Test func withoutAComparisonCopiesAreCounted() {
        var ramp = driver(guards: [], shadow: 300, countsPairs: false)
        ramp.shadow = nil
        ramp.pass(0)
        ramp.serve(299)
        #expect(ramp.pass(1_000) == nil && !ramp.engine.hasEnough)
        ramp.serve(1)
        #expect(ramp.pass(1)?.kind == .advanced)
    }

    @Test func pairsThatWereNotComparedAreNoEvidence() {
        var ramp = driver(guards: [])
        ramp.shadow = nil
        ramp.pass(0)
        ramp.serve(1_000_000)
        #expect(ramp.pass(100_000) == nil)
        #expect(ramp.engine.waits == [.evidence])
        // They may come after the last request has ended.
        ramp.counts.pairs = 10_000
        #expect(ramp.pass(1)?.kind == .advanced)
    }

    @Test func aCandidateThatGetsNobodyIsNoMismatchOfShares() {
        var ramp = driver()
        ramp.areSharesKept = false
        ramp.pass(0)
        ramp.serve(200_000)
        #expect(ramp.pass(1_000)?.kind == .advanced)
    }

    // MARK: Coming down

    @Test func whatDisagreesIsTakenOutBeforeItAnswersAnybody() throws {
        var ramp = driver()
        ramp.shadow?.disagreement = 0.05
        ramp.pass(0)
        ramp.serve(4_000)
        let passed = ramp.pass(1_000)
        let decision = try #require(passed)
        #expect(decision.kind == .rollingBack && decision.cause == .guards)
        #expect(
            decision.summary == "v2 is taken out in the shadow, before it answered anybody: "
                + "agreement of v2 with v1 is 95 % (4,000 pairs): surely 96.4 % or less, "
                + "where at least 99 % is asked for")
        #expect(ramp.pass(1)?.kind == .rolledBack)
        // Latched, though it never had a share.
        ramp.serve(1_000_000)
        #expect(ramp.pass(86_400_000) == nil)
        try ramp.ask(.retry)
        #expect(ramp.pass(0)?.after.isMirrored == true)
    }

    @Test func theBreakerTakesABrokenShadowOutAtOnce() throws {
        var ramp = driver()
        ramp.shadow = nil
        ramp.pass(0)
        ramp.serve(stable: (20, 0), candidate: (10, 10))
        let passed = ramp.pass(1)
        let decision = try #require(passed)
        #expect(decision.kind == .rollingBack && decision.cause == .breaker)
        #expect(
            decision.summary == "v2 is taken out in the shadow, before it answered anybody: "
                + "10 errors in a row; in the last 10 s or less v2 failed 10 of 10 copies, "
                + "v1 0 of 20")
        #expect(ramp.pass(1)?.kind == .rolledBack)
    }

    @Test func noiseOfEqualVersionsIsNoReason() {
        let controlled = Guard(metric: .agreement, limit: .min(0.98), isControlled: true)
        var ramp = driver(guards: [controlled])
        ramp.shadow = (disagreement: 0.1, controls: 1, noise: 0.1)
        ramp.pass(0)
        for _ in 0..<20 {
            ramp.serve(2_000)
            ramp.pass(1_000)
        }
        #expect(ramp.kinds.prefix(2) == [.started, .advanced])
        #expect(!ramp.kinds.contains(.rollingBack))
        ramp = driver(guards: [controlled])
        ramp.shadow = (disagreement: 0.2, controls: 1, noise: 0.1)
        ramp.pass(0)
        ramp.serve(20_000)
        #expect(ramp.pass(1_000)?.cause == .guards)
    }

    @Test func whatDisagreesAmongCallersIsTakenOutToo() throws {
        var ramp = driver()
        try ramp.climb(toStep: 1)
        ramp.shadow?.disagreement = 0.05
        ramp.serve(50_000)
        let passed = ramp.pass(1_000)
        let decision = try #require(passed)
        #expect(decision.kind == .rollingBack && decision.before.share == 1_000)
        #expect(decision.summary.hasPrefix("v2 is taken out from 1 %: agreement of v2 with v1"))
    }

    // MARK: Other ways

    @Test func operatorsHaveTheSameVerbs() throws {
        var ramp = driver()
        ramp.pass(0)
        #expect(
            try ramp.ask(.pause).summary
                == "paused with v2 in the shadow, step 1 of 4: by an operator")
        ramp.serve(20_000)
        #expect(ramp.pass(2_000) == nil)
        #expect(try ramp.ask(.resume).summary == "resumed with v2 in the shadow, step 1 of 4")
        let promoted = try ramp.ask(.promote)
        #expect(promoted.summary == "v2 goes from the shadow to 1 %, step 2 of 4: by an operator")
        ramp = driver()
        ramp.pass(0)
        #expect(try ramp.ask(.abort).kind == .rollingBack)
        #expect(ramp.pass(1)?.kind == .aborted)
    }

    @Test func aDeadlineSaysWhatIsMissing() {
        var ramp = driver(guards: [], onInconclusive: .wait, deadline: 5_000)
        ramp.pass(0)
        ramp.serve(50)
        let held = ramp.pass(5_000)
        #expect(held?.kind == .held)
        #expect(
            held?.summary == "v2 stays in the shadow, step 1 of 4: no conclusion within the "
                + "deadline; too little to see, 50 copies and 50 pairs of answers")
    }

    @Test func theWayUpInWords() {
        var ramp = driver()
        ramp.pass(0)
        ramp.serve(20_000)
        ramp.pass(1_000)
        #expect(
            ramp.decisions.map(\.summary) == [
                "v2 begins in the shadow, with copies alone: step 1 of 4",
                "v2 goes from the shadow to 1 %, step 2 of 4: every guard passes on 20,000 copies",
            ])
    }

    @Test func anEditFindsItsStepAgain() {
        var ramp = driver()
        ramp.pass(0)
        // Still in the shadow where there is one, and among callers where there is none any more.
        let same = ramp.engine.reconfigured(stable: "v1", terms: "b")
        #expect(same.after.isMirrored && same.after.stratum == 3 && same.after.step == 0)
        #expect(same.summary.contains("v2 stays in the shadow, step 1 of 4"))
        let plain = RampEngine(canary: RampMaking.canary(), state: ramp.state)
        let begun = plain.reconfigured(stable: "v1", terms: "c")
        #expect(begun.after.share == 1_000 && begun.raisesShare)
        #expect(begun.summary.contains("v2 goes from the shadow to 1 %, step 1 of 3"))
        // A step in the shadow that is new does not take back what callers have got.
        var climbed = RampDriver(RampMaking.canary())
        climbed.pass(0)
        let later = RampEngine(canary: RampMaking.canary(shadow: 5), state: climbed.state)
        #expect(later.reconfigured(stable: "v1", terms: "d").after.step == 1)
    }

    @Test func theShadowsStepHasItsShareOfTheErrorProbability() {
        let guards = [Self.errors]
        let plain = RampMaking.canary(guards: guards)
        let mirrored = RampMaking.canary(guards: guards, shadow: 5)
        #expect(plain.guardAlpha == 0.01 / 4 && mirrored.guardAlpha == 0.01 / 5)
        #expect(mirrored.looksAtShadow && !plain.looksAtShadow)
        #expect(RampMaking.canary(guards: [Self.agreement]).looksAtShadow)
    }

    @Test func anEarlierDecisionIsRead() throws {
        var ramp = RampDriver(RampMaking.canary())
        ramp.pass(0)
        ramp.serve(500_000)
        let passed = ramp.pass(1_000)
        let decision = try #require(passed)
        #expect(decision.evidence?.pairs == nil)
        let data = try JSONEncoder().encode(decision)
        #expect(!String(decoding: data, as: UTF8.self).contains("airs"))
        #expect(try JSONDecoder().decode(Decision.self, from: data) == decision)
    }

    // MARK: Replays

    @Test func aReplayPassesItOverAndSaysSo() throws {
        let canary = RampMaking.canary(
            holdMilliseconds: 1_000, guards: [Self.errors, Self.agreement], shadow: 10_000)
        var replay = TraceReplay(canary: canary, stable: "v1", candidate: "v2")
        #expect(replay.leavesOutShadow)
        #expect(replay.engine.canary.steps.map(\.share) == [1_000, 10_000, 100_000])
        #expect(replay.engine.canary.guards == [Self.errors])
        // Each guard may err as often as in the whole ramp.
        #expect(abs(replay.engine.canary.guardAlpha - canary.guardAlpha) < 1e-15)
        let first = try replay.take(
            TraceOutcome(
                atMilliseconds: 0, isCandidate: false, status: 200, latencyMicroseconds: 9))
        #expect(first.first?.decision.after.share == 1_000)
        let plain = TraceReplay(canary: RampMaking.canary(), stable: "v1", candidate: "v2")
        #expect(!plain.leavesOutShadow && plain.engine.canary == RampMaking.canary())
    }
}
