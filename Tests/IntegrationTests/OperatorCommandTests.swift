// Proves: status, watch and diff tell what a running gateway does, and say when there is none.

import Foundation
import Testing
import Waiting

@Suite struct OperatorCommandTests {
    private func withGateway(_ body: (Scenario, Gateway) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            let other = try await scenario.model("v2")
            try writeSplit(scenario, model, other, "v1: 75%, v2: 25%")
            try await body(scenario, try await scenario.gateway())
        }
    }

    private func writeSplit(
        _ scenario: Scenario, _ first: SampleModel, _ second: SampleModel, _ split: String
    ) throws {
        try scenario.route(
            versions: [("v1", first.endpoint), ("v2", second.endpoint)], "split: {\(split)}")
    }

    @Test func statusShowsTheVersionsSideBySide() async throws {
        try await withGateway { scenario, gateway in
            _ = try await scenario.curl(
                many: (0..<10).map { _ in scenario.section(gateway, "/v1/sentiment") })
            try await Wait.until("10 requests in the table") {
                let status = try await gateway.sluice("status")
                #expect(status.end == .exit(0))
                #expect(status.output.contains("sentiment  */v1/sentiment/**"))
                let rows = status.output.split(separator: "\n").map { line in
                    line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
                }
                let first = rows.first { $0.first == "v1" } ?? []
                let second = rows.first { $0.first == "v2" } ?? []
                #expect(first.dropFirst().prefix(2) == ["75", "%"])
                #expect(second.dropFirst().prefix(2) == ["25", "%"])
                let comparison = try await report(gateway)
                return comparison.versions.map(\.requests).reduce(0, +) == 10
            }
        }
    }

    /// The comparison in `sluice status --json`.
    private func report(_ gateway: Gateway) async throws -> ComparisonDocument {
        struct Report: Decodable {
            let gateway: GatewayDocument
            let comparisons: [ComparisonDocument]
        }
        let status = try await gateway.sluice("status", "sentiment", "--json")
        #expect(status.end == .exit(0))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let report = try decoder.decode(Report.self, from: Data(status.output.utf8))
        #expect(report.gateway.config.successful)
        return try #require(report.comparisons.first)
    }

    @Test func statusOfARouteThatIsNotThereIsCodeOne() async throws {
        try await withGateway { scenario, gateway in
            let status = try await gateway.sluice("status", "nowhere")
            #expect(status.end == .exit(1))
            #expect(status.output.isEmpty)
            #expect(status.errorLines.count == 1)
            #expect(status.errors.contains("sentiment"))
        }
    }

    @Test func namesOfRoutesMayHaveSignsOfAllKinds() async throws {
        try await Scenario.run { scenario in
            try scenario.route(
                "my.chat-1_b", versions: [("v1", "http://127.0.0.1:9")], "split: {v1: 100%}")
            let gateway = try await scenario.gateway()
            // It is found, but has no ramp.
            let paused = try await gateway.sluice("pause", "my.chat-1_b")
            #expect(paused.end == .exit(1))
            #expect(
                paused.errors.contains("the route has no canary in its file"), "\(paused.errors)")
            let shadows = try await gateway.sluice("diffs", "my.chat-1_b")
            #expect(shadows.end == .exit(1))
            #expect(shadows.errors.contains("has no shadow in its file"), "\(shadows.errors)")
            // Clients may write what they need not as %XX.
            let base = "http://\(gateway.admin)/api/v1/routes/my%2Echat%2D1_b/shadows"
            let answer = try await scenario.curl([base])
            #expect(
                answer.status == 200 && answer.text.contains("\"shadows\":[]"), "\(answer.text)")
            let pairs = try await scenario.curl(["\(base)/v1/pairs"])
            #expect(pairs.status == 404 && pairs.text.contains("no_shadow"), "\(pairs.text)")
        }
    }

    @Test func watchEndsAfterItsSeconds() async throws {
        try await withGateway { scenario, gateway in
            let watch = try await gateway.sluice("watch", "--seconds", "1")
            #expect(watch.end == .exit(0))
            #expect(watch.output.contains("VERSION"))
            #expect(!watch.output.contains("\u{1B}"))
        }
    }

    @Test func watchEndsOnInterrupt() async throws {
        try await withGateway { scenario, gateway in
            let watch = try scenario.start(
                Scenario.binary, ["watch", "--admin", gateway.admin])
            try await Wait.until("a first table") { watch.output.contains("VERSION") }
            watch.send(SIGINT)
            _ = try await watch.waitForEnd()
        }
    }

    @Test func diffOfFilesThatAreServedFindsNothing() async throws {
        try await withGateway { scenario, gateway in
            let diff = try await gateway.sluice("diff")
            #expect(diff.end == .exit(0))
            #expect(diff.output == "no difference\n")
        }
    }

    @Test func diffNamesWhatWouldChange() async throws {
        try await withGateway { scenario, gateway in
            // Another folder: the gateway does not load it.
            try FileManager.default.createDirectory(
                atPath: "\(scenario.folder)/Next", withIntermediateDirectories: false)
            let text = scenario.read("Routes/sentiment.yaml")
            try scenario.write(
                "Next/sentiment.yaml", text.replacing("v1: 75%, v2: 25%", with: "v1: 50%, v2: 50%"))
            try scenario.write(
                "Next/more.yaml",
                "route: more\nmatch: {path: /more}\n"
                    + "versions: {v1: {endpoints: [http://127.0.0.1:9]}}\n")
            let diff = try await gateway.sluice("diff", "--routes", "Next")
            #expect(diff.end == .exit(0))
            #expect(
                diff.output.split(separator: "\n") == [
                    "+ more  */more", "~ sentiment  split.v1: 75% -> 50%",
                    "~ sentiment  split.v2: 25% -> 50%",
                    "~ sentiment  25 % of the callers change version",
                ])
            try scenario.remove("Next/sentiment.yaml")
            let gone = try await gateway.sluice("diff", "--routes", "Next")
            #expect(gone.output.contains("- sentiment  */v1/sentiment/**\n"))
        }
    }

    @Test func diffOfBrokenFilesIsCodeOne() async throws {
        try await withGateway { scenario, gateway in
            let diff = try await gateway.sluice("diff", "--routes", "Nowhere")
            #expect(diff.end == .exit(1))
            #expect(diff.output.isEmpty)
        }
    }

    @Test(arguments: [
        ["status"], ["watch", "--seconds", "1"], ["diff"],
        ["explain", "--live", "https://localhost/"], ["explain", "--decision", "1"],
        ["status", "sentiment", "--wait"],
    ])
    func withoutAGatewayTheCodeIsThree(arguments: [String]) async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://127.0.0.1:9")])
            let gone = try await scenario.model()
            gone.process.destroy()
            let run = try await scenario.finish(
                Scenario.binary, arguments + ["--admin", "127.0.0.1:\(gone.port)"])
            #expect(run.end == .exit(3))
            #expect(run.output.isEmpty)
            #expect(run.errorLines.count == 1, "\(run.errors)")
            #expect(run.errors.contains("sluice run"))
        }
    }

    @Test func whatIsNoGatewayIsCodeThreeToo() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model()
            let status = try await scenario.sluice(
                "status", "--admin", "127.0.0.1:\(model.port)")
            #expect(status.end == .exit(3))
            #expect(status.errorLines.count == 1, "\(status.errors)")
        }
    }
}
