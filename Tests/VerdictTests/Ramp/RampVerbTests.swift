// Every verb in every phase: what it leads to, or why it is refused.

import Plan
import Testing

@testable import Verdict

@Suite struct RampVerbTests {
    /// What each verb leads to, in the order promote, pause, resume, abort, retry; nil is refused.
    private static let table: [(RampPhase, [DecisionKind?])] = [
        (.pending, [nil, nil, nil, .rollingBack, nil]),
        (.step, [.advanced, .paused, nil, .rollingBack, nil]),
        (.paused, [.advanced, nil, .resumed, .rollingBack, nil]),
        (.baking, [.succeeded, .paused, nil, .rollingBack, nil]),
        (.succeeded, [nil, nil, nil, .rollingBack, nil]),
        (.rollingBack, [nil, nil, nil, nil, .retried]),
        (.rolledBack, [nil, nil, nil, nil, .retried]),
        (.aborted, [nil, nil, nil, nil, .retried]),
    ]

    private func ramp(in phase: RampPhase) -> RampDriver {
        var state = RampState(stable: "v1", candidate: "v2", digest: "a", stratum: 5)
        state.phase = phase
        if phase.isWatched || phase == .succeeded {
            state.step = phase == .baking || phase == .succeeded ? 2 : 1
            state.share = phase == .baking || phase == .succeeded ? 100_000 : 10_000
        }
        return RampDriver(RampMaking.canary(), state: state)
    }

    @Test(arguments: table)
    func leadsToADecisionOrIsRefused(phase: RampPhase, expected: [DecisionKind?]) {
        #expect(expected.count == RampVerb.allCases.count)
        for (verb, kind) in zip(RampVerb.allCases, expected) {
            let ramp = ramp(in: phase)
            do {
                let decision = try ramp.engine.ask(
                    verb, actor: "ann", reason: "why not", evidence: nil)
                #expect(decision.kind == kind, "\(verb) of \(phase)")
                #expect(decision.cause == .operator)
                #expect(decision.actor == "ann" && decision.reason == "why not")
                #expect(decision.before == ramp.state && decision.after != ramp.state)
            } catch {
                #expect(kind == nil, "\(verb) of \(phase)")
                #expect(
                    error.description.hasPrefix(
                        "the ramp is \(RampWords.phase(phase)) and cannot be "))
            }
        }
    }

    @Test(arguments: [
        (
            RampPhase.pending, RampVerb.promote,
            "the ramp is waiting to begin and cannot be promoted; "
                + "it begins as soon as the journal can be written, or can be aborted"
        ),
        (
            .step, .resume,
            "the ramp is under way and cannot be resumed; it can be promoted, paused or aborted"
        ),
        (
            .paused, .retry,
            "the ramp is paused and cannot be retried; it can be resumed, promoted or aborted"
        ),
        (
            .succeeded, .retry,
            "the ramp is over, with success and cannot be retried; "
                + "it can be aborted, or the file can name the next candidate"
        ),
        (
            .rolledBack, .abort,
            "the ramp is rolled back and cannot be aborted; "
                + "it can be retried, or the file can name another candidate"
        ),
    ])
    func saysWhatToDoInstead(phase: RampPhase, verb: RampVerb, words: String) {
        #expect {
            try ramp(in: phase).engine.ask(verb, actor: "ann", reason: "", evidence: nil)
        } throws: {
            ($0 as? VerbRefusal)?.description == words
        }
    }

    @Test func promoteGoesPastAllThatIsWaitedFor() throws {
        var ramp = RampDriver(RampMaking.canary(approveAt: 0))
        ramp.pass(0)
        #expect(try ramp.ask(.promote).after.share == 10_000)
        #expect(try ramp.ask(.promote).after.share == 100_000)
        #expect(try ramp.ask(.promote).kind == .baking)
        #expect(try ramp.ask(.promote).kind == .succeeded)
    }

    @Test func promoteOfAPausedBakeEndsIt() throws {
        var ramp = ramp(in: .baking)
        try ramp.ask(.pause)
        #expect(ramp.state.wasBaking)
        #expect(try ramp.ask(.promote).kind == .succeeded)
    }

    @Test func aPausedBakeGoesOnAsOne() throws {
        var ramp = ramp(in: .baking)
        ramp.pass(600)
        try ramp.ask(.pause)
        #expect(ramp.pass(300) == nil)
        #expect(try ramp.ask(.resume).after.phase == .baking)
        // It was watched all the time.
        ramp.serve(1_000)
        #expect(ramp.pass(100)?.kind == .succeeded)
    }

    @Test(arguments: [RampPhase.pending, .step, .paused, .baking, .succeeded])
    func anAbortEndsAsOne(phase: RampPhase) throws {
        var ramp = ramp(in: phase)
        try ramp.ask(.abort)
        #expect(ramp.state.share == 0 && ramp.state.isAborting)
        let decision = ramp.pass(1)
        #expect(decision?.kind == .aborted && decision?.cause == .operator)
        #expect(ramp.state.phase == .aborted)
        #expect(ramp.pass(86_400_000) == nil)
    }

    @Test(arguments: [RampPhase.rollingBack, .rolledBack, .aborted])
    func aRetryBeginsAnew(phase: RampPhase) throws {
        var ramp = ramp(in: phase)
        let decision = try ramp.ask(.retry)
        #expect(!decision.raisesShare)
        #expect(
            ramp.state == RampState(stable: "v1", candidate: "v2", digest: "a", stratum: 6))
        #expect(ramp.pass(0)?.after.share == 1_000)
    }
}
