// Ramps from beginning to end: the good, the bad, and those that wait.

import Plan
import Testing

@testable import Verdict

@Suite struct RampScenarioTests {
    private static let absolute = Guard(metric: .errorRate, limit: .max(0.05))

    // MARK: Going up

    @Test func aGoodRampGoesUpAndSucceeds() {
        var ramp = RampDriver(RampMaking.canary())
        #expect(ramp.pass(0)?.after.share == 1_000)
        // Neither time nor evidence alone is enough.
        #expect(ramp.pass(1_000) == nil)
        #expect(ramp.engine.waits == [.evidence])
        ramp.serve(500_000)
        #expect(ramp.pass(0)?.after.share == 10_000)
        ramp.serve(500_000)
        #expect(ramp.pass(999) == nil)
        #expect(ramp.engine.waits == [.hold])
        #expect(ramp.pass(1)?.after.share == 100_000)
        #expect(!ramp.engine.isComparable)
        ramp.serve(99)
        #expect(ramp.pass(1_000) == nil)
        ramp.serve(1)
        #expect(ramp.pass(0)?.kind == .baking)
        #expect(ramp.state.share == 100_000 && ramp.state.watchedMilliseconds == 0)
        #expect(ramp.pass(999) == nil)
        #expect(ramp.engine.waits == [.bake, .evidence])
        // A bake without traffic says nothing, however long it lasts.
        #expect(ramp.pass(86_400_000) == nil)
        #expect(ramp.engine.waits == [.evidence])
        ramp.serve(1_000)
        #expect(ramp.pass(1)?.kind == .succeeded)
        #expect(ramp.kinds == [.started, .advanced, .advanced, .baking, .succeeded])
        #expect(ramp.decisions.map(\.after.stratum) == [2, 3, 4, 5, 5])
        #expect(ramp.decisions.map(\.after.step) == [0, 1, 2, 2, 2])
        ramp.serve(1_000_000, candidateErrors: 1)
        #expect(ramp.pass(86_400_000) == nil)
        #expect(ramp.engine.waits.isEmpty)
    }

    @Test func withoutABakeTheLastStepEndsIt() throws {
        var ramp = RampDriver(RampMaking.canary(bakeMilliseconds: 0))
        try ramp.climb(toStep: 2)
        ramp.serve(1_000)
        #expect(ramp.pass(1_000)?.kind == .succeeded)
        #expect(ramp.state.share == 100_000)
    }

    @Test(arguments: [(false, DecisionKind.succeeded, 50_000), (true, .rollingBack, 0)])
    func aLastStepBelowTheWholeIsComparedWhileItBakes(
        isBad: Bool, kind: DecisionKind, share: Int
    ) throws {
        var ramp = RampDriver(RampMaking.canary(shares: [1_000, 50_000]))
        try ramp.climb(toStep: 1)
        ramp.serve(100_000)
        #expect(ramp.pass(1_000)?.kind == .baking)
        ramp.serve(100_000, candidateErrors: isBad ? 0.1 : 0)
        #expect(ramp.pass(1_000)?.kind == kind)
        #expect(ramp.state.share == share)
    }

    @Test func aStepThatNeedsApprovalAsksForItOnce() throws {
        var ramp = RampDriver(RampMaking.canary(approveAt: 0))
        ramp.pass(0)
        ramp.serve(500_000)
        #expect(ramp.pass(1_000)?.kind == .awaitingApproval)
        #expect(ramp.engine.waits == [.approval])
        for _ in 0..<10 {
            ramp.serve(500_000)
            #expect(ramp.pass(1_000) == nil)
        }
        #expect(try ramp.ask(.promote).kind == .advanced)
        #expect(ramp.state.share == 10_000 && !ramp.state.isApprovalAsked)
    }

