// Proves: operators stop a ramp, let it go on, end it and begin it anew, and the journal says who.

import Foundation
import Testing
import Waiting

@Suite struct RampVerbTests {
    /// Runs an operator's command that must do what it says.
    private func command(
        _ stage: RampStage, _ verb: String, reason: String
    ) async throws -> DecisionDocument {
        let run = try await stage.gateway.sluice(verb, "sentiment", "--reason", reason)
        #expect(run.end == .exit(0), "\(run.errors)")
        #expect(!run.output.isEmpty)
        let decision = try #require(try await stage.decisions().last { $0.reason == reason })
        #expect(decision.cause == "operator")
        // Whoever runs the tests, by name.
        #expect(!decision.actor.isEmpty && decision.actor != "sluice")
        return decision
    }

    @Test func aPausedRampIsWatchedAndGoesNoFurther() async throws {
        try await RampStage.run {
            $0.steps = "[25%, 50%]"
            $0.hold = "2s"
        } body: { stage in
            try await stage.waitFor(step: 1)
            #expect(try await command(stage, "pause", reason: "a look first").kind == "paused")
            try await stage.gateway.underLoad(.users(200)) { _ in
                let ramp = try await stage.waitFor("everything that the step asks for") {
                    $0.watchedMs >= 4_000 && $0.guards.allSatisfy { $0.verdict == "pass" }
                }
                #expect(ramp.phase == "paused")
                #expect(ramp.step == 1)
                #expect(ramp.share == 25)
                #expect(ramp.waitingFor == ["resume"])
                #expect(try await stage.kinds() == ["started", "paused"])
                #expect(try await command(stage, "resume", reason: "fine").kind == "resumed")
                let end = try await stage.waitFor(phase: "succeeded")
                #expect(end.share == 50)
            }
        }
    }

    @Test func aStepThatNeedsApprovalWaitsForIt() async throws {
        try await RampStage.run {
            $0.steps = "[{share: 25%, approve: true}, 100%]"
        } body: { stage in
            try await stage.gateway.underLoad(.users(200)) { _ in
                let asked = try await stage.waitFor("nothing but approval") {
                    $0.waitingFor == ["approval"]
                }
                #expect(asked.step == 1)
                let later = try await stage.waitFor("two more seconds") {
                    $0.watchedMs >= asked.watchedMs + 2_000
                }
                #expect(later.isWhere(asked))
                #expect(try await stage.kinds() == ["started", "awaiting_approval"])
                let decision = try await command(stage, "promote", reason: "figures look good")
                #expect(decision.kind == "advanced")
                #expect(decision.stepAfter == 2)
                try await stage.waitFor(phase: "succeeded")
            }
        }
    }

    @Test func promoteGoesOnWhateverIsWaitedFor() async throws {
        try await RampStage.run {
            $0.hold = "10m"
            $0.bake = "10m"
        } body: { stage in
            var kinds = ["started"]
            try await stage.waitFor(step: 1)
            for (kind, share) in [
                ("advanced", 50.0), ("advanced", 100), ("baking", 100), ("succeeded", 100),
            ] {
                let decision = try await stage.act("promote", reason: "in a hurry")
                kinds.append(kind)
                #expect(decision.kind == kind)
                #expect(decision.cause == "operator")
                #expect(decision.actor == "ada")
                #expect(decision.reason == "in a hurry")
                #expect(decision.shareAfter == share)
                try await stage.waitFor("\(share) %") { decision.explains($0) }
                #expect(try await stage.served().share("v2") == share)
            }
            #expect(try await stage.kinds() == kinds)
        }
    }

    @Test func abortLetsRequestsUnderWayFinishAndRetryBeginsAnew() async throws {
        try await RampStage.run {
            $0.steps = "[50%, 100%]"
            $0.hold = "10m"
        } body: { stage in
            try await stage.scenario.change(stage.candidate, ["latency_ms": 1_500])
            try await stage.gateway.underLoad(.users(200, rate: 60)) { load in
                try await stage.waitFor("requests of the candidate") {
                    !$0.guards.isEmpty && $0.guards.allSatisfy { $0.candidateCount >= 20 }
                }
                let decision = try await command(stage, "abort", reason: "a slip in the file")
                #expect(decision.kind == "rolling_back")
                let leaving = try await stage.waitFor(phase: "rolling_back")
                #expect(leaving.waitingFor == ["in_flight"])
                #expect(leaving.share == 0)
                let end = try await stage.waitFor(phase: "aborted")
                #expect(end.latched)
                let start = load.now
                try await load.waitForMore(60)
                #expect(Set(load.counts(since: start).keys) == ["v1"])
                // What was under way has been answered where it was.
                #expect(load.samples().failures == [])
                let kinds = try await stage.kinds()
                #expect(kinds == ["started", "rolling_back", "aborted"])

                #expect(try await command(stage, "retry", reason: "mended").kind == "retried")
                let again = try await stage.waitFor(step: 1)
                #expect(again.share == 50)
                #expect(!again.latched)
                try await load.waitForMore(60)
                try await Wait.until("requests of the candidate") {
                    load.counts(since: start)["v2"] != nil
                }
            }
            #expect(
                try await stage.kinds() == [
                    "started", "rolling_back", "aborted", "retried", "started",
                ])
        }
    }

    @Test func waitingForARampEndsAfterItsTime() async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            let run = try await stage.gateway.sluice(
                "status", "sentiment", "--wait", "--timeout", "1s")
            #expect(run.end == .exit(1))
            try await stage.act("abort")
            try await stage.waitFor(phase: "aborted")
            let ended = try await stage.gateway.sluice("status", "sentiment", "--wait")
            #expect(ended.end == .exit(1))
        }
    }

    @Test func everyDecisionIsExplained() async throws {
        try await RampStage.run {
            $0.steps = "[50%, 100%]"
            $0.hold = "10m"
        } body: { stage in
            try await stage.scenario.change(stage.candidate, ["error_rate": 0.5])
            try await stage.gateway.underLoad(.users(200)) { _ in
                try await stage.waitFor(phase: "rolled_back")
            }
            for decision in try await stage.decisions() {
                let run = try await stage.gateway.sluice(
                    "explain", "--decision", "\(decision.id)")
                #expect(run.end == .exit(0), "\(run.errors)")
                #expect(run.output.contains(decision.summary))
                if decision.kind == "rolling_back" {
                    #expect(run.output.contains("error_rate"))
                    #expect(run.output.contains("10 %") || run.output.contains("10%"))
                }
            }
            let last = try #require(try await stage.decisions().last)
            let run = try await stage.gateway.sluice("explain", "--decision", "\(last.id + 1)")
            #expect(run.end == .exit(1))
            #expect(run.output.isEmpty)
        }
    }
}
