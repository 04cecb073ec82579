// Proves: the answers of two real models are compared, whole and as streams, and noise is told apart.

import Foundation
import Testing
import Waiting

@Suite struct ShadowComparisonTests {
    /// What the API tells of a route's shadows, as far as these tests ask.
    private struct Document: Decodable, Sendable {
        struct Counts: Decodable, Sendable {
            let compared: Int
            let differing: Int
        }

        struct Group: Decodable, Sendable {
            let group: String
            let rate: Double?
            let noiseRate: Double?
            let low: Double
        }

        struct Shadow: Decodable, Sendable {
            let shadow: String
            let agreement: Counts?
            let control: Counts?
            let groups: [Group]?
        }

        let shadows: [Shadow]
    }

    private static func shadow(_ gateway: Gateway) async throws -> Document.Shadow {
        let path = "/api/v1/routes/chat/shadows"
        return try #require(try await gateway.document(path, as: Document.self).shadows.first)
    }

    /// Two models behind the route `chat`, of which v2 gets copies.
    private static func start(
        _ scenario: Scenario, _ rest: String
    ) async throws -> (gateway: Gateway, v1: SampleModel, v2: SampleModel) {
        let v1 = try await scenario.model("v1")
        let v2 = try await scenario.model("v2")
        try scenario.write("Routes/gateway.yaml", "limits: {shadow_late: 60s}\n")
        try scenario.route(
            "chat", path: "/v1/chat/**", versions: [("v1", v1.endpoint), ("v2", v2.endpoint)],
            "shadow:\n  - to: v2\n    ignore: [$.id, $.created]\n\(rest)\n")
        return (try await scenario.gateway(), v1, v2)
    }

    private static func ask(
        _ scenario: Scenario, _ gateway: Gateway, _ count: Int, isStream: Bool = false,
        _ fields: [String] = []
    ) async throws {
        let sections = (0..<count).map { number in
            scenario.section(
                gateway, "/v1/chat/completions",
                headers: fields)
                + [
                    "data = \"{\\\"model\\\":\\\"m\\\",\\\"stream\\\":\(isStream),"
                        + "\\\"messages\\\":[{\\\"content\\\":\\\"prompt \(number)\\\"}]}\""
                ]
        }
        let answers = try await scenario.curl(many: sections, parallel: 8)
        #expect(answers.allSatisfy { $0.status == 200 && $0["x-sluice-version"] == "v1" })
    }

    private static func pairs(
        _ gateway: Gateway, _ count: Int
    ) async throws -> Document.Shadow {
        try await Wait.value("\(count) compared pairs") {
            let shadow = try await shadow(gateway)
            return shadow.agreement?.compared ?? 0 >= count ? shadow : nil
        }
    }

    @Test(arguments: [false, true])
    func equalModelsAgree(isStream: Bool) async throws {
        try await Scenario.run { scenario in
            let mode = isStream ? "sse" : "json"
            let (gateway, _, _) = try await Self.start(scenario, "    compare: \(mode)")
            try await Self.ask(scenario, gateway, 40, isStream: isStream)
            let shadow = try await Self.pairs(gateway, 40)
            #expect(shadow.agreement?.differing == 0)
        }
    }

    @Test(arguments: [false, true])
    func driftIsFoundWhereItIs(isStream: Bool) async throws {
        try await Scenario.run { scenario in
            let mode = isStream ? "sse" : "json"
            let (gateway, _, v2) = try await Self.start(scenario, "    compare: \(mode)")
            try await scenario.change(v2, ["drift_share": 1])
            try await Self.ask(scenario, gateway, 40, isStream: isStream)
            let shadow = try await Self.pairs(gateway, 40)
            #expect(shadow.agreement?.differing == 40)
            let groups = try #require(shadow.groups)
            #expect(groups.allSatisfy { $0.group.hasPrefix("$.choices") }, "\(groups)")
            #expect(groups.first?.rate == 1)
        }
    }