    @Test func guardsThatCannotCompareDoNotStandInTheWayAtTheWhole() throws {
        let relative = Guard(metric: .latencyP99, limit: .maxRatio(1.2))
        var ramp = RampDriver(RampMaking.canary(guards: [relative, Self.absolute]))
        try ramp.climb(toStep: 2)
        ramp.serve(1_000)
        let decision = ramp.pass(1_000)
        #expect(decision?.kind == .baking)
        #expect(decision?.evidence?.guards.map(\.verdict) == [.notComparable, .pass])
        // What needs no comparison is guarded on.
        ramp.serve(2_000, candidateErrors: 0.2)
        #expect(ramp.pass(10)?.cause == .guards)
    }

    // MARK: Coming down

    @Test func aGuardThatFailsRollsBackAndLatches() {
        var ramp = RampDriver(RampMaking.canary())
        ramp.pass(0)
        ramp.serve(500_000, candidateErrors: 0.04)
        let decision = ramp.pass(1)
        #expect(decision?.kind == .rollingBack && decision?.cause == .guards)
        #expect(decision?.evidence?.guards.map(\.verdict) == [.fail])
        #expect(ramp.state.share == 0 && ramp.engine.waits == [.inFlight])
        ramp.counts.candidateInFlight = 3
        #expect(ramp.pass(1_000) == nil)
        ramp.counts.candidateInFlight = 0
        #expect(ramp.pass(1)?.kind == .rolledBack)
        #expect(ramp.pass(86_400_000) == nil)
        #expect(ramp.state.phase == .rolledBack && ramp.state.share == 0)
    }

    @Test func whatDoesNotFinishIsNotWaitedForForever() {
        var ramp = RampDriver(RampMaking.canary())
        ramp.pass(0)
        ramp.serve(stable: (100, 0), candidate: (10, 10))
        #expect(ramp.pass(1)?.kind == .rollingBack)
        ramp.counts.candidateInFlight = 1
        #expect(ramp.pass(119_999) == nil)
        #expect(ramp.pass(1)?.kind == .rolledBack)
    }

    @Test func eachRollbackWaitsAnew() throws {
        var ramp = RampDriver(RampMaking.canary())
        for _ in 0..<2 {
            ramp.pass(0)
            ramp.serve(stable: (100, 0), candidate: (10, 10))
            #expect(ramp.pass(1)?.kind == .rollingBack)
            ramp.counts.candidateInFlight = 1
            #expect(ramp.pass(100_000) == nil)
            try ramp.ask(.retry)
        }
    }

    @Test func whatIsLeftOfTheStableVersionDoesNotExcuseACandidateThatHasEverything() throws {
        var ramp = RampDriver(RampMaking.canary(guards: [Self.absolute]))
        try ramp.climb(toStep: 2)
        var failing = ramp
        failing.serve(stable: (50, 10), candidate: (2_000, 400))
        #expect(failing.pass(1)?.cause == .guards)
        ramp.serve(stable: (50, 50), candidate: (20, 20))
        #expect(ramp.pass(1)?.cause == .breaker)
    }

    @Test(arguments: [0, 1, 2])
    func theBreakerRollsBackAtOnceOnAnyStep(step: Int) throws {
        var ramp = RampDriver(RampMaking.canary(holdMilliseconds: 60_000))
        try ramp.climb(toStep: step)
        ramp.serve(stable: (step < 2 ? 100 : 0, 0), candidate: (10, 10))
        let decision = ramp.pass(1)
        #expect(decision?.kind == .rollingBack && decision?.cause == .breaker)
        #expect(decision?.evidence?.breaker?.trip == .consecutiveErrors)
    }

    @Test func pausedIsStillWatched() throws {
        var ramp = RampDriver(RampMaking.canary())
        ramp.pass(0)
        try ramp.ask(.pause)
        ramp.serve(500_000)
        #expect(ramp.pass(10_000) == nil)
        #expect(ramp.engine.waits == [.resume])
        var failing = ramp
        failing.serve(500_000, candidateErrors: 0.04)
        #expect(failing.pass(1)?.kind == .rollingBack)
        try ramp.ask(.resume)
        #expect(ramp.pass(1)?.kind == .advanced)
    }

    // MARK: Waiting

