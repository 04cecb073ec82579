// Proves: a ramp may begin on copies alone, and a bad candidate is out before it answers anybody.

import Foundation
import Testing
import Waiting

@Suite struct ShadowRampTests {
    private static let after = """
        sticky: [{header: x-user-id}]
        canary:
          stable: v1
          candidate: v2
          after_shadow: {requests: 200}
          steps: [{share: 10%, hold: 1h}, 100%]
          deadline: 2h
          min_requests: 50
          guards:
            - {metric: agreement, min: 80%}
            - {metric: error_rate, max_increase: 5%}
        shadow: {to: v2, compare: json, ignore: [$.id, $.created]}
        """

    private static func start(
        _ scenario: Scenario
    ) async throws -> (gateway: Gateway, v2: SampleModel) {
        let v1 = try await scenario.model("v1")
        let v2 = try await scenario.model("v2")
        try scenario.write("Routes/gateway.yaml", "limits: {shadow_late: 60s}\n")
        try scenario.route(
            "chat", path: "/v1/chat/**", versions: [("v1", v1.endpoint), ("v2", v2.endpoint)], after
        )
        return (try await scenario.gateway(), v2)
    }

    /// Asks until the ramp stands like this; gives who answered.
    private static func ask(
        _ scenario: Scenario, _ gateway: Gateway, until phase: String
    ) async throws -> Set<String> {
        var versions: Set<String> = []
        var number = 0
        try await Wait.until("the ramp to be \(phase)", seconds: 120) {
            let sections = (0..<40).map { _ in
                number += 1
                return scenario.section(
                    gateway, "/v1/chat/completions", headers: ["x-user-id: \(number)"])
                    + ["data = \"{\\\"messages\\\":[{\\\"content\\\":\\\"prompt \(number)\\\"}]}\""]
            }
            let isThere = try await gateway.metrics().values.contains { series, value in
                series.hasPrefix("sluice_ramp_phase") && series.contains("phase=\"\(phase)\"")
                    && value == 1
            }
            if isThere { return true }
            let answers = try await scenario.curl(many: sections, parallel: 8)
            #expect(answers.allSatisfy { $0.status == 200 })
            versions.formUnion(answers.compactMap { $0["x-sluice-version"] })
            return false
        }
        return versions
    }

    private static func decisions(_ gateway: Gateway) async throws -> String {
        try await gateway.scenario.curl(["http://\(gateway.admin)/api/v1/decisions?route=chat"])
            .text
    }

    @Test func aGoodCandidateLeavesTheShadow() async throws {
        try await Scenario.run { scenario in
            let (gateway, v2) = try await Self.start(scenario)
            try await Wait.until("the ramp to be in the shadow") {
                try await gateway.sluice("status", "chat").output.contains("in the shadow")
            }
            try await scenario.change(v2, ["drift_share": 0.02])
            var share = 0.0
            var number = 0
            try await Wait.until("a share for the candidate", seconds: 120) {
                let sections = (0..<40).map { _ in
                    number += 1
                    return scenario.section(
                        gateway, "/v1/chat/completions", headers: ["x-user-id: \(number)"])
                        + ["data = \"{\\\"messages\\\":[{\\\"content\\\":\\\"p \(number)\\\"}]}\""]
                }
                _ = try await scenario.curl(many: sections, parallel: 8)
                share = try await gateway.metrics().sum(
                    "sluice_share_wanted_ratio", "version=\"v2\"")
                return share > 0
            }
            #expect(share == 0.1)
            // Two hundred pairs were asked for, and no caller had seen it before.
            #expect(number >= 200)
            let history = try await Self.decisions(gateway)
            #expect(history.contains("agreement"), "\(history)")
            #expect(gateway.process.end == nil)
        }
    }

    @Test(arguments: [["drift_share": 1.0], ["error_rate": 1.0]])
    func aBadCandidateAnswersNobody(change: [String: Double]) async throws {
        try await Scenario.run { scenario in
            let (gateway, v2) = try await Self.start(scenario)
            try await scenario.change(v2, change)
            let versions = try await Self.ask(scenario, gateway, until: "rolled_back")
            #expect(versions == ["v1"])
            let metrics = try await gateway.metrics()
            #expect(metrics.sum("sluice_requests_total", "version=\"v2\"") == 0)
            let status = try await gateway.sluice("status", "chat")
            #expect(status.output.contains("rolled back"), "\(status.output)")
        }
    }
}
