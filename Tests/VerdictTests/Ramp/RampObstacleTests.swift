// What holds a ramp: a stable version that is as bad, shares that are not kept; told once each.

import Plan
import Testing

@testable import Verdict

@Suite struct RampObstacleTests {
    private static let absolute = Guard(metric: .errorRate, limit: .max(0.05))

    @Test func whenBothAreDeadItHoldsAndSaysSoOnce() {
        var ramp = RampDriver(RampMaking.canary(shares: [50_000]))
        ramp.pass(0)
        ramp.serve(stable: (20, 20), candidate: (20, 20))
        let decision = ramp.pass(250)
        #expect(decision?.kind == .held && decision?.cause == .stableIsBad)
        #expect(ramp.state.share == 50_000 && ramp.state.heldFor == .stableIsBad)
        for _ in 0..<20 {
            ramp.serve(stable: (20, 20), candidate: (20, 20))
            #expect(ramp.pass(250) == nil)
            #expect(ramp.engine.waits.contains(.stableIsBad))
        }
        // The stable version is well again, the candidate is not.
        ramp.serve(stable: (20, 0), candidate: (20, 20))
        ramp.serve(stable: (2_000, 0), candidate: (20, 20))
        #expect(ramp.pass(250)?.kind == .rollingBack)
    }

    @Test func whenBothAreWellAgainItGoesOn() {
        var ramp = RampDriver(RampMaking.canary(shares: [50_000, 100_000]))
        ramp.pass(0)
        ramp.serve(stable: (20, 20), candidate: (20, 20))
        #expect(ramp.pass(250)?.kind == .held)
        // Not before the errors are well below what trips the breaker.
        ramp.serve(stable: (30, 0), candidate: (30, 0))
        #expect(ramp.pass(250) == nil)
        ramp.serve(stable: (20_000, 0), candidate: (20_000, 0))
        let decision = ramp.pass(250)
        #expect(decision?.kind == .released && decision?.cause == .stableIsBad)
        #expect(ramp.state.heldFor == nil)
        #expect(ramp.pass(1_000)?.kind == .advanced)
    }

    @Test func anAbsoluteLimitThatBothBreakHolds() {
        var ramp = RampDriver(RampMaking.canary(shares: [50_000], guards: [Self.absolute]))
        ramp.pass(0)
        ramp.serve(10_000, stableErrors: 0.1, candidateErrors: 0.1)
        let decision = ramp.pass(1)
        #expect(decision?.kind == .held && decision?.cause == .stableIsBad)
        #expect(decision?.evidence?.guards.map(\.verdict) == [.fail])
        ramp.serve(10_000, stableErrors: 0.1, candidateErrors: 0.1)
        #expect(ramp.pass(60_000) == nil)
        ramp.serve(30_000, candidateErrors: 0.1)
        #expect(ramp.pass(1)?.kind == .rollingBack)
    }

    @Test func oneGuardThatTheStableVersionKeepsIsEnoughToRollBack() {
        let relative = Guard(metric: .errorRate, limit: .maxRatio(1.5))
        var ramp = RampDriver(
            RampMaking.canary(shares: [50_000], guards: [Self.absolute, relative]))
        ramp.pass(0)
        ramp.serve(10_000, stableErrors: 0.1, candidateErrors: 0.3)
        let decision = ramp.pass(1)
        #expect(decision?.kind == .rollingBack)
        #expect(decision?.evidence?.guards.map(\.verdict) == [.fail, .fail])
    }

    @Test func sharesThatAreNotKeptHoldUntilTheyAre() {
        var ramp = RampDriver(RampMaking.canary())
        ramp.pass(0)
        ramp.areSharesKept = false
        ramp.serve(500_000)
        let decision = ramp.pass(1_000)
        #expect(decision?.kind == .held && decision?.cause == .sampleRatio)
        #expect(ramp.state.heldFor == .sampleRatio && ramp.engine.waits == [.sampleRatio])
        #expect(decision?.evidence?.sampleRatio?.isMismatch == true)
        ramp.serve(500_000)
        #expect(ramp.pass(60_000) == nil)
        // Mended: most callers are where they should be.
        ramp.areSharesKept = true
        ramp.counts.stableUnits = 990_000
        ramp.counts.candidateUnits = 10_000
        ramp.serve(stable: (99_000, 0), candidate: (1_000, 0))
        #expect(ramp.pass(1_000)?.kind == .released)
        #expect(ramp.pass(1)?.kind == .advanced)
    }

    @Test func promoteGoesPastWhatHolds() throws {
        var ramp = RampDriver(RampMaking.canary())
        ramp.pass(0)
        ramp.areSharesKept = false
        ramp.serve(500_000)
        ramp.pass(1_000)
        try ramp.ask(.promote)
        #expect(ramp.state.step == 1 && ramp.state.heldFor == nil)
        #expect(ramp.pass(1) == nil)
    }

