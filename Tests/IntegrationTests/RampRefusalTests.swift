// Proves: a verb that does not fit where the ramp stands is refused, and changes nothing.

import Foundation
import Testing

@Suite struct RampRefusalTests {
    /// These verbs are refused by API and command, and the journal does not hear of them.
    private func expectRefused(_ stage: RampStage, _ verbs: [String]) async throws {
        let ramp = try await stage.ramp()
        let decisions = try await stage.decisions()
        for verb in verbs {
            let (status, _) = try await stage.ask(verb)
            #expect(status == 409, "\(verb) while \(ramp.phase)")
            let run = try await stage.gateway.sluice(verb, "sentiment")
            #expect(run.end == .exit(1), "\(verb) while \(ramp.phase)")
            #expect(run.output.isEmpty)
            #expect(run.errorLines.count == 1, "\(run.errors)")
        }
        #expect(try await stage.ramp().isWhere(ramp))
        #expect(try await stage.decisions() == decisions)
    }

    @Test func whatDoesNotFitIsRefusedInEveryPhase() async throws {
        try await RampStage.run {
            $0.hold = "10m"
            $0.bake = "10m"
        } body: { stage in
            try await stage.waitFor(step: 1)
            try await expectRefused(stage, ["resume", "retry"])
            try await stage.act("pause")
            try await expectRefused(stage, ["pause", "retry"])
            try await stage.act("abort")
            try await stage.waitFor(phase: "aborted")
            try await expectRefused(stage, ["promote", "pause", "resume", "abort"])
            try await stage.act("retry")
            try await stage.waitFor(step: 1)
            for _ in 0..<3 { try await stage.act("promote") }
            try await stage.waitFor(phase: "baking")
            try await expectRefused(stage, ["resume", "retry"])
            try await stage.act("promote")
            try await stage.waitFor(phase: "succeeded")
            try await expectRefused(stage, ["promote", "pause", "resume", "retry"])
        }
    }

    @Test func withoutARouteOrARampThereIsNothingToAsk() async throws {
        try await RampStage.run {
            $0.hasRamp = false
        } body: { stage in
            #expect(try await stage.served().ramp == nil)
            for verb in ["promote", "pause", "resume", "abort", "retry"] {
                for route in ["sentiment", "nowhere"] {
                    #expect(try await stage.ask(verb, route: route).status == 404)
                    let run = try await stage.gateway.sluice(verb, route)
                    #expect(run.end == .exit(1))
                    #expect(run.errorLines.count == 1, "\(run.errors)")
                }
            }
            let unknown = try await stage.post(
                "/api/v1/routes/sentiment/demote", [String: String]())
            #expect(unknown.status == 404)
            #expect(try await stage.kinds() == [])
        }
    }

    @Test(arguments: ["{\"actor\":1}", "no JSON", "[]"])
    func aBodyThatIsNoneIsABadRequest(body: String) async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            let ramp = try await stage.waitFor(step: 1)
            let answer = try await stage.scenario.curl([
                "-H", "content-type: application/json", "-d", body,
                "http://\(stage.gateway.admin)/api/v1/routes/sentiment/abort",
            ])
            #expect(answer.status == 400, "\(answer.text)")
            #expect(answer["content-type"] == "application/problem+json")
            #expect(try await stage.ramp().isWhere(ramp))
        }
    }
}
