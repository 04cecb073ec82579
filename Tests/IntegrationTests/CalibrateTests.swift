// Proves: `sluice check --calibrate` reckons for the ramps in files, and the page on it says the same.

import Foundation
import Testing

@Suite struct CalibrateTests {
    /// What `--json` prints, as far as it is read here.
    private struct Calibrated: Decodable {
        struct Ramp: Decodable {
            let requestsPerSecond: Double
            let takesMilliseconds: Int?
            let steps: [Step]
        }

        struct Step: Decodable {
            let share: Double
            let takesMilliseconds: Int?
            let guards: [Rule]
        }

        struct Rule: Decodable {
            let metric: String
            let isCompared: Bool
            let failsAfterRequests: Int?
            let passesAfterRequests: Int?
        }

        struct Warning: Decodable {
            let what: String
        }

        let route: String
        let ramp: Ramp
        let warnings: [Warning]
    }

    private func write(_ scenario: Scenario, _ terms: String, name: String = "sentiment") throws {
        try scenario.write(
            "Routes/\(name).yaml",
            """
            route: \(name)
            match: {path: /\(name)}
            versions:
              v1: {endpoints: [http://127.0.0.1:9]}
              v2: {endpoints: [http://127.0.0.1:9]}
            canary:
              stable: v1
              candidate: v2
              \(terms)

            """)
    }

    @Test func everyStepAndGuardHasALine() async throws {
        try await Scenario.run { scenario in
            try write(
                scenario,
                "guards: [{metric: error_rate, max_increase: 2%}, {metric: latency_p99, max: 1s}]")
            try scenario.route("plain", path: "/plain", versions: [("v1", "http://127.0.0.1:9")])
            let check = try await scenario.sluice("check", "--calibrate", "--rate", "200")
            #expect(check.end == .exit(0))
            #expect(check.errors.isEmpty)
            let lines = check.output.split(separator: "\n")
            #expect(lines.first == "sentiment: v2 beside v1 at 200 requests a second")
            #expect(lines.count { $0.contains("error_rate max_increase 2 %") } == 5)
            #expect(lines.count { $0.contains("latency_p99 max 1 s") } == 5)
            #expect(lines.contains { $0.contains("-: nobody is on v1 any more") })
            #expect(lines.contains { $0.contains("goes all the way in about") })
            #expect(lines.last == "ok: 2 routes")
            #expect(!check.output.contains("warning"))
        }
    }

    @Test func aRampThatHardlyEndsIsWarnedOfWithItsPlaceAndCodeZero() async throws {
        try await Scenario.run { scenario in
            try write(scenario, "guards: [{metric: latency_p99, max_ratio: 1}]")
            try write(scenario, "deadline: 30m", name: "translate")
            let check = try await scenario.sluice("check", "--calibrate", "--rate", "50")
            #expect(check.end == .exit(0))
            let warnings = check.output.split(separator: "\n").filter { $0.contains(": warning: ") }
            #expect(warnings.count == 3)
            let first = try #require(warnings.first)
            #expect(first.hasPrefix("Routes/sentiment.yaml:7:3: warning: latency_p99 max_ratio 1 "))
            #expect(first.contains("can never be passed"))
            let rest = warnings.dropFirst()
            #expect(rest.allSatisfy { $0.hasPrefix("Routes/translate.yaml:7:3: warning: step 1 ") })
            #expect(rest.allSatisfy { $0.contains("the deadline is 30 min, before which") })
            #expect(check.output.contains("never comes to the end"))
        }
    }

    @Test func whatIsSaidOfTheStableVersionCounts() async throws {
        try await Scenario.run { scenario in
            try write(scenario, "guards: [{metric: latency_p99, max: 100ms}]")
            func check(_ arguments: String...) async throws -> Finished {
                try await scenario.finish(
                    Scenario.binary, ["check", "--calibrate", "--rate", "200"] + arguments)
            }
            let good = try await check("--latency", "30ms", "--spread", "3")
            #expect(good.output.contains("v1 has 0.1 % errors, p50 30 ms, p99 90 ms"))
            #expect(!good.output.contains("warning"))
            let slow = try await check("--latency", "40ms", "--spread", "3")
            #expect(slow.output.contains("is broken by v1 itself, which is at 120 ms"))
        }
    }

