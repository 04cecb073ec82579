// Proves: models misbehave as they are told, and the load of the ramps' scenarios tells what it saw.

import Foundation
import Testing
import Waiting

@Suite struct RampLoadTests {
    private func withGateway(
        _ rest: String = "", _ body: (Scenario, SampleModel, Gateway) async throws -> Void
    ) async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)], rest)
            try await body(scenario, model, try await scenario.gateway())
        }
    }

    @Test func aChangeIsToldAndCountsAreKept() async throws {
        try await withGateway { scenario, model, gateway in
            _ = try await scenario.curl(
                many: (0..<7).map { _ in scenario.section(gateway, "/v1/sentiment") })
            let values = try await scenario.change(model, ["slow_share": 0.25, "latency_ms": 3])
            #expect(values["slow_share"] == 0.25)
            #expect(values["latency_ms"] == 3)
            #expect(values["error_rate"] == 0)
            #expect(values["requests"] == 7)
            #expect(try await scenario.change(model, [:]) == values)
        }
    }

    @Test(arguments: ["{\"errorrate\":1}", "{\"error_rate\":2}", "{\"slow_ms\":-1}", "no JSON"])
    func aChangeThatIsNoneChangesNothing(json: String) async throws {
        try await withGateway { scenario, model, gateway in
            let before = try await scenario.change(model, [:])
            let answer = try await scenario.curl(
                ["-X", "PUT", "-d", json, "\(model.endpoint)/_behaviour"])
            #expect(answer.status == 400)
            #expect(try await scenario.change(model, [:]) == before)
        }
    }

    @Test func errorsBeginAndEndWhileItRuns() async throws {
        try await withGateway { scenario, model, gateway in
            try await scenario.change(model, ["error_rate": 1])
            #expect(try await scenario.curl(gateway, "/v1/sentiment").status == 500)
            try await scenario.change(model, ["error_rate": 0])
            #expect(try await scenario.curl(gateway, "/v1/sentiment").status == 200)
        }
    }

    @Test func aRequestThatHangsIsNeverAnswered() async throws {
        try await withGateway("timeout: {first_byte: 300ms}") { scenario, model, gateway in
            try await scenario.change(model, ["hang_share": 1])
            let answer = try await scenario.curl(gateway, "/v1/sentiment")
            #expect(answer.status == 504)
            #expect(answer["x-sluice-error"] == "upstream_timeout")
            // It ends when it is asked to, whatever hangs.
            model.process.send(SIGTERM)
            #expect(try await model.process.waitForEnd() == .exit(0))
        }
    }

    @Test func anAnswerIsCutOffAfterItBeganWell() async throws {
        try await withGateway { scenario, model, gateway in
            try await scenario.change(model, ["break_share": 1])
            // Of a reset stream curl often shows not even the head: not by HTTP/2.
            let answer = try await scenario.curl(gateway, "/v1/sentiment", ["--http1.1"])
            #expect(answer.status == 200)
            #expect(answer.end != .exit(0))
            #expect(!answer.body.isEmpty)
            #expect((try? answer.json(ModelAnswer.self)) == nil)
        }
    }

    @Test func slowAnswersTakeAtLeastSoMuchLonger() async throws {
        try await withGateway("timeout: {first_byte: 300ms}") { scenario, model, gateway in
            try await scenario.change(model, ["slow_share": 1, "slow_ms": 5_000])
            #expect(try await scenario.curl(gateway, "/v1/sentiment").status == 504)
        }
    }

    @Test func theLoadSeesWhatEveryRequestGot() async throws {
        try await Scenario.run { scenario in
            let models = [try await scenario.model("v1"), try await scenario.model("v2")]
            try scenario.route(
                versions: [("v1", models[0].endpoint), ("v2", models[1].endpoint)],
                "sticky: [{header: x-user-id}]\nsplit: {v1: 50%, v2: 50%}")
            let gateway = try await scenario.gateway()
            try await gateway.underLoad(.users(40)) { load in
                try await load.waitForMore(300)
                let samples = load.samples()
                #expect(samples.failures == [])
                let versions = Dictionary(grouping: samples) { $0.user ?? "" }
                    .mapValues { Set($0.compactMap(\.version)) }
                #expect(versions.count > 20)
                #expect(versions.values.allSatisfy { $0.count == 1 })
                #expect(Set(load.counts().keys) == ["v1", "v2"])

                // What goes wrong is seen, too.
                for model in models {
                    try await scenario.change(model, ["error_rate": 0.5, "break_share": 0.5])
                }
                let start = load.now
                try await Wait.until("all that can go wrong") {
                    let samples = load.samples(since: start)
                    return samples.contains { $0.status == 500 && $0.isWhole }
                        && samples.contains { $0.status == 200 && !$0.isWhole }
                }
            }
        }
    }

    @Test func theLoadFollowsAGatewayThatIsStartedAgain() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            var gateway = try await scenario.gateway()
            try await gateway.underLoad { load in
                try await load.waitForMore(50)
                gateway.process.destroy()
                let start = load.now
                try await Wait.until("a request that fails") {
                    load.samples(since: start).contains { !$0.isGood }
                }
                gateway = try await scenario.gateway()
                load.aim(at: gateway)
                try await Wait.until("requests that succeed again") {
                    load.samples(since: start).count { $0.isGood } >= 50
                }
            }
        }
    }
}
