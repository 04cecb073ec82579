// Proves: files that change are served within moments, whole or not at all.

import Foundation
import Testing
import Waiting

@Suite struct HotReloadTests {
    private static let reloaded = "sluice_config_last_reload_successful"

    /// A gateway whose route `sentiment` gives everything to v1.
    private func withGateway(
        _ body: (Scenario, Gateway, [SampleModel]) async throws -> Void
    ) async throws {
        try await Scenario.run { scenario in
            let models = [try await scenario.model("v1"), try await scenario.model("v2")]
            try writeSplit(scenario, models, "v1: 100%")
            try await body(scenario, try await scenario.gateway(), models)
        }
    }

    private func writeSplit(
        _ scenario: Scenario, _ models: [SampleModel], _ split: String
    ) throws {
        try scenario.route(
            versions: [("v1", models[0].endpoint), ("v2", models[1].endpoint)], "split: {\(split)}")
    }

    @Test func aNewShareTakesEffect() async throws {
        try await withGateway { scenario, gateway, models in
            try await gateway.waitFor("/v1/sentiment", status: 200, version: "v1")
            try writeSplit(scenario, models, "v2: 100%")
            try await gateway.waitFor("/v1/sentiment", status: 200, version: "v2")
            let wanted = "sluice_share_wanted_ratio{route=\"sentiment\",version=\"v2\"}"
            #expect(try await gateway.metrics().values[wanted] == 1)
            let document = try await gateway.document("/api/v1/routes", as: GatewayDocument.self)
            #expect(document.revision == 2)
        }
    }

    @Test func newRoutesComeAndOldRoutesGo() async throws {
        try await withGateway { scenario, gateway, models in
            try await gateway.waitFor("/more", status: 404)
            try scenario.route("more", path: "/more", versions: [("only", models[1].endpoint)])
            try await gateway.waitFor("/more", status: 200, version: "only")
            try await gateway.waitFor("/v1/sentiment", status: 200, version: "v1")
            try scenario.remove("Routes/more.yaml")
            try await gateway.waitFor("/more", status: 404)
            try await gateway.waitFor("/v1/sentiment", status: 200, version: "v1")
        }
    }

    @Test func aBadFileLeavesTheLastGoodOnesServed() async throws {
        try await withGateway { scenario, gateway, models in
            try scenario.route("more", path: "/more", versions: [("only", models[1].endpoint)])
            try scenario.write("Routes/broken.yaml", "route: [\n")
            try await gateway.waitForMetric(Self.reloaded, 0)
            let ready = try await scenario.curl(["http://\(gateway.admin)/readyz"])
            #expect(ready.status == 200)
            let status = try await gateway.sluice("status")
            #expect(status.end == .exit(0))
            #expect(status.output.contains("NOT served"))
            #expect(status.output.contains("broken.yaml:1:9: error: "))
            // All or nothing: the good new file beside the bad one is not served either.
            #expect(try await scenario.curl(gateway, "/more").status == 404)
            #expect(try await scenario.curl(gateway, "/v1/sentiment").status == 200)
            try scenario.remove("Routes/broken.yaml")
            try await gateway.waitForMetric(Self.reloaded, 1)
            try await gateway.waitFor("/more", status: 200)
            let mended = try await gateway.sluice("status")
            #expect(!mended.output.contains("NOT served"))
        }
    }

    @Test func filesBackAsTheyWereEndTheComplaint() async throws {
        try await withGateway { scenario, gateway, models in
            let good = scenario.read("Routes/sentiment.yaml")
            try scenario.write("Routes/sentiment.yaml", "route: [\n")
            try await gateway.waitForMetric(Self.reloaded, 0)
            try scenario.write("Routes/sentiment.yaml", good)
            try await gateway.waitForMetric(Self.reloaded, 1)
        }
    }

    @Test func aRoutesFolderThatGoesAwayLeavesTheLastGoodOnesServed() async throws {
        try await withGateway { scenario, gateway, models in
            try FileManager.default.moveItem(
                atPath: "\(scenario.folder)/Routes", toPath: "\(scenario.folder)/Elsewhere")
            try await gateway.waitForMetric(Self.reloaded, 0)
            #expect(try await scenario.curl(gateway, "/v1/sentiment").status == 200)
            try FileManager.default.moveItem(
                atPath: "\(scenario.folder)/Elsewhere", toPath: "\(scenario.folder)/Routes")
            try await gateway.waitForMetric(Self.reloaded, 1)
        }
    }

    @Test func aHangUpLoadsTheFilesAgain() async throws {
        try await withGateway { scenario, gateway, models in
            try await gateway.waitForMetric("sluice_config_revision", 1)
            gateway.process.send(SIGHUP)
            try await gateway.waitForMetric("sluice_config_revision", 2)
            #expect(try await scenario.curl(gateway, "/v1/sentiment").status == 200)
        }
    }

    @Test func aHangUpAtTheFirstMomentDoesNotEndTheGateway() async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://127.0.0.1:9")])
            try await scenario.makeCertificate()
            let process = try scenario.start(
                Scenario.binary, ["run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"])
            try await Wait.until("the state to be made") {
                scenario.exists(".sluice") || process.end != nil
            }
            process.send(SIGHUP)
            let gateway = try await Gateway(scenario: scenario, listening: process)
            #expect(try await scenario.curl(["http://\(gateway.admin)/readyz"]).status == 200)
        }
    }

    @Test func whatNeedsARestartIsSaid() async throws {
        try await withGateway { scenario, gateway, models in
            try scenario.write("Routes/gateway.yaml", "trusted_proxies: [127.0.0.1]\nworkers: 7\n")
            try scenario.write("Routes/gateway.yaml", "access_log: {to: other.log}\n")
            try await Wait.until("the hint to restart") {
                try await gateway.sluice("status").output.contains("access_log changed; restart")
            }
            #expect(try await gateway.metrics().values[Self.reloaded] == 1)
        }
    }
}