    @Test func guardsOnStreamsAreReckonedByTheirOwnFigures() async throws {
        try await Scenario.run { scenario in
            try write(
                scenario,
                "guards: [{metric: ttfb_p90, max: 300ms}, {metric: event_gap_p50, max: 100ms}, "
                    + "{metric: stream_errors, max: 2%}]")
            func check(_ arguments: String...) async throws -> Finished {
                try await scenario.finish(
                    Scenario.binary, ["check", "--calibrate", "--rate", "200"] + arguments)
            }
            let usual = try await check()
            #expect(
                usual.output.contains(
                    "p99 64 ms, ttfb p50 20 ms, event gap p50 50 ms, 0.1 % broken streams"))
            #expect(usual.output.contains("every request is taken for a stream"))
            #expect(!usual.output.contains("warning"))
            let slow = try await check(
                "--ttfb", "400ms", "--event-gap", "120ms", "--stream-errors", "3%")
            for broken in [
                "ttfb_p90 max 300 ms is broken by v1 itself",
                "event_gap_p50 max 100 ms is broken by v1 itself, which is at 120 ms",
                "stream_errors max 2 % is broken by v1 itself, which is at 3 %",
            ] {
                #expect(slow.output.contains(broken), "\(slow.output)")
            }
        }
    }

    @Test func jsonIsAllThatStandardOutputHas() async throws {
        try await Scenario.run { scenario in
            try write(scenario, "guards: [{metric: error_rate, max_ratio: 1}]")
            try write(scenario, "hold: 20m", name: "translate")
            let check = try await scenario.sluice("check", "--calibrate", "--rate", "100", "--json")
            #expect(check.end == .exit(0))
            #expect(check.errorLines.count == 1)
            #expect(check.errors.hasPrefix("Routes/sentiment.yaml:7:3: warning: "))
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let routes = try decoder.decode([Calibrated].self, from: Data(check.output.utf8))
            #expect(routes.map(\.route) == ["sentiment", "translate"])
            let sentiment = try #require(routes.first)
            #expect(sentiment.warnings.count == 1)
            #expect(sentiment.ramp.takesMilliseconds == nil)
            let translate = try #require(routes.last)
            #expect(translate.warnings.isEmpty)
            #expect(translate.ramp.requestsPerSecond == 100)
            #expect(translate.ramp.steps.map(\.share) == [1, 5, 25, 50, 100])
            #expect(translate.ramp.steps.last?.takesMilliseconds == 1_200_000)
            #expect(translate.ramp.steps.last?.guards.map(\.isCompared) == [false, false])
            let rule = try #require(translate.ramp.steps.first?.guards.first)
            #expect(rule.metric == "error_rate")
            let passes = try #require(rule.passesAfterRequests)
            #expect(try #require(rule.failsAfterRequests) > passes)
        }
    }

    @Test func filesWithErrorsAreNotReckonedWith() async throws {
        try await Scenario.run { scenario in
            try write(scenario, "hold: soon")
            for arguments in [[], ["--json"]] {
                let check = try await scenario.finish(
                    Scenario.binary, ["check", "--calibrate", "--rate", "200"] + arguments)
                #expect(check.end == .exit(1))
                #expect(check.output.hasPrefix("Routes/sentiment.yaml:9:9: error: "))
                #expect(check.errors == "1 error: these files would not be served\n")
            }
        }
    }

    @Test func withoutARampThereIsNothingToReckon() async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://127.0.0.1:9")])
            let check = try await scenario.sluice("check", "--calibrate", "--rate", "200")
            #expect(check.end == .exit(0))
            #expect(check.output == "no route has a canary\nok: 1 route\n")
        }
    }

    @Test(arguments: [
        (["--calibrate"], "--calibrate --rate 200"), (["--rate", "200"], "go with --calibrate"),
        (["--json"], "go with --calibrate"), (["--calibrate", "--rate", "0"], "from 0.01 to"),
        (["--calibrate", "--rate", "nan"], "from 0.01 to"),
        (["--calibrate", "--rate", "9", "--error-rate", "0.1"], "like 0.1%"),
        (["--calibrate", "--rate", "9", "--error-rate", "100%"], "like 0.1%"),
        (["--calibrate", "--rate", "9", "--latency", "20"], "like 20ms"),
        (["--calibrate", "--rate", "9", "--latency", "0ms"], "like 20ms"),
        (["--calibrate", "--rate", "9", "--spread", "1"], "like 3.2"),
    ])
    func wrongUsageIsCodeTwoWithAnExample(arguments: [String], example: String) async throws {
        try await Scenario.run { scenario in
            let check = try await scenario.finish(Scenario.binary, ["check"] + arguments)
            #expect(check.end == .exit(2))
            #expect(check.output.isEmpty)
            #expect(check.errors.contains(example), "\(check.errors)")
        }
    }

    @Test func thePageShowsWhatTheCommandSays() async throws {
        try await Scenario.run { scenario in
            let data = FileManager.default.contents(
                atPath: "\(Scenario.packageRoot)/docs/calibrating.md")
            let page = String(decoding: try #require(data), as: UTF8.self)
            let file = try #require(page.firstMatch(of: /```yaml\n((?s).*?)```/))
            try scenario.write("Routes/sentiment.yaml", String(file.1))
            let shown = page.matches(of: /```console\n\$ sluice (.*)\n((?s).*?)```/)
            #expect(shown.count == 2)
            for example in shown {
                let arguments = example.1.split(separator: " ").map(String.init)
                let check = try await scenario.finish(Scenario.binary, arguments)
                #expect(check.end == .exit(0))
                #expect(check.output == String(example.2))
            }
        }
    }
}
