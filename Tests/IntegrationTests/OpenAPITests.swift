// Proves: the admin API is what its description says, in good answers and in bad (Tests/OpenAPI).

import Foundation
import Testing
import Waiting

@Suite(.serialized) struct OpenAPITests {
    private static let folder = "\(Scenario.packageRoot)/Tests/OpenAPI"
    private static let python = "\(Scenario.packageRoot)/.build/openapi/bin/python"
    private static let viewer = "only-to-look-on-0123456789"
    private static let operatorToken = "to-move-ramps-too-0123456789"

    /// A gateway with a shadow that differs and a ramp that waits.
    private static func start(_ scenario: Scenario) async throws -> Gateway {
        let v1 = try await scenario.model("v1")
        let v2 = try await scenario.model("v2")
        try await scenario.change(v2, ["drift_share": 1])
        for (name, text) in [("viewer", viewer), ("operator", operatorToken)] {
            try scenario.write(name, text)
            chmod("\(scenario.folder)/\(name)", 0o600)
        }
        try scenario.write(
            "Routes/gateway.yaml",
            """
            admin_tokens:
              - {name: wall, role: viewer, file: viewer}
              - {name: ann, role: operator, file: operator}
            limits: {shadow_late: 60s}

            """)
        let versions = [("v1", v1.endpoint), ("v2", v2.endpoint)]
        try scenario.route(
            "chat", path: "/v1/chat/**", versions: versions,
            "shadow: {to: v2, compare: json, ignore: [$.id, $.created], noise_control: 50%, "
                + "keep: {pairs: 50}}")
        try scenario.route(
            "sentiment", versions: versions,
            """
            canary:
              {stable: v1, candidate: v2, steps: [10%, 50%], hold: 1h, deadline: 2h,
               guards: [{metric: error_rate, max_increase: 1%}, {metric: latency_p99, max_ratio: 2}]}
            """)
        return try await scenario.gateway()
    }

    /// Requests for both routes, and pairs of their answers.
    private static func load(_ scenario: Scenario, _ gateway: Gateway) async throws {
        let sections = (0..<40).flatMap { number in
            [
                scenario.section(gateway, "/v1/chat/completions") + [
                    "data = \"{\\\"model\\\":\\\"m\\\",\\\"stream\\\":false,"
                        + "\\\"messages\\\":[{\\\"content\\\":\\\"prompt \(number)\\\"}]}\""
                ],
                scenario.section(gateway, "/v1/sentiment/x"),
            ]
        }
        _ = try await scenario.curl(many: sections, parallel: 8)
        let path = "http://\(gateway.admin)/api/v1/routes/chat/shadows/v2/pairs"
        try await Wait.until("kept pairs") {
            let answer = try await scenario.curl([
                "-H", "authorization: Bearer \(viewer)", path,
            ])
            return answer.text.matches(of: /"request_id"/).count >= 5
        }
    }

    @Test func everyAnswerIsAsItIsDescribed() async throws {
        try #require(
            FileManager.default.isExecutableFile(atPath: Self.python),
            "`sh .ci/openapi` makes what asks; `make test` does so too")
        try await Scenario.run { scenario in
            let gateway = try await Self.start(scenario)
            try await Self.load(scenario, gateway)
            let run = try scenario.start(
                Self.python,
                [
                    "-B", "\(Self.folder)/check.py", "--place", gateway.admin, "--operator",
                    Self.operatorToken, "--viewer", Self.viewer, "--journal",
                    "\(scenario.folder)/.sluice/journal.sqlite",
                ])
            let end = try await run.waitForEnd(seconds: 600)
            #expect(end == .exit(0), "\(run.output)\n\(run.errors)")
            #expect(run.output.hasSuffix("all answers are as they are described\n"))
            #expect(gateway.process.end == nil, "\(gateway.process.errors)")
        }
    }
}
