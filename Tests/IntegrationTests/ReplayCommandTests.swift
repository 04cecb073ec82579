// Proves: replay runs a trace through a route file's ramp, and names what is wrong with a trace.

import Foundation
import Testing

@Suite struct ReplayCommandTests {
    /// `sluice replay --json`.
    private struct Report: Decodable {
        let startMs: Int
        let endMs: Int
        let stableOutcomes: Int
        let candidateOutcomes: Int
        let otherOutcomes: Int
        let decisions: [DecisionDocument]
        let ramp: RampDocument
    }

    private static let start = 1_700_000_000_000

    private func withRoute(
        _ change: (inout RampRoute) -> Void = { _ in }, body: (Scenario) async throws -> Void
    ) async throws {
        try await Scenario.run { scenario in
            var route = RampRoute(
                stableEndpoints: ["http://127.0.0.1:9"],
                candidateEndpoints: ["http://127.0.0.1:8"])
            route.hold = "10s"
            route.bake = "10s"
            change(&route)
            let third = "  v3: {endpoints: [http://127.0.0.1:7]}\nsticky:"
            try scenario.write(
                "Routes/sentiment.yaml", route.text.replacing("sticky:", with: third))
            try await body(scenario)
        }
    }

    /// A hundred outcomes a second, every fifth the candidate's, which then fails like this.
    private func writeTrace(
        _ scenario: Scenario, seconds: Int, more: String = "", status: (Int) -> Int = { _ in 200 }
    ) throws {
        var lines = (0..<seconds * 100).map { index in
            let isCandidate = index % 5 == 4
            return "{\"at_ms\": \(Self.start + index * 10), "
                + "\"version\": \"\(isCandidate ? "v2" : "v1")\", "
                + "\"status\": \(isCandidate ? status(index) : 200), \"latency_ms\": 8.25, "
                + "\"key\": \"user-\(index)\"}"
        }
        lines.append(more)
        try scenario.write("trace.jsonl", lines.joined(separator: "\n") + "\n")
    }

    private func report(
        _ scenario: Scenario, routes: String = "Routes", code: Int32 = 0
    ) async throws -> Report {
        let run = try await scenario.sluice("replay", "trace.jsonl", "--routes", routes, "--json")
        #expect(run.end == .exit(code), "\(run.errors)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Report.self, from: Data(run.output.utf8))
    }

    // MARK: What is decided

    @Test func guardsOnStreamsAreJudgedByWhatTheTraceSaysOfThem() async throws {
        try await withRoute {
            $0.guards = [
                "{metric: ttfb_p90, max_ratio: 2}", "{metric: event_gap_p50, max_ratio: 2}",
                "{metric: stream_errors, max: 20%}",
            ]
        } body: { scenario in
            let lines = (0..<4_000).map { index in
                let isCandidate = index % 5 == 4
                return "{\"at_ms\": \(index * 10), \"version\": \"\(isCandidate ? "v2" : "v1")\", "
                    + "\"status\": \(index % 50 == 4 ? 0 : 200), \"latency_ms\": 900, "
                    + "\"ttfb_ms\": \(9 + index % 3), \"stream\": true, "
                    + "\"event_gap_ms\": \((isCandidate ? 80 : 20) + index % 7)}"
            }
            try scenario.write("trace.jsonl", lines.joined(separator: "\n") + "\n")
            let report = try await report(scenario, code: 1)
            let rollback = try #require(report.decisions.first { $0.kind == "rolling_back" })
            #expect(rollback.cause == "guards")
            #expect(rollback.summary.contains("event_gap_p50 of v2 is "))
            #expect(rollback.summary.contains(" streams), of v1 "))
            let guards = rollback.evidence?.guards ?? []
            #expect(guards.map(\.metric) == ["ttfb_p90", "event_gap_p50", "stream_errors"])
            #expect(guards.map(\.verdict).prefix(2) == ["pass", "fail"])
        }
    }