    @Test func noiseIsNotBlamedOnTheShadow() async throws {
        try await Scenario.run { scenario in
            let (gateway, v1, v2) = try await Self.start(
                scenario, "    compare: json\n    noise_control: 100%\n    concurrency: 1000")
            for model in [v1, v2] { try await scenario.change(model, ["noise_share": 0.5]) }
            try await Self.ask(scenario, gateway, 120)
            let shadow = try await Self.pairs(gateway, 120)
            let control = try #require(shadow.control)
            #expect(control.compared > 0 && control.differing > 0)
            let group = try #require(shadow.groups?.first)
            #expect(try #require(group.noiseRate) > 0)
            // Of two equally noisy models nothing is surely the shadow's.
            #expect(group.low <= 0)
        }
    }

    @Test func pairsAreKeptWithoutSecretsAndShown() async throws {
        try await Scenario.run { scenario in
            let (gateway, _, v2) = try await Self.start(
                scenario,
                "    compare: json\n    keep: {pairs: 5, redact: [$.usage]}\n    set: {$.model: w}")
            try await scenario.change(v2, ["drift_share": 1])
            try await Self.ask(scenario, gateway, 12, ["authorization: Bearer secret-of-caller"])
            _ = try await Self.pairs(gateway, 12)
            let shown = try await Wait.value("kept pairs") {
                let diffs = try await gateway.sluice("diffs", "chat")
                return diffs.end == .exit(0) && diffs.output.contains("shows both answers")
                    ? diffs : nil
            }
            #expect(shown.output.contains("$.model") && shown.output.contains("$.choices"))
            let listed = try await gateway.sluice("diffs", "chat", "--json")
            let first = try #require(listed.output.firstMatch(of: /"id"\s*:\s*(\d+)/)?.1)
            let one = try await gateway.sluice("diffs", "chat", "--pair", String(first))
            #expect(one.end == .exit(0), "\(one.errors)")
            #expect(one.output.contains("[redacted]") && !one.output.contains("completion_tokens"))
            for text in [shown.output, listed.output, one.output] {
                #expect(!text.contains("secret-of-caller"))
            }
            let status = try await gateway.sluice("status", "chat")
            #expect(status.output.contains("shadow"), "\(status.output)")
            #expect(try await gateway.sluice("diffs", "nobody").end == .exit(1))
        }
    }

    @Test func compressedAnswersAreComparedAsWhatTheySay() async throws {
        try await Scenario.run { scenario in
            let upstream = try await scenario.pythonUpstream()
            let own = "http://127.0.0.1:\(upstream.http1)"
            try scenario.write("Routes/gateway.yaml", "limits: {shadow_late: 60s}\n")
            try scenario.route(
                "chat", path: "/told/**", versions: [("v1", own), ("v2", own)],
                "shadow: {to: v2, compare: json, "
                    + "set: {x-answer: \(try Self.told(#"{"b":[1,2],"a":1}"#))}}")
            let gateway = try await scenario.gateway()
            let told = try Self.told(#"{"a": 1, "b": [1, 2]}"#)
            let answer = try await scenario.curl(
                gateway, "/told/told", ["-H", "x-answer: \(told)", "--compressed"])
            #expect(answer.text == #"{"a": 1, "b": [1, 2]}"#)
            let shadow = try await Self.pairs(gateway, 1)
            #expect(shadow.agreement?.differing == 0)
        }
    }

    /// What the Python upstream is to answer: this text, compressed.
    private static func told(_ text: String) throws -> String {
        // Its bytes as characters: the upstream makes them bytes again.
        let bytes = try #require(gzip(text))
        let body = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        let answer: [String: Any] = [
            "status": 200, "body": body,
            "fields": [
                ["content-type", "application/json"], ["content-encoding", "gzip"],
            ],
        ]
        return try JSONSerialization.data(withJSONObject: answer).base64EncodedString()
    }

    /// A stored block (RFC 1951 §3.2.4) in a gzip member (RFC 1952).
    private static func gzip(_ text: String) -> Data? {
        let bytes = Array(text.utf8)
        guard bytes.count < 65_536 else { return nil }
        var crc: UInt32 = .max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        func little(_ number: UInt32, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt32($0))) }
        }
        let length = UInt32(bytes.count)
        return Data(
            [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(length, 2) + little(~length, 2)
                + bytes + little(~crc, 4) + little(length, 4))
    }
}
