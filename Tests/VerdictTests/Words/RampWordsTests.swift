// Decisions as sentences for whoever is woken at night by one.

import Plan
import Testing

@testable import Verdict

@Suite struct RampWordsTests {
    private func last(
        _ canary: Canary = RampMaking.canary(), _ happen: (inout RampDriver) throws -> Void
    ) rethrows -> String {
        var ramp = RampDriver(canary)
        ramp.pass(0)
        try happen(&ramp)
        return ramp.decisions.last?.summary ?? "nothing was decided"
    }

    // MARK: Going up

    @Test func theWayUp() throws {
        var ramp = RampDriver(RampMaking.canary(approveAt: 0))
        ramp.pass(0)
        ramp.serve(500_000)
        ramp.pass(1_000)
        try ramp.ask(.promote)
        ramp.serve(500_000)
        ramp.pass(1_000)
        ramp.serve(5_000)
        ramp.pass(1_000)
        ramp.serve(5_000)
        ramp.pass(1_000)
        #expect(
            ramp.decisions.map(\.summary) == [
                "v2 gets its first share, 1 %: step 1 of 3",
                "step 1 of 3 is passed, and v2 stays at 1 % until promote: "
                    + "every guard passes on 5,000 requests",
                "v2 goes from 1 % to 10 %, step 2 of 3: by an operator",
                "v2 goes from 10 % to 100 %, step 3 of 3: every guard passes on 50,000 requests",
                "the last step is passed; v2 bakes with 100 %: "
                    + "after 5,000 requests, with none of v1 to compare with",
                "v2 keeps 100 %: the ramp succeeded",
            ])
    }

    @Test func byAnOperator() throws {
        var ramp = RampDriver(RampMaking.canary())
        ramp.pass(0)
        try ramp.ask(.pause)
        try ramp.ask(.resume)
        try ramp.ask(.abort)
        ramp.pass(1)
        try ramp.ask(.retry)
        #expect(
            ramp.decisions.dropFirst().map(\.summary) == [
                "paused with v2 at 1 %, step 1 of 3: by an operator",
                "resumed with v2 at 1 %, step 1 of 3",
                "v2 is taken out from 1 %: by an operator",
                "aborted: everybody is on v1, and nobody gets v2 before retry "
                    + "or a change of it in the file",
                "armed again by an operator: the ramp of v2 begins anew",
            ])
        let ended = try last(RampMaking.canary(shares: [100_000], bakeMilliseconds: 0)) {
            try $0.ask(.promote)
        }
        #expect(ended == "v2 keeps 100 %: an operator ended the ramp")
    }

    // MARK: Coming down

    @Test func aRollbackNamesWhatWasSeen() {
        let guarded = last {
            $0.serve(500_000, candidateErrors: 0.04)
            $0.pass(1)
        }
        #expect(
            guarded == "v2 is taken out from 1 %: error_rate of v2 is 4 % (5,000 requests), "
                + "of v1 0 % (495,000): surely +2.95 % or more, where at most +0.5 % is allowed")
        let broken = last {
            $0.serve(stable: (100, 2), candidate: (10, 10))
            $0.pass(1)
        }
        #expect(
            broken == "v2 is taken out from 1 %: 10 errors in a row; in the last 10 s or less "
                + "v2 failed 10 of 10 requests, v1 2 of 100")
        let rate = last {
            $0.serve(stable: (4_000, 2), candidate: (40, 30))
            $0.pass(1)
        }
        #expect(
            rate == "v2 is taken out from 1 %: in the last 10 s or less "
                + "v2 failed 30 of 40 requests, v1 2 of 4,000")
        let over = last {
            $0.serve(stable: (100, 0), candidate: (10, 10))
            $0.pass(1)
            $0.pass(1)
        }
        #expect(
            over == "rolled back: everybody is on v1, and nobody gets v2 before retry "
                + "or a change of it in the file")
    }

    // MARK: Standing still

    @Test(arguments: [
        (Canary.Inconclusive.wait, "v2 stays at 1 %, step 1 of 3"),
        (.pause, "paused with v2 at 1 %, step 1 of 3"), (.rollback, "v2 is taken out from 1 %"),
    ])
    func aDeadlineNamesWhatIsNotKnown(onInconclusive: Canary.Inconclusive, what: String) {
        let canary = RampMaking.canary(onInconclusive: onInconclusive, deadlineMilliseconds: 5_000)
        let text = last(canary) {
            $0.serve(2_000)
            $0.pass(5_000)
        }
        #expect(
            text == what + ": no conclusion within the deadline; error_rate of v2 is 0 % "
                + "(20 requests), of v1 0 % (1,980): between -0.381 % and +24 %, "
                + "where at most +0.5 % is allowed, too early to say")
        let scant = last(RampMaking.canary(guards: [], deadlineMilliseconds: 5_000)) {
            $0.serve(2_000)
            $0.pass(5_000)
        }
        #expect(
            scant == "v2 stays at 1 %, step 1 of 3: no conclusion within the deadline; "
                + "too few requests, 20 of v2 and 1,980 of v1")
    }

    @Test func aHoldNamesWhatStandsInTheWay() {
        let dead = last(RampMaking.canary(shares: [50_000])) {
            $0.serve(stable: (20, 20), candidate: (20, 20))
            $0.pass(250)
        }
        #expect(
            dead == "v1 is just as bad at the moment, a rollback would not help: 20 errors in a "
                + "row; in the last 10 s or less v2 failed 20 of 20 requests, v1 20 of 20")
        let absolute = Guard(metric: .errorRate, limit: .max(0.05))
        let failing = last(RampMaking.canary(shares: [50_000], guards: [absolute])) {
            $0.serve(20_000, stableErrors: 0.1, candidateErrors: 0.1)
            $0.pass(250)
        }
        #expect(
            failing == "v1 is just as bad at the moment, a rollback would not help: error_rate of "
                + "v2 is 10 % (10,000 requests): surely 8.82 % or more, "
                + "where at most 5 % is allowed")
        let skewed = last {
            $0.areSharesKept = false
            $0.serve(500_000)
            $0.pass(250)
        }
        #expect(
            skewed == "v2 got 50 % of 500,000 callers where 1 % is wanted: "
                + "no comparison holds until that is mended")
    }

    @Test func aReleaseNamesWhatIsOver() {
        let well = last(RampMaking.canary(shares: [50_000])) {
            $0.serve(stable: (20, 20), candidate: (20, 20))
            $0.pass(250)
            $0.serve(100_000)
            $0.pass(250)
        }
        #expect(well == "v1 and v2 are no longer both bad: nothing holds the ramp any more")
        let kept = last {
            $0.areSharesKept = false
            $0.serve(500_000)
            $0.pass(250)
            $0.counts.stableUnits = 495_000
            $0.counts.candidateUnits = 5_000
            $0.areSharesKept = true
            $0.serve(100_000)
            $0.pass(1_000)
        }
        #expect(kept == "shares are as wanted again: nothing holds the ramp any more")
    }

    // MARK: Files

    @Test(arguments: [
        (
            RampPhase.step, 10_000,
            "the file has other terms: v2 stays at 10 %, step 2 of 3, with evidence from now on"
        ),
        (
            .paused, 20_000,
            "the file has other terms: v2 goes from 20 % to 10 %, step 2 of 3, "
                + "with evidence from now on"
        ),
        (.rolledBack, 0, "the file has other terms; the ramp is still rolled back"),
        (.succeeded, 100_000, "the file has other terms; the ramp is still over, with success"),
    ])
    func otherTerms(phase: RampPhase, share: Int, words: String) {
        var state = RampState(stable: "v1", candidate: "v2", digest: "a", stratum: 4)
        state.phase = phase
        state.share = share
        let engine = RampEngine(canary: RampMaking.canary(), state: state)
        #expect(engine.reconfigured(stable: "v1", terms: "u").summary == words)
    }

    @Test(arguments: [
        ("v3", RampPhase.pending, "the file has another candidate, v3: the ramp begins anew"),
        ("v2", .pending, "the file changes v2: the ramp begins anew"),
        ("v2", .rolledBack, "the file changes v2: as it is now it is rolled back until retry"),
    ])
    func anotherCandidate(name: String, phase: RampPhase, words: String) {
        let state = RampState(stable: "v1", candidate: "v2", digest: "a", stratum: 4)
        var next = RampState(stable: "v1", candidate: name, digest: "b", stratum: 5)
        next.phase = phase
        let engine = RampEngine(canary: RampMaking.canary(), state: state)
        #expect(engine.candidateChanged(to: next).summary == words)
    }

    @Test func noRampAnyMore() {
        let state = RampState(stable: "v1", candidate: "v2", digest: "a", stratum: 4)
        #expect(
            RampEngine.removed(state).summary
                == "the file has no ramp any more: what it says instead holds")
    }

    // MARK: Words alone

    @Test func everythingHasAWord() {
        let phases = RampPhase.allCases.map(RampWords.phase)
        #expect(Set(phases).count == phases.count && !phases.contains(""))
        let waits: [RampWait] = [
            .hold, .evidence, .approval, .resume, .bake, .inFlight, .stableIsBad, .sampleRatio,
            .journal,
        ]
        let words = waits.map(RampWords.wait)
        #expect(Set(words).count == words.count && !words.contains(""))
    }

    @Test(arguments: [
        (0, "0 %"), (1, "0.001 %"), (25_000, "25 %"), (12_340, "12.34 %"), (99_999, "99.999 %"),
        (100_000, "100 %"),
    ])
    func shares(buckets: Int, text: String) {
        #expect(RampWords.share(buckets) == text)
    }
}
