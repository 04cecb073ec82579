// Proves: a request through TLS reaches the model, and the answer says who gave it.

import Foundation
import Testing

@Suite struct FirstRequestTests {
    /// A gateway with one version on one route.
    private func withGateway(
        _ body: (Scenario, Gateway) async throws -> Void
    ) async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            try await body(scenario, try await scenario.gateway())
        }
    }

    @Test func aRequestThroughTLSIsAnsweredByTheModel() async throws {
        try await withGateway { scenario, gateway in
            let answer = try await scenario.curl(gateway, "/v1/sentiment", ["-d", "hello"])
            #expect(answer.end == .exit(0), "\(answer.errors)")
            #expect(answer.status == 200)
            #expect(answer["x-sluice-version"] == "v1")
            #expect(answer["content-type"] == "application/json")
            let identifier = try #require(answer["x-request-id"])
            #expect(identifier.wholeMatch(of: /[0-9a-f]{32}/) != nil)
            let model = try answer.json(ModelAnswer.self)
            #expect(model.version == "v1")
            #expect(model.bytes == 5)
        }
    }

    @Test func withoutTheCertificateClientsRefuseTheGateway() async throws {
        try await withGateway { scenario, gateway in
            let answer = try await scenario.curl([gateway.url("/v1/sentiment")])
            #expect(answer.end == .exit(60))
        }
    }

    @Test func eachRequestHasAnIdentifierOfItsOwn() async throws {
        try await withGateway { scenario, gateway in
            let answers = try await scenario.curl(
                many: (1...20).map { _ in scenario.section(gateway, "/v1/sentiment") })
            #expect(Set(answers.compactMap { $0["x-request-id"] }).count == 20)
        }
    }

    @Test(arguments: ["mine-1", "urn:a/b=c~d+e_f.g"])
    func aValidIdentifierOfTheClientIsKept(identifier: String) async throws {
        try await withGateway { scenario, gateway in
            let answer = try await scenario.curl(
                gateway, "/v1/sentiment", ["-H", "x-request-id: \(identifier)"])
            #expect(answer["x-request-id"] == identifier)
        }
    }

    @Test(arguments: ["a b", "\"", "{}", "\u{E9}", String(repeating: "x", count: 129)])
    func anIdentifierThatCouldHarmIsReplaced(identifier: String) async throws {
        try await withGateway { scenario, gateway in
            let answer = try await scenario.curl(
                gateway, "/v1/sentiment", ["-H", "x-request-id: \(identifier)"])
            #expect(answer["x-request-id"]?.wholeMatch(of: /[0-9a-f]{32}/) != nil)
        }
    }

    @Test func noRouteIsAProblemInJSON() async throws {
        try await withGateway { scenario, gateway in
            let answer = try await scenario.curl(gateway, "/nowhere")
            #expect(answer.status == 404)
            #expect(answer["content-type"] == "application/problem+json")
            #expect(answer["x-sluice-error"] == "no_route")
            #expect(answer["x-request-id"] != nil)
            #expect(answer["x-sluice-version"] == nil)
            let problem = try answer.json(Problem.self)
            #expect(problem.status == 404)
            #expect(problem.type.hasSuffix("no_route"))
        }
    }

    @Test func headHasNoBodyAndLeavesTheConnectionUsable() async throws {
        try await withGateway { scenario, gateway in
            let head = scenario.section(gateway, "/v1/sentiment") + ["head"]
            let get = scenario.section(gateway, "/v1/sentiment")
            let answers = try await scenario.curl(many: [head, get, head, get])
            #expect(answers.map(\.status) == [200, 200, 200, 200])
            #expect(answers[1].text.contains("\"version\":\"v1\""))
            #expect(answers[3].text.contains("\"version\":\"v1\""))
            let connections = try await gateway.metrics().sum("sluice_connections_total")
            #expect(connections == 1)
        }
    }

    @Test func theVersionHeaderCanBeSwitchedOff() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)], "version_header: false")
            let gateway = try await scenario.gateway()
            let answer = try await scenario.curl(gateway, "/v1/sentiment")
            #expect(answer.status == 200)
            #expect(answer["x-sluice-version"] == nil)
        }
    }

    @Test func oldClientsOfHTTP1Point0AreAnsweredAndLeft() async throws {
        try await withGateway { scenario, gateway in
            let answer = try await scenario.curl(
                gateway, "/v1/sentiment", ["--http1.0", "-d", "hello", "-v"])
            #expect(answer.end == .exit(0), "\(answer.errors)")
            #expect(answer.status == 200)
            #expect(answer["transfer-encoding"] == nil)
            #expect(try answer.json(ModelAnswer.self).bytes == 5)
            #expect(answer.errors.contains("Closing connection"))
        }
    }
}
