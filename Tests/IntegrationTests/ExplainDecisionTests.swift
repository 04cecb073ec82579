// Proves: explain --decision says why a ramp did what it did, on which figures, and what to do.

import Foundation
import Testing

@Suite struct ExplainDecisionTests {
    /// Text that a terminal may have broken anywhere between words.
    private func words(_ text: String) -> String {
        text.split { $0.isWhitespace }.joined(separator: " ")
    }

    private func explain(_ stage: RampStage, _ id: Int) async throws -> String {
        let run = try await stage.gateway.sluice("explain", "--decision", "\(id)")
        #expect(run.end == .exit(0), "\(run.errors)")
        return run.output
    }

    @Test func aRollbackByAGuardIsExplainedInFigures() async throws {
        try await RampStage.run {
            $0.steps = "[50%, 100%]"
            $0.hold = "10m"
        } body: { stage in
            try await stage.scenario.change(stage.candidate, ["error_rate": 0.5])
            try await stage.gateway.underLoad(.users(200)) { _ in
                try await stage.waitFor(phase: "rolled_back")
            }
            let decision = try await stage.decision("rolling_back")
            let evidence = try #require(decision.evidence)
            let text = try await explain(stage, decision.id)
            let lines = text.split(separator: "\n").map(String.init)
            #expect(lines.first == "decision \(decision.id) on sentiment: rolling back")
            // The summary stands in one line, however long; all else fits 100 columns.
            #expect(lines.dropFirst().first == decision.summary)
            #expect(lines.dropFirst(2).allSatisfy { $0.count <= 100 }, "\(text)")
            let shown = words(text)
            for part in [
                "why a guard failed", "by sluice itself",
                "from step 1, v2 with 50 % of the callers",
                "to rolling back, v2 with 0 % of the callers",
                "v1 \(evidence.stableRequests) \(evidence.stableErrors)",
                "v2 \(evidence.candidateRequests) \(evidence.candidateErrors)",
                "error_rate max_increase", "where at most +10 % is allowed (alpha 0.333 %)",
                "A wrong pass: 5 %", "breaker not tripped", "callers, where 50 % is wanted",
                "otherwise v2 would have stayed had +10 % or less still been possible",
                "`sluice retry sentiment`",
            ] { #expect(shown.contains(part), "\(part) in \(shown)") }
        }
    }

    @Test func whatAnOperatorDidIsExplainedWithTheReason() async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            try await stage.waitFor(step: 1)
            let decision = try await stage.act("promote", reason: "in a hurry")
            let shown = words(try await explain(stage, decision.id))
            for part in [
                "why an operator asked for it: \"in a hurry\"", "by ada",
                "from step 1, v2 with 25 % of the callers",
                "to step 2, v2 with 50 % of the callers",
                "by itself the ramp would have waited: error_rate max_increase did not pass",
            ] { #expect(shown.contains(part), "\(part) in \(shown)") }
        }
    }

    @Test func jsonIsTheDecisionItself() async throws {
        try await RampStage.run { stage in
            try await stage.waitFor(step: 1)
            let decision = try await stage.decision("started")
            let run = try await stage.gateway.sluice(
                "explain", "--decision", "\(decision.id)", "--json")
            #expect(run.end == .exit(0))
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let read = try decoder.decode(DecisionDocument.self, from: Data(run.output.utf8))
            #expect(read == decision)
        }
    }

    @Test(arguments: [
        [], ["--decision", "1", "https://localhost/"], ["--decision", "1", "-H", "a: b"],
        ["--decision", "1", "-X", "GET"], ["--decision", "1", "--live"],
        ["--decision", "1", "--routes", "Routes"], ["--decision", "1", "--state", "s"],
        ["--decision", "one"],
    ])
    func wrongUsageIsCodeTwo(arguments: [String]) async throws {
        try await Scenario.run { scenario in
            let run = try await scenario.finish(Scenario.binary, ["explain"] + arguments)
            #expect(run.end == .exit(2), "\(run.errors)")
            #expect(run.output.isEmpty)
            #expect(run.errorLines.count == 1, "\(run.errors)")
        }
    }
}
