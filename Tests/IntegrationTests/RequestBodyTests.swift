// Proves: bodies of every framing and size arrive whole.

import Foundation
import Testing

@Suite struct RequestBodyTests {
    private func withGateway(
        _ body: (Scenario, Gateway) async throws -> Void
    ) async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            try await body(scenario, try await scenario.gateway())
        }
    }

    @Test(arguments: [0, 1, 1_024, 65_536, 1_000_003, 12 * 1_024 * 1_024])
    func aBodyOfThisSizeArrivesWhole(bytes: Int) async throws {
        try await withGateway { scenario, gateway in
            try scenario.write("body", String(repeating: "x", count: bytes))
            let answer = try await scenario.curl(
                gateway, "/v1/sentiment",
                ["--data-binary", "@\(scenario.folder)/body", "-H", "expect:"])
            #expect(answer.status == 200, "\(answer.errors)")
            #expect(try answer.json(ModelAnswer.self).bytes == bytes)
        }
    }

    @Test(arguments: [0, 7, 300_000])
    func aChunkedUploadArrivesWhole(bytes: Int) async throws {
        try await withGateway { scenario, gateway in
            try scenario.write("body", String(repeating: "y", count: bytes))
            let answer = try await scenario.curl(
                gateway, "/v1/sentiment", ["--http1.1", "-T", "-", "-X", "POST", "-v"],
                input: "\(scenario.folder)/body")
            #expect(answer.errors.lowercased().contains("transfer-encoding: chunked"))
            #expect(answer.status == 200, "\(answer.errors)")
            #expect(try answer.json(ModelAnswer.self).bytes == bytes)
        }
    }

    @Test func aClientThatExpectsContinueIsToldTo() async throws {
        try await withGateway { scenario, gateway in
            try scenario.write("body", String(repeating: "z", count: 2_000_000))
            let answer = try await scenario.curl(
                gateway, "/v1/sentiment",
                [
                    "--http1.1", "--data-binary", "@\(scenario.folder)/body", "-H",
                    "expect: 100-continue",
                    "--expect100-timeout", "50", "-v",
                ])
            #expect(answer.errors.contains("100 Continue"))
            #expect(answer.status == 200, "\(answer.errors)")
            #expect(try answer.json(ModelAnswer.self).bytes == 2_000_000)
        }
    }

    @Test func aBodyAfterABodyOnOneConnectionIsNotMixedUp() async throws {
        try await withGateway { scenario, gateway in
            let sizes = [10, 70_000, 0, 3, 500_000, 1]
            let sections = try sizes.enumerated().map { index, size in
                try scenario.write("body-\(index)", String(repeating: "a", count: size))
                return scenario.section(gateway, "/v1/sentiment", headers: ["expect:"])
                    + ["data-binary = \"@\(scenario.folder)/body-\(index)\""]
            }
            let answers = try await scenario.curl(many: sections)
            #expect(try answers.map { try $0.json(ModelAnswer.self).bytes } == sizes)
            let connections = try await gateway.metrics().sum("sluice_connections_total")
            #expect(connections == 1)
        }
    }
}
