// Proves: the demo runs by itself, ends by itself or on Ctrl-C, and leaves nothing behind.

import Foundation
import Testing
import Waiting

// One after the other: each demo takes the usual ports if they are free, and looks at the end
// whether they are free again.
@Suite(.serialized) struct DemoTests {
    /// The address of a port that the demo says it serves at.
    private func address(_ text: String, _ pattern: Regex<(Substring, Substring)>) -> String? {
        text.firstMatch(of: pattern).map { String($0.1) }
    }

    /// Nothing listens where the demo did, and its folder is gone.
    private func expectNothingLeft(_ scenario: Scenario, _ output: String) async throws {
        let clients = try #require(address(output, /https:\/\/(localhost:\d+)/))
        let admin = try #require(address(output, /http:\/\/(127\.0\.0\.1:\d+)\/metrics/))
        #expect(try await scenario.curl(["-k", "https://\(clients)/"]).end == .exit(7))
        #expect(try await scenario.curl(["http://\(admin)/readyz"]).end == .exit(7))
        let left = try FileManager.default.contentsOfDirectory(atPath: scenario.temporary)
        #expect(left.filter { $0.hasPrefix("sluice-demo") } == [])
        #expect(!scenario.exists(".sluice"))
    }

    @Test func theDemoEndsAfterItsSeconds() async throws {
        try await Scenario.run { scenario in
            let demo = try await scenario.sluice("demo", "--seconds", "3", "--rate", "100")
            #expect(demo.end == .exit(0), "\(demo.errors)")
            #expect(demo.errors.isEmpty)
            #expect(demo.output.contains("  v1 "))
            #expect(demo.output.contains("  v2 "))
            for route in ["sentiment", "summarize", "translate"] {
                #expect(
                    demo.output.contains(" \(route)  v2 gets its first share, 10 %: step 1 of 4"))
            }
            #expect(demo.output.hasSuffix("nothing of it is left\n"))
            try await expectNothingLeft(scenario, demo.output)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func theDemoEndsCleanlyOnASignal(signal: Int32) async throws {
        try await Scenario.run { scenario in
            let demo = try scenario.start(Scenario.binary, ["demo", "--rate", "50"])
            try await Wait.until("a first table") { demo.output.contains("VERSION") }
            demo.send(signal)
            #expect(try await demo.waitForEnd() == .exit(0))
            #expect(demo.errors.isEmpty, "\(demo.errors)")
            try await expectNothingLeft(scenario, demo.output)
        }
    }

    @Test func theDemoLeavesNothingWhenItsReaderGoesAway() async throws {
        try await Scenario.run { scenario in
            let demo = try await scenario.startAndLeave(
                ["demo", "--rate", "50"], after: "VERSION")
            #expect(try await demo.waitForEnd().isOrderly)
            let left = try FileManager.default.contentsOfDirectory(atPath: scenario.temporary)
            #expect(left.filter { $0.hasPrefix("sluice-demo") } == [])
        }
    }

    @Test func aSecondDemoBesideTheFirstTakesOtherPorts() async throws {
        try await Scenario.run { scenario in
            let first = try scenario.start(Scenario.binary, ["demo", "--rate", "20"])
            try await Wait.until("a first table") { first.output.contains("VERSION") }
            let second = try scenario.start(Scenario.binary, ["demo", "--rate", "20"])
            try await Wait.until("a second table") { second.output.contains("VERSION") }
            let places = [first, second].map { demo in
                address(demo.output, /https:\/\/(localhost:\d+)/)
            }
            #expect(places[0] != places[1])
            for demo in [first, second] {
                demo.send(SIGINT)
                #expect(try await demo.waitForEnd() == .exit(0))
                #expect(demo.errors.isEmpty, "\(demo.errors)")
            }
        }
    }

    @Test func theDemoServesWhatItSays() async throws {
        try await Scenario.run { scenario in
            let demo = try scenario.start(Scenario.binary, ["demo", "--rate", "50"])
            try await Wait.until("a first table") { demo.output.contains("VERSION") }
            let clients = try #require(address(demo.output, /https:\/\/(localhost:\d+)/))
            let certificate = try #require(address(demo.output, /--cacert (\S+)/))
            let answer = try await scenario.curl([
                "--cacert", certificate, "-H", "x-user-id: 42", "-d", "{}",
                "https://\(clients)/v1/sentiment",
            ])
            #expect(answer.status == 200)
            #expect(["v1", "v2"].contains(answer["x-sluice-version"]))
            #expect(answer["x-request-id"] != nil)
            demo.send(SIGINT)
            #expect(try await demo.waitForEnd() == .exit(0))
        }
    }

    // MARK: The ramps

    /// Gets a document of the demo's gateway.
    private func get<T: Decodable>(
        _ scenario: Scenario, _ admin: String, _ path: String, as type: T.Type
    ) async throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            type, from: try await scenario.curl(["http://\(admin)\(path)"]).body)
    }

    @Test func oneRampSucceedsAndTwoAreRolledBack() async throws {
        try await Scenario.run { scenario in
            let demo = try scenario.start(Scenario.binary, ["demo"])
            try await Wait.until("the end of all ramps", seconds: 240) {
                demo.output.contains("all ramps have ended")
            }
            let admin = try #require(address(demo.output, /http:\/\/(127\.0\.0\.1:\d+)\/metrics/))
            var phases: [String: String] = [:]
            for route in ["sentiment", "summarize", "translate"] {
                let document = try await get(
                    scenario, admin, "/api/v1/routes/\(route)", as: RampRouteDocument.self)
                phases[route] = document.ramp?.phase
            }
            #expect(
                phases == [
                    "sentiment": "succeeded", "summarize": "rolled_back",
                    "translate": "rolled_back",
                ])
            let decisions = try await get(
                scenario, admin, "/api/v1/decisions?limit=100", as: DecisionList.self
            ).decisions
            for (route, metric) in [("summarize", "latency_p99"), ("translate", "error_rate")] {
                let last = decisions.first { $0.route == route && $0.kind == "rolling_back" }
                let decision = try #require(last)
                #expect(decision.cause == "guards")
                let failed = decision.evidence?.guards.filter { $0.verdict == "fail" } ?? []
                #expect(failed.map(\.metric) == [metric])
                #expect(demo.output.contains("  \(route): rolled back after "))
                #expect(demo.output.contains(": \(metric) is "))
            }
            let shares = decisions.reversed().filter { $0.route == "sentiment" }.map(\.shareAfter)
            #expect(shares == [10, 25, 50, 100, 100, 100])
            #expect(demo.output.contains("  sentiment: succeeded after "))
            demo.send(SIGINT)
            #expect(try await demo.waitForEnd() == .exit(0))
            #expect(demo.errors.isEmpty, "\(demo.errors)")
            try await expectNothingLeft(scenario, demo.output)
        }
    }
}
