// Proves: what an edited route file does to a ramp that is under way, and what it does not.

import Foundation
import Testing
import Waiting

@Suite struct RampEditTests {
    private static let keys = (0..<50).map { "user-\($0)" }

    /// A ramp that stands on its second step, with half of the callers on the candidate.
    private func onStepTwo(_ body: (RampStage, RampDocument) async throws -> Void) async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            try await stage.waitFor(step: 1)
            try await stage.act("promote")
            try await body(stage, try await stage.waitFor(step: 2))
        }
    }

    /// Waits until the journal has a decision that it did not have.
    private func waitForDecision(
        _ stage: RampStage, _ kind: String, after decisions: [DecisionDocument]
    ) async throws -> DecisionDocument {
        try await Wait.value("the decision \(kind)") {
            try await stage.decisions().dropFirst(decisions.count).first { $0.kind == kind }
        }
    }

    @Test func anotherRouteChangesNothing() async throws {
        try await onStepTwo { stage, ramp in
            let decisions = try await stage.decisions()
            let owners = try await stage.owners(Self.keys)
            try await stage.writeOther("topics")
            try await stage.writeOther("languages")
            try stage.scenario.remove("Routes/topics.yaml")
            try await Wait.until("the end of a route") {
                try await stage.get("/api/v1/routes/topics").status == 404
            }
            #expect(try await stage.ramp().isWhere(ramp))
            #expect(try await stage.decisions() == decisions)
            #expect(try await stage.owners(Self.keys) == owners)
        }
    }

    @Test func aFileThatIsWrongChangesNothing() async throws {
        try await onStepTwo { stage, ramp in
            let decisions = try await stage.decisions()
            let good = stage.route.text
            try stage.scenario.write(
                "Routes/sentiment.yaml", good.replacing("candidate: v2", with: "candidate: v9"))
            try await stage.gateway.waitForMetric("sluice_config_last_reload_successful", 0)
            #expect(try await stage.ramp().isWhere(ramp))
            #expect(try await stage.decisions() == decisions)
            // It goes on by the last good file.
            #expect(try await stage.act("promote").stepAfter == 3)
        }
    }

    @Test func otherGuardsBeginTheEvidenceAnewAndMoveNobody() async throws {
        try await onStepTwo { stage, ramp in
            let decisions = try await stage.decisions()
            let owners = try await stage.owners(Self.keys)
            try stage.write { $0.guards.append("{metric: latency_p90, max: 2s}") }
            let decision = try await waitForDecision(stage, "reconfigured", after: decisions)
            #expect(decision.cause == "configuration")
            #expect(decision.digest == ramp.digest)
            let now = try await stage.waitFor("two guards") { $0.guards.count == 2 }
            #expect(decision.explains(now))
            #expect(now.phase == "step")
            #expect(now.step == 2)
            #expect(now.share == 50)
            #expect(now.stratum > ramp.stratum)
            #expect(try await stage.owners(Self.keys) == owners)
            #expect(try await stage.decisions().count == decisions.count + 1)
        }
    }

    @Test func otherStepsNeverRaiseTheShareByThemselves() async throws {
        try await onStepTwo { stage, ramp in
            let decisions = try await stage.decisions()
            try stage.write { $0.steps = "[10%, 40%, 70%, 100%]" }
            _ = try await waitForDecision(stage, "reconfigured", after: decisions)
            let now = try await stage.waitFor("four steps") { $0.steps == 4 }
            #expect(now.step == 2)
            #expect(now.share == 40)
            try await stage.waitFor(served: 40)
        }
    }

    @Test func anotherCandidateBeginsAtTheFirstStep() async throws {
        try await onStepTwo { stage, ramp in
            let decisions = try await stage.decisions()
            let next = try await stage.scenario.model("v2").endpoint
            try stage.write(candidate: next)
            let decision = try await waitForDecision(
                stage, "candidate_changed", after: decisions)
            #expect(decision.cause == "configuration")
            #expect(decision.digest != ramp.digest)
            let now = try await stage.waitFor(step: 1)
            #expect(now.share == 25)
            #expect(now.digest == decision.digest)
            #expect(now.stratum > ramp.stratum)
            try await stage.waitFor(served: 25)
        }
    }

    @Test func aRampThatIsTakenOutOfTheFileAndPutBackBeginsAnew() async throws {
        try await onStepTwo { stage, ramp in
            let decisions = try await stage.decisions()
            try stage.write { $0.hasRamp = false }
            let removed = try await waitForDecision(stage, "removed", after: decisions)
            #expect(removed.cause == "configuration")
            try await stage.waitFor(served: 0)
            #expect(try await stage.served().ramp == nil)
            #expect(Set(try await stage.owners(Self.keys)) == ["v1"])
            #expect(try await stage.ask("promote").status == 404)
            // The journal still tells what there was.
            let between = try await stage.decisions()
            #expect(Array(between.prefix(decisions.count)) == decisions)

            try stage.write { $0.hasRamp = true }
            _ = try await waitForDecision(stage, "started", after: between)
            let again = try await stage.waitFor(step: 1)
            #expect(again.share == 25)
            #expect(again.digest == ramp.digest)
            #expect(again.stratum > ramp.stratum)
        }
    }
}
