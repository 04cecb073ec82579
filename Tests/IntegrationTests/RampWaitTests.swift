// Proves: status --wait follows a ramp to its end, through restarts, and says so by its code.

import Foundation
import Testing
import Waiting

@Suite struct RampWaitTests {
    /// Begins to wait for the ramp.
    private func wait(_ stage: RampStage, admin: String, _ more: String...) throws -> ChildProcess {
        try stage.scenario.start(
            Scenario.binary, ["status", "sentiment", "--wait", "--admin", admin] + more)
    }

    private func lines(_ process: ChildProcess) -> [String] {
        process.output.split(separator: "\n").map(String.init)
    }

    @Test func eachDecisionIsPrintedAsItComes() async throws {
        try await RampStage.run {
            $0.hold = "10m"
            $0.bake = "10m"
        } body: { stage in
            try await stage.waitFor(step: 1)
            let waiting = try wait(stage, admin: stage.gateway.admin)
            // What was before it looked is not told: a first line shows that it has.
            try await Wait.until("a first line") {
                try await stage.act("pause")
                try await stage.act("resume")
                return !waiting.output.isEmpty
            }
            var told: [String] = []
            for _ in 0..<4 {
                let decision = try await stage.act("promote")
                told.append("\(decision.summary) (decision \(decision.id))")
            }
            #expect(try await waiting.waitForEnd() == .exit(0), "\(waiting.errors)")
            let printed = lines(waiting)
            #expect(printed.dropLast().suffix(4) == told[...])
            #expect(printed.last == "the ramp is over: v2 succeeded and keeps 100 %")
        }
    }

    @Test func aRollbackIsCodeOneAndSaysWhy() async throws {
        try await RampStage.run {
            $0.steps = "[50%, 100%]"
            $0.hold = "10m"
            $0.breaker = RampRoute.usualBreaker
        } body: { stage in
            try await stage.waitFor(step: 1)
            let waiting = try wait(stage, admin: stage.gateway.admin)
            try await stage.scenario.change(stage.candidate, ["error_rate": 1])
            let end = try await stage.gateway.underLoad(.users(200)) { _ in
                try await waiting.waitForEnd()
            }
            #expect(end == .exit(1), "\(waiting.errors)")
            let rollback = try await stage.decision("rolling_back")
            let last = try #require(lines(waiting).last)
            #expect(last.contains("rolled back: everybody is on v1"))
            #expect(last.contains("`sluice explain --decision \(rollback.id)` says why"))
        }
    }

    @Test func jsonIsPrintedAtTheEnd() async throws {
        struct Report: Decodable {
            let comparisons: [RampComparisonDocument]
        }
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            try await stage.waitFor(step: 1)
            let waiting = try wait(stage, admin: stage.gateway.admin, "--json")
            try await stage.act("abort")
            #expect(try await waiting.waitForEnd() == .exit(1))
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let report = try decoder.decode(Report.self, from: waiting.outputData)
            #expect(report.comparisons.first?.ramp?.phase == "aborted")
        }
    }

    @Test func aGatewayThatStartsAgainIsWaitedFor() async throws {
        try await Scenario.run { scenario in
            // A port of the system's choice, which the gateway can have twice.
            let probe = try await scenario.model()
            let admin = "127.0.0.1:\(probe.port)"
            probe.process.destroy()
            let model = try await scenario.model("v1")
            let other = try await scenario.model("v2")
            var route = RampRoute(
                stableEndpoints: [model.endpoint], candidateEndpoints: [other.endpoint])
            route.hold = "10m"
            try scenario.write("Routes/sentiment.yaml", route.text)
            let first = try await scenario.gateway("--admin", admin)
            let waiting = try scenario.start(
                Scenario.binary, ["status", "sentiment", "--wait", "--admin", admin])
            // It has been seen once something of it is printed.
            try await Wait.until("a line of the command") {
                _ = try await first.sluice("pause", "sentiment")
                _ = try await first.sluice("resume", "sentiment")
                return !waiting.output.isEmpty
            }
            first.process.send(SIGKILL)
            _ = try await first.process.waitForEnd()
            let second = try await scenario.gateway("--admin", admin)
            #expect(waiting.end == nil, "\(waiting.errors)")
            let abort = try await second.sluice("abort", "sentiment")
            #expect(abort.end == .exit(0), "\(abort.errors)")
            #expect(try await waiting.waitForEnd() == .exit(1))
            #expect(waiting.output.contains("aborted: everybody is on v1"))
        }
    }

    @Test func withoutARampThereIsNothingToWaitFor() async throws {
        try await RampStage.run {
            $0.hasRamp = false
        } body: { stage in
            let run = try await stage.gateway.sluice("status", "sentiment", "--wait")
            #expect(run.end == .exit(1))
            #expect(run.output.isEmpty)
            #expect(run.errors.contains("no ramp"))
            let unknown = try await stage.gateway.sluice("status", "nowhere", "--wait")
            #expect(unknown.end == .exit(1))
            #expect(unknown.errors.contains("sentiment"))
        }
    }

    @Test(arguments: [
        ["--wait"], ["sentiment", "--timeout", "1s"], ["sentiment", "--wait", "--timeout", "1"],
        ["sentiment", "--wait", "--timeout", "0s"],
    ])
    func wrongUsageIsCodeTwo(arguments: [String]) async throws {
        try await Scenario.run { scenario in
            let run = try await scenario.finish(Scenario.binary, ["status"] + arguments)
            #expect(run.end == .exit(2))
            #expect(run.output.isEmpty)
            #expect(run.errorLines.count == 1, "\(run.errors)")
        }
    }
}
