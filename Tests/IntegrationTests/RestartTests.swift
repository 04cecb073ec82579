// Proves: a restart, even a hard one, leaves every caller with the version that they had.

import Foundation
import Testing

@Suite struct RestartTests {
    private static let keys = (0..<300).map { "user-\($0)" }

    private func write(_ scenario: Scenario, _ first: Int) throws {
        try scenario.route(
            versions: [("v1", "http://127.0.0.1:9"), ("v2", "http://127.0.0.1:8")],
            "sticky: [{header: x-user-id}]\nsplit: {v1: \(first)%, v2: \(100 - first)%}")
    }

    /// The version of every key, as the gateway explains it.
    private func owners(_ scenario: Scenario, _ gateway: Gateway) async throws -> [String] {
        let answers = try await scenario.curl(
            many: Self.keys.map { key in
                let field = "{\\\"name\\\":\\\"x-user-id\\\",\\\"value\\\":\\\"\(key)\\\"}"
                let question =
                    "{\\\"method\\\":\\\"GET\\\",\\\"host\\\":\\\"localhost\\\","
                    + "\\\"target\\\":\\\"/v1/sentiment\\\",\\\"fields\\\":[\(field)]}"
                return [
                    "url = \"http://\(gateway.admin)/api/v1/explain\"",
                    "header = \"content-type: application/json\"", "data = \"\(question)\"",
                ]
            })
        return try answers.map { try #require($0.json(Explanation.self).version) }
    }

    /// The version of some keys, as `sluice explain` reads it from the files and the state.
    private func offline(_ scenario: Scenario) async throws -> [String] {
        var versions: [String] = []
        for key in Self.keys.prefix(20) {
            let run = try await scenario.sluice(
                "explain", "--json", "https://localhost/v1/sentiment", "-H", "x-user-id: \(key)")
            let explanation = try JSONDecoder().decode(
                Explanation.self, from: Data(run.output.utf8))
            versions.append(explanation.version ?? "")
        }
        return versions
    }

    private func change(_ scenario: Scenario, _ gateway: Gateway, to first: Int) async throws {
        try write(scenario, first)
        try await gateway.waitForMetric(
            "sluice_share_wanted_ratio{route=\"sentiment\",version=\"v1\"}", Double(first) / 100)
    }

    /// Callers who changed version in this direction.
    private func moved(_ before: [String], _ after: [String], to version: String) -> Int {
        zip(before, after).count { $0 != $1 && $1 == version }
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func whoOwnsWhatSurvives(signal: Int32) async throws {
        try await Scenario.run { scenario in
            try write(scenario, 90)
            var gateway = try await scenario.gateway()
            let first = try await owners(scenario, gateway)
            try await change(scenario, gateway, to: 75)
            try await change(scenario, gateway, to: 60)
            let second = try await owners(scenario, gateway)
            // Nobody who had v2 is sent back, and some who had v1 follow.
            #expect(moved(first, second, to: "v1") == 0)
            #expect(moved(first, second, to: "v2") > 0)

            gateway = try await restart(scenario, gateway, signal)
            #expect(try await owners(scenario, gateway) == second)
            #expect(try await offline(scenario) == Array(second.prefix(20)))

            try await change(scenario, gateway, to: 90)
            let third = try await owners(scenario, gateway)
            #expect(moved(second, third, to: "v2") == 0)
            #expect(moved(second, third, to: "v1") > 0)

            gateway = try await restart(scenario, gateway, signal)
            #expect(try await owners(scenario, gateway) == third)
            #expect(try await offline(scenario) == Array(third.prefix(20)))
        }
    }

    @Test func aShareChangedWhileTheGatewayWasAwayMovesTheFewest() async throws {
        try await Scenario.run { scenario in
            try write(scenario, 90)
            var gateway = try await scenario.gateway()
            try await change(scenario, gateway, to: 60)
            let before = try await owners(scenario, gateway)
            gateway.process.send(SIGKILL)
            _ = try await gateway.process.waitForEnd()
            try write(scenario, 80)
            gateway = try await scenario.gateway()
            let after = try await owners(scenario, gateway)
            #expect(moved(before, after, to: "v2") == 0)
            #expect(moved(before, after, to: "v1") > 0)
        }
    }

    @Test func aBadChangeThatWasNeverServedChangesNobody() async throws {
        try await Scenario.run { scenario in
            try write(scenario, 90)
            var gateway = try await scenario.gateway()
            let before = try await owners(scenario, gateway)
            let good = scenario.read("Routes/sentiment.yaml")
            try scenario.write(
                "Routes/sentiment.yaml", good.replacing("v1: 90%, v2: 10%", with: "v1: 1%"))
            try await gateway.waitForMetric("sluice_config_last_reload_successful", 0)
            try scenario.write("Routes/sentiment.yaml", good)
            gateway = try await restart(scenario, gateway, SIGKILL)
            #expect(try await owners(scenario, gateway) == before)
        }
    }

    private func restart(
        _ scenario: Scenario, _ gateway: Gateway, _ signal: Int32
    ) async throws -> Gateway {
        gateway.process.send(signal)
        let end = try await gateway.process.waitForEnd()
        #expect(end == (signal == SIGKILL ? .signal(SIGKILL) : .exit(0)))
        return try await scenario.gateway()
    }
}
