// A changed file: the ramp goes on by other terms, begins anew, or is no more.

import Plan
import Testing

@testable import Verdict

@Suite struct RampChangeTests {
    private func state(_ phase: RampPhase, step: Int, share: Int) -> RampState {
        var state = RampState(stable: "v1", candidate: "v2", digest: "a", terms: "t", stratum: 5)
        state.phase = phase
        state.step = step
        state.share = share
        state.watchedMilliseconds = 700
        state.isApprovalAsked = true
        state.isDeadlineTold = true
        state.heldFor = .sampleRatio
        return state
    }

    @Test(arguments: [
        // Steps with other shares: the highest that gives no more than there is now.
        (10_000, [1_000, 10_000, 100_000], 1, 10_000),
        (10_000, [1_000, 5_000, 20_000], 1, 5_000),
        (10_000, [2_000, 4_000, 8_000], 2, 8_000),
        // All give more: there is nothing else to go on with.
        (10_000, [20_000, 40_000], 0, 20_000),
    ])
    func otherTermsBeginEvidenceAnewOnTheStepThatFits(
        share: Int, shares: [Int], step: Int, next: Int
    ) {
        let engine = RampEngine(
            canary: RampMaking.canary(shares: shares),
            state: state(.step, step: 1, share: share))
        let decision = engine.reconfigured(stable: "v0", terms: "u")
        let after = decision.after
        #expect(decision.kind == .reconfigured && decision.cause == .configuration)
        #expect(after.phase == .step && after.step == step && after.share == next)
        #expect(after.stable == "v0" && after.terms == "u" && after.digest == "a")
        #expect(after.stratum == 6 && after.watchedMilliseconds == 0)
        #expect(!after.isApprovalAsked && !after.isDeadlineTold && after.heldFor == nil)
        #expect(decision.raisesShare == (next > share))
    }

    @Test(arguments: [
        ([1_000, 100_000], RampPhase.baking), ([1_000, 100_000, 100_000], .baking),
        ([1_000, 50_000], .baking),
    ])
    func aBakeGoesOnAsOneIfItIsStillOnTheLastStep(shares: [Int], phase: RampPhase) {
        let engine = RampEngine(
            canary: RampMaking.canary(shares: shares),
            state: state(.baking, step: 1, share: 100_000))
        #expect(engine.reconfigured(stable: "v1", terms: "u").after.phase == phase)
    }

    @Test func aBakeWithStepsToComeIsAStepAgain() {
        let engine = RampEngine(
            canary: RampMaking.canary(shares: [1_000, 50_000, 100_000]),
            state: state(.baking, step: 1, share: 50_000))
        let after = engine.reconfigured(stable: "v1", terms: "u").after
        #expect(after.phase == .step && after.step == 1)
    }

    @Test func aPausedRampStaysPaused() {
        var before = state(.paused, step: 1, share: 100_000)
        before.wasBaking = true
        let engine = RampEngine(canary: RampMaking.canary(shares: [1_000, 50_000]), state: before)
        let after = engine.reconfigured(stable: "v1", terms: "u").after
        #expect(after.phase == .paused && after.share == 50_000 && !after.wasBaking)
    }

    @Test(arguments: [RampPhase.pending, .succeeded, .rollingBack, .rolledBack, .aborted])
    func whatIsNotWatchedStaysAsItIs(phase: RampPhase) {
        let before = state(phase, step: 4, share: phase == .succeeded ? 100_000 : 0)
        var engine = RampEngine(canary: RampMaking.canary(shares: [5_000]), state: before)
        let decision = engine.reconfigured(stable: "v0", terms: "u")
        var expected = before
        expected.stable = "v0"
        expected.terms = "u"
        #expect(decision.after == expected)
        engine.accept(decision)
        // A step that is no more does not trap.
        #expect(engine.step.share == 5_000)
    }

    @Test func anotherCandidateBeginsAnew() {
        var engine = RampEngine(
            canary: RampMaking.canary(), state: state(.rolledBack, step: 1, share: 0))
        let next = RampState(stable: "v1", candidate: "v3", digest: "b", stratum: 9)
        let decision = engine.candidateChanged(to: next)
        #expect(decision.kind == .candidateChanged && !decision.raisesShare)
        engine.accept(decision)
        #expect(engine.state == next)
        let start = engine.tick(StepCounts(), elapsedMilliseconds: 1) { StepEvidence() }
        #expect(start?.kind == .started && start?.after.stratum == 10)
    }

    @Test func withoutARampNothingIsLeftOfTheShare() {
        let before = state(.step, step: 1, share: 10_000)
        let decision = RampEngine.removed(before)
        #expect(decision.kind == .removed && decision.before == before)
        #expect(decision.after.share == 0 && decision.after.stratum == 6)
        #expect(!decision.raisesShare)
    }
}
