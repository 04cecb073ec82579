// Proves: upstreams by TLS and by name are reached, and those that are not are told apart.

import Foundation
import Testing
import Waiting

@Suite struct UpstreamTests {
    /// A gateway in front of which the tested one stands: it serves one model by https.
    private func behind(_ scenario: Scenario) async throws -> Gateway {
        let model = try await scenario.model("deep")
        try FileManager.default.createDirectory(
            atPath: "\(scenario.folder)/Behind", withIntermediateDirectories: false)
        try scenario.write(
            "Behind/all.yaml",
            "route: all\nversion_header: false\nversions:\n"
                + "  deep: {endpoints: [\(model.endpoint)]}\n")
        return try await scenario.gateway("--routes", "Behind", "--state", "behind")
    }

    private func write(
        _ scenario: Scenario, _ endpoint: String, tls: String, connect: String = "2s"
    ) throws {
        try scenario.write(
            "Routes/sentiment.yaml",
            "route: sentiment\ntimeout: {connect: \(connect)}\nversions:\n"
                + "  v1: {endpoints: [\(endpoint)], tls: {\(tls)}}\n")
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func anUpstreamByTLSIsVerifiedByItsAuthority(host: String) async throws {
        try await Scenario.run { scenario in
            let behind = try await behind(scenario)
            try write(
                scenario, "https://\(host):\(behind.port)", tls: "ca: \(scenario.certificate)")
            let gateway = try await scenario.gateway()
            let answer = try await scenario.curl(gateway, "/v1/sentiment", ["-d", "hello"])
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer["x-sluice-version"] == "v1")
            #expect(try answer.json(ModelAnswer.self).version == "deep")
            #expect(try answer.json(ModelAnswer.self).bytes == 5)
        }
    }

    @Test func aLargeBodyPassesTwoGateways() async throws {
        try await Scenario.run { scenario in
            let behind = try await behind(scenario)
            try write(
                scenario, "https://localhost:\(behind.port)", tls: "ca: \(scenario.certificate)")
            let gateway = try await scenario.gateway()
            try scenario.write("body", String(repeating: "x", count: 5_000_000))
            let answer = try await scenario.curl(
                gateway, "/v1/sentiment", ["-T", "-", "-X", "POST"],
                input: "\(scenario.folder)/body")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try answer.json(ModelAnswer.self).bytes == 5_000_000)
        }
    }

    @Test(arguments: ["ca: wrong.pem", "ca: right.pem, server_name: other.example.com", "system"])
    func anUpstreamThatCannotBeTrustedIsRefused(tls: String) async throws {
        try await Scenario.run { scenario in
            let behind = try await behind(scenario)
            try await scenario.certificate("wrong", names: ["localhost"])
            try scenario.write("wrong.pem", scenario.read("Certs/wrong.pem"))
            try scenario.remove("Certs/wrong.pem")
            try scenario.remove("Certs/wrong.key")
            try scenario.write("right.pem", scenario.read("Certs/development.pem"))
            let endpoint = "https://localhost:\(behind.port)"
            if tls == "system" {
                try scenario.route(versions: [("v1", endpoint)])
            } else {
                try write(scenario, endpoint, tls: tls)
            }
            let gateway = try await scenario.gateway()
            let answer = try await scenario.curl(gateway, "/v1/sentiment")
            #expect(answer.status == 502)
            #expect(answer["x-sluice-error"] == "upstream_connect")
            #expect(answer["content-type"] == "application/problem+json")
            // The one behind has not been asked anything.
            #expect(try await behind.metrics().sum("sluice_requests_total") == 0)
        }
    }

    @Test func verifyingCanBeSwitchedOff() async throws {
        try await Scenario.run { scenario in
            let behind = try await behind(scenario)
            try write(scenario, "https://localhost:\(behind.port)", tls: "verify: false")
            let check = try await scenario.sluice("check")
            #expect(check.end == .exit(0))
            #expect(check.output.contains("warning: tls.verify is false"))
            let gateway = try await scenario.gateway()
            #expect(try await scenario.curl(gateway, "/v1/sentiment").status == 200)
        }
    }

    @Test func anEndpointByNameIsReached() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("named")
            try scenario.route(versions: [("v1", "http://localhost:\(model.port)")])
            let gateway = try await scenario.gateway()
            let answers = try await scenario.curl(
                many: (0..<10).map { _ in scenario.section(gateway, "/v1/sentiment") })
            #expect(answers.map(\.status) == Array(repeating: 200, count: 10))
        }
    }

    @Test func aNameThatNobodyKnowsIsTheUpstreamsFault() async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://nowhere.invalid:9")])
            let gateway = try await scenario.gateway()
            let answer = try await scenario.curl(gateway, "/v1/sentiment")
            #expect([502, 503].contains(answer.status))
            let error = answer["x-sluice-error"]
            #expect(["upstream_connect", "upstream_unavailable"].contains(error))
        }
    }

    @Test func withAllEndpointsDownTheVersionIsUnavailableUntilOneComesBack() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            let gateway = try await scenario.gateway()
            try await gateway.waitFor("/v1/sentiment", status: 200)
            model.process.destroy()
            try await Wait.until("503 upstream_unavailable") {
                let answer = try await scenario.curl(gateway, "/v1/sentiment")
                #expect([502, 503].contains(answer.status))
                #expect(answer["content-type"] == "application/problem+json")
                #expect(answer["x-sluice-version"] == "v1")
                guard answer.status == 503 else { return false }
                #expect(answer["retry-after"] != nil)
                return answer["x-sluice-error"] == "upstream_unavailable"
            }
            _ = try await scenario.model("v1", port: model.port)
            try await gateway.waitFor("/v1/sentiment", status: 200, version: "v1")
        }
    }

    @Test func oneEndpointOfTwoIsEnough() async throws {
        try await Scenario.run { scenario in
            let first = try await scenario.model("v1")
            let second = try await scenario.model("v1")
            try scenario.route(versions: [("v1", "\(first.endpoint), \(second.endpoint)")])
            let gateway = try await scenario.gateway()
            // So that both have connections that are kept.
            _ = try await scenario.curl(
                many: (0..<20).map { _ in scenario.section(gateway, "/v1/sentiment") },
                parallel: 8)
            first.process.destroy()
            let answers = try await scenario.curl(
                many: (0..<40).map { _ in scenario.section(gateway, "/v1/sentiment") })
            #expect(Set(answers.map(\.status)) == [200])
        }
    }

    @Test func aSlowUpstreamIsATimeout() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1", latency: 20_000)
            try scenario.route(
                versions: [("v1", model.endpoint)], "timeout: {first_byte: 300ms}")
            let gateway = try await scenario.gateway()
            let answer = try await scenario.curl(gateway, "/v1/sentiment")
            #expect(answer.status == 504)
            #expect(answer["x-sluice-error"] == "upstream_timeout")
        }
    }
}