    @Test func aGoodTraceGoesUpAndBakes() async throws {
        try await withRoute { scenario in
            try writeTrace(scenario, seconds: 60)
            let report = try await report(scenario)
            #expect(
                report.decisions.map(\.kind) == [
                    "started", "advanced", "advanced", "baking", "succeeded",
                ])
            #expect(
                report.decisions.map { $0.atMs - Self.start }
                    == [0, 10_000, 20_000, 30_000, 40_000])
            #expect(report.ramp.phase == "succeeded")
            #expect(report.startMs == Self.start)
            #expect(report.endMs == Self.start + 59_990)
            #expect(report.stableOutcomes == 4_800)
            #expect(report.candidateOutcomes == 1_200)
            // The same in words, and of a file alone.
            let run = try await scenario.sluice(
                "replay", "trace.jsonl", "--routes", "Routes/sentiment.yaml")
            #expect(run.end == .exit(0))
            let lines = run.output.split(separator: "\n").map(String.init)
            #expect(lines.count > report.decisions.count)
            for (line, decision) in zip(lines, report.decisions) {
                #expect(line.hasSuffix(decision.summary))
            }
            #expect(lines[1].contains("10 s  v2 goes from 25 % to 50 %"))
            #expect(run.output.contains("4,800 outcomes of v1 and 1,200 of v2"))
            #expect(run.output.contains("v2 succeeded and keeps 100 %"))
        }
    }

    @Test func aBadTraceIsRolledBackWithCodeOne() async throws {
        try await withRoute { scenario in
            try writeTrace(scenario, seconds: 60) { $0 % 10 == 9 ? 503 : 200 }
            let report = try await report(scenario, code: 1)
            #expect(report.decisions.map(\.kind) == ["started", "rolling_back", "rolled_back"])
            #expect(report.decisions[1].cause == "guards")
            #expect(report.ramp.phase == "rolled_back")
        }
    }

    @Test func aTraceThatEndsEarlyLeavesTheRampWhereItIs() async throws {
        try await withRoute { scenario in
            try writeTrace(scenario, seconds: 15)
            let run = try await scenario.sluice("replay", "trace.jsonl")
            #expect(run.end == .exit(0))
            let shown = run.output.split { $0.isWhitespace }.joined(separator: " ")
            #expect(
                shown.contains("step 2 of 3, 50 %, watched 4 s of 10 s; waits for the step's time"))
            #expect(shown.contains("whether shares are as wanted is not checked"))
        }
    }

    @Test func otherVersionsArePassedOverAndCounted() async throws {
        try await withRoute { scenario in
            try writeTrace(
                scenario, seconds: 1,
                more: "{\"at_ms\": 5, \"version\": \"v3\", \"status\": 0, \"latency_ms\": 0}")
            #expect(try await report(scenario).otherOutcomes == 1)
        }
    }

    // MARK: Which ramp

    @Test func severalRampsNeedAName() async throws {
        try await withRoute { scenario in
            try writeTrace(scenario, seconds: 1)
            let text = scenario.read("Routes/sentiment.yaml")
            try scenario.write(
                "Routes/topics.yaml",
                text.replacing("route: sentiment", with: "route: topics")
                    .replacing("/v1/sentiment", with: "/v1/topics"))
            let several = try await scenario.sluice("replay", "trace.jsonl")
            #expect(several.end == .exit(2))
            #expect(several.errors.contains("sentiment, topics"))
            let one = try await scenario.sluice("replay", "trace.jsonl", "--route", "topics")
            #expect(one.end == .exit(0), "\(one.errors)")
            let none = try await scenario.sluice("replay", "trace.jsonl", "--route", "nowhere")
            #expect(none.end == .exit(1))
            #expect(none.errors.contains("sentiment, topics"))
        }
    }

    @Test func withoutARampThereIsNothingToReplay() async throws {
        try await withRoute {
            $0.hasRamp = false
        } body: { scenario in
            try writeTrace(scenario, seconds: 1)
            let run = try await scenario.sluice("replay", "trace.jsonl")
            #expect(run.end == .exit(1))
            #expect(run.output.isEmpty)
            #expect(run.errors.contains("no route in Routes has a canary"))
        }
    }

    @Test func filesThatAreWrongAreReportedAsByCheck() async throws {
        try await withRoute {
            $0.steps = "[50%, 25%]"
        } body: { scenario in
            try writeTrace(scenario, seconds: 1)
            let run = try await scenario.sluice("replay", "trace.jsonl")
            #expect(run.end == .exit(1))
            #expect(run.errors.hasPrefix("Routes/sentiment.yaml:"))
        }
    }
}