    @Test(arguments: [Canary.Inconclusive.wait, .pause, .rollback])
    func withoutTrafficItWaitsHoweverLong(onInconclusive: Canary.Inconclusive) {
        var ramp = RampDriver(RampMaking.canary(onInconclusive: onInconclusive))
        #expect(ramp.pass(0)?.kind == .started)
        for _ in 0..<365 { #expect(ramp.pass(86_400_000) == nil) }
        #expect(ramp.state.phase == .step && ramp.state.share == 1_000)
        #expect(ramp.engine.waits == [.evidence])
        // Traffic of the stable version alone is none either.
        ramp.areSharesKept = true
        ramp.serve(stable: (50, 0), candidate: (0, 0))
        #expect(ramp.pass(86_400_000) == nil)
    }

    @Test(arguments: [
        (Canary.Inconclusive.wait, DecisionKind.held, RampPhase.step),
        (.pause, .paused, .paused), (.rollback, .rollingBack, .rollingBack),
    ])
    func aDeadlineWithoutAConclusion(
        onInconclusive: Canary.Inconclusive, kind: DecisionKind, phase: RampPhase
    ) throws {
        var ramp = RampDriver(
            RampMaking.canary(onInconclusive: onInconclusive, deadlineMilliseconds: 5_000))
        ramp.pass(0)
        ramp.serve(2_000)
        #expect(ramp.pass(4_999) == nil)
        let decision = ramp.pass(1)
        #expect(decision?.kind == kind && decision?.cause == .deadline)
        #expect(ramp.state.phase == phase)
        if phase == .rollingBack { return }
        #expect(ramp.pass(60_000) == nil)
        if phase == .paused { try ramp.ask(.resume) }
        // Told once, it waits on, and goes on as soon as there is a conclusion.
        #expect(ramp.pass(60_000) == nil)
        ramp.serve(500_000)
        #expect(ramp.pass(1)?.kind == .advanced)
        #expect(!ramp.state.isDeadlineTold)
    }

    @Test func aDeadlineDoesNotMatterToAStepThatIsPassed() {
        var ramp = RampDriver(
            RampMaking.canary(
                approveAt: 0, onInconclusive: .rollback, deadlineMilliseconds: 5_000))
        ramp.pass(0)
        ramp.serve(500_000)
        #expect(ramp.pass(4_000)?.kind == .awaitingApproval)
        #expect(ramp.pass(60_000) == nil)
        #expect(ramp.state.phase == .step)
    }

    @Test func aRefusedRaiseIsProposedAgain() {
        var ramp = RampDriver(RampMaking.canary())
        for _ in 0..<3 {
            let decision = ramp.propose(after: 100)
            #expect(decision?.kind == .started && decision?.raisesShare == true)
            #expect(ramp.state.phase == .pending && ramp.state.share == 0)
            #expect(ramp.engine.waits == [.journal])
        }
        ramp.pass(0)
        ramp.serve(500_000)
        for round in 1...3 {
            #expect(ramp.propose(after: 1_000)?.kind == .advanced)
            #expect(ramp.state.share == 1_000)
            #expect(ramp.state.watchedMilliseconds == 1_000 * round)
        }
        ramp.pass(0)
        #expect(ramp.state.share == 10_000 && ramp.state.watchedMilliseconds == 0)
    }

    @Test func timeThatRunsBackwardsTakesNothingAway() {
        var ramp = RampDriver(RampMaking.canary())
        ramp.pass(0)
        ramp.pass(600)
        #expect(ramp.pass(-86_400_000) == nil)
        #expect(ramp.state.watchedMilliseconds == 600)
        ramp.serve(500_000)
        #expect(ramp.pass(400)?.kind == .advanced)
    }

    @Test func timeThatPassesWhileADecisionIsWrittenIsNotLost() throws {
        var ramp = RampDriver(RampMaking.canary(holdMilliseconds: 10_000))
        ramp.pass(0)
        ramp.pass(2_000)
        let pause = try ramp.engine.ask(.pause, actor: "ann", reason: "", evidence: nil)
        ramp.pass(3_000)
        ramp.accept(pause)
        #expect(ramp.state.phase == .paused && ramp.state.watchedMilliseconds == 5_000)
    }
}
