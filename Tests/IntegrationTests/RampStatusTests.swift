// Proves: status tells in words and figures where a ramp stands, and what to do about it.

import Foundation
import Testing

@Suite struct RampStatusTests {
    private func status(_ stage: RampStage) async throws -> String {
        let run = try await stage.gateway.sluice("status", "sentiment")
        #expect(run.end == .exit(0), "\(run.errors)")
        return run.output
    }

    /// Text that a terminal may have broken anywhere between words.
    private func words(_ text: String) -> String {
        text.split { $0.isWhitespace }.joined(separator: " ")
    }

    @Test func aRampUnderWayShowsItsStepAndItsGuards() async throws {
        try await RampStage.run {
            $0.hold = "10m"
            $0.guards = [
                "{metric: error_rate, max_increase: 10%}", "{metric: latency_p99, max: 5s}",
            ]
        } body: { stage in
            try await stage.gateway.underLoad(.users(200)) { _ in
                try await stage.waitFor("a pass of every guard") {
                    !$0.guards.isEmpty && $0.guards.allSatisfy { $0.verdict == "pass" }
                }
            }
            let text = try await status(stage)
            let shown = words(text)
            #expect(shown.contains("v1 -> v2, step 1 of 3, 25 %, watched"))
            #expect(shown.contains("of 10 min; waits for the step's time to pass"))
            #expect(shown.contains("50 of each are asked for"))
            #expect(shown.contains("v2 gets its first share, 25 %: step 1 of 3"))
            let id = try await stage.decision("started").id
            #expect(shown.contains("decision \(id), "))
            #expect(shown.contains("`sluice explain --decision \(id)` tells more"))

            // A line for each guard, in columns.
            let lines = text.split(separator: "\n").map(String.init)
            let head = try #require(lines.firstIndex { $0.contains("GUARD") })
            let table = lines[head...head + 2]
            #expect(table.dropFirst().first?.contains("error_rate max_increase") == true)
            #expect(table.last?.contains("latency_p99 max") == true)
            let ends = table.map { $0.hasSuffix("pass") || $0.hasSuffix("VERDICT") }
            #expect(ends == [true, true, true])
            let verdicts = table.compactMap { line in
                (line.range(of: "pass") ?? line.range(of: "VERDICT")).map {
                    line.distance(from: line.startIndex, to: $0.lowerBound)
                }
            }
            #expect(Set(verdicts).count == 1, "\(table)")
            // What is said of the ramp fits a terminal of 100 columns.
            let block = lines.drop { !$0.hasPrefix("  ramp") }
            #expect(!block.isEmpty)
            #expect(block.allSatisfy { $0.count <= 100 }, "\(block)")
        }
    }

    @Test func aGuardOnStreamsWhereThereAreNoneIsNamed() async throws {
        try await RampStage.run {
            $0.guards = ["{metric: error_rate, max: 50%}", "{metric: stream_errors, max: 5%}"]
        } body: { stage in
            try await stage.gateway.underLoad(.users(200)) { _ in
                try await stage.waitFor("requests enough") {
                    $0.guards.contains { $0.metric == "error_rate" && $0.candidateCount > 60 }
                }
            }
            let shown = words(try await status(stage))
            #expect(shown.contains("step 1 of 3, 25 %"))
            #expect(
                shown.contains(
                    "stream_errors max has seen no stream of v2 to its end: if the route has none, "
                        + "take the guard out of the file"))
        }
    }

    @Test func whatIsWaitedForIsSaidWithWhatToDo() async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            try await stage.waitFor(step: 1)
            let decision = try await stage.act("pause", reason: "a look first")
            let paused = words(try await status(stage))
            #expect(paused.contains("paused on step 1 of 3"))
            #expect(paused.contains("sluice resume sentiment"))
            #expect(paused.contains("by ada: \(decision.summary) (a look first)"))
            try await stage.act("abort")
            try await stage.waitFor(phase: "aborted")
            let out = words(try await status(stage))
            #expect(out.contains("aborted: everybody is on v1"))
            #expect(out.contains("v2 gets nobody until `sluice retry sentiment`"))
            // The decision that matters is the one that took the candidate out.
            let rollback = try await stage.decision("rolling_back")
            #expect(out.contains("decision \(rollback.id), "))
            #expect(out.contains(rollback.summary))
            try await stage.act("retry")
            try await stage.waitFor(step: 1)
            let again = words(try await status(stage))
            #expect(!again.contains(rollback.summary))
            #expect(!again.contains("sluice retry"))
        }
    }

    @Test func whatHoldsARampIsSaidWithWhatToDo() async throws {
        try await RampStage.run {
            $0.steps = "[50%, 100%]"
            $0.hold = "10m"
            $0.breaker = RampRoute.usualBreaker
        } body: { stage in
            for model in [stage.stable, stage.candidate] {
                try await stage.scenario.change(model, ["error_rate": 1])
            }
            try await stage.gateway.underLoad(.users(200, rate: 300)) { _ in
                try await stage.waitFor("a hold") { $0.held != nil }
                let shown = words(try await status(stage))
                #expect(shown.contains("held by the stable version, which is just as bad now"))
                #expect(shown.contains("see what is wrong with v1"))
                #expect(shown.contains("sluice abort sentiment"))
                let decision = try await stage.decision("held")
                let run = try await stage.gateway.sluice("explain", "--decision", "\(decision.id)")
                #expect(run.output.contains(decision.summary))
                #expect(words(run.output).contains("with v1 just as bad"))
            }
        }
    }

    @Test func jsonHoldsTheRampAndItsTerms() async throws {
        struct Report: Decodable {
            struct Gateway: Decodable {
                let routes: [Route]
            }
            struct Route: Decodable {
                let canary: Canary
            }
            struct Canary: Decodable {
                struct Step: Decodable {
                    let share: Double
                    let approve: Bool
                }
                let candidate: String
                let steps: [Step]
                let guards: [String]
            }
            let gateway: Gateway
            let comparisons: [RampComparisonDocument]
        }
        try await RampStage.run { stage in
            try await stage.waitFor(step: 1)
            let run = try await stage.gateway.sluice("status", "--json")
            #expect(run.end == .exit(0))
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let report = try decoder.decode(Report.self, from: Data(run.output.utf8))
            #expect(report.comparisons.first?.ramp?.candidate == "v2")
            #expect(report.comparisons.first?.ramp?.phase == "step")
            let canary = try #require(report.gateway.routes.first?.canary)
            #expect(canary.candidate == "v2")
            #expect(canary.steps.map(\.share) == [25, 50, 100])
            #expect(canary.steps.map(\.approve) == [false, false, false])
            #expect(canary.guards == ["error_rate max_increase 10 %"])
        }
    }

    @Test func aRouteWithoutARampHasNoBlock() async throws {
        try await RampStage.run {
            $0.hasRamp = false
        } body: { stage in
            let text = try await status(stage)
            #expect(text.contains("VERSION"))
            #expect(!text.contains("ramp"))
        }
    }
}