    @Test func aCandidateThatNobodyReachesHoldsToo() {
        var ramp = RampDriver(RampMaking.canary())
        ramp.pass(0)
        ramp.counts.stableUnits = 5_000
        ramp.counts.stableRequests = 5_000
        let decision = ramp.pass(1_000)
        #expect(decision?.kind == .held && decision?.cause == .sampleRatio)
    }

    @Test func aCandidateThatEveryCallerGivesUpOnFailsByLatency() {
        let slow = Guard(metric: .latencyP50, limit: .max(50_000))
        var ramp = RampDriver(RampMaking.canary(guards: [slow]))
        ramp.pass(0)
        var decision: Decision?
        for second in 1...30 where decision == nil {
            ramp.counts.stableRequests += 9_900
            ramp.counts.stableUnits += 9_900
            ramp.counts.candidateUnits += 100
            // What clients gave up counts neither for nor against it, but how they waited does.
            let evidence = StepEvidence(
                stable: ramp.evidence.stable,
                candidate: VersionEvidence(latency: .about(1_000_000, count: 100 * second)))
            decision = ramp.engine.tick(ramp.counts, elapsedMilliseconds: 1_000) { evidence }
        }
        #expect(decision?.kind == .rollingBack && decision?.cause == .guards)
    }

    // MARK: Restarts

    @Test(arguments: [RampWait.sampleRatio, .stableIsBad])
    func aRestartDoesNotReleaseWhatWasHeld(for wait: RampWait) throws {
        var state = RampState(stable: "v1", candidate: "v2", digest: "a", stratum: 7)
        state.phase = .step
        state.share = 1_000
        state.heldFor = wait
        state.watchedMilliseconds = 60_000
        var ramp = RampDriver(RampMaking.canary(), state: state)
        for _ in 0..<5 {
            #expect(ramp.pass(1_000) == nil)
            #expect(ramp.engine.waits.first == wait)
        }
        ramp.serve(500_000)
        #expect(ramp.pass(1)?.kind == .released)
    }

    @Test func afterARestartTheBreakerSeesOnlyWhatIsNew() throws {
        var ramp = RampDriver(RampMaking.canary(shares: [1_000, 5_000]))
        ramp.pass(0)
        ramp.serve(100_000, stableErrors: 0.02, candidateErrors: 0.02)
        #expect(ramp.pass(250) == nil)
        try ramp.restart(keepingCounts: true)
        // With the past in its window, 2 % of errors of both would have looked alike.
        ramp.serve(stable: (100, 2), candidate: (10, 10))
        let decision = ramp.pass(250)
        #expect(decision?.kind == .rollingBack && decision?.cause == .breaker)
        #expect(decision?.evidence?.breaker?.candidateRequests == 10)
    }

    // MARK: Figures

    @Test func aDecisionShowsTheFiguresThatItRestsOn() {
        var engine = RampEngine(
            canary: RampMaking.canary(),
            state: RampState(stable: "v1", candidate: "v2", digest: "a", stratum: 1))
        let start = engine.tick(StepCounts(), elapsedMilliseconds: 0) { StepEvidence() }
        if let start { engine.accept(start) }
        let counts = StepCounts(
            stableRequests: 9_900, candidateRequests: 1_000, candidateErrors: 100,
            stableUnits: 9_900, candidateUnits: 100)
        // Workers go on counting: a second look would see something else.
        var looks = 0
        let decision = engine.tick(counts, elapsedMilliseconds: 1_000) {
            looks += 1
            return StepEvidence(
                stable: .make(9_900), candidate: .make(1_000, errors: looks == 1 ? 100 : 0))
        }
        #expect(looks == 1)
        #expect(decision?.kind == .rollingBack)
        #expect(decision?.evidence?.guards.map(\.verdict) == [.fail])
        #expect(decision?.evidence?.candidateErrors == 100)
    }

    @Test func guardsAreAskedOnceMoreBeforeAStepIsLeft() {
        var ramp = RampDriver(RampMaking.canary(guards: [Self.absolute]))
        ramp.pass(0)
        ramp.serve(100_000)
        #expect(ramp.pass(999) == nil)
        // The counts give no reason to look again, but the step's time has come.
        ramp.lateErrors = 200
        let decision = ramp.pass(1)
        #expect(decision?.kind == .rollingBack && decision?.cause == .guards)
    }

    @Test func guardsAreAskedOnceMoreBeforeTheBakeEnds() throws {
        var ramp = RampDriver(RampMaking.canary(guards: [Self.absolute]))
        try ramp.climb(toStep: 2)
        ramp.serve(1_000)
        #expect(ramp.pass(1_000)?.kind == .baking)
        ramp.serve(1_000)
        #expect(ramp.pass(999) == nil)
        ramp.lateErrors = 200
        #expect(ramp.pass(1)?.kind == .rollingBack)
    }
}
