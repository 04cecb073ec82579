// Proves: where nothing can be said, a ramp waits and says for what; it neither passes nor fails.

import Foundation
import Testing
import Waiting

@Suite struct RampHoldTests {
    @Test func whenBothAreBadTheRampHoldsAndGoesOnAfterwards() async throws {
        try await RampStage.run {
            $0.steps = "[50%, 100%]"
            $0.guards = ["{metric: error_rate, max_increase: 30%}"]
            $0.breaker = RampRoute.usualBreaker
        } body: { stage in
            for model in [stage.stable, stage.candidate] {
                try await stage.scenario.change(model, ["error_rate": 1])
            }
            try await stage.gateway.underLoad(.users(200, rate: 300)) { _ in
                let held = try await stage.waitFor("a hold") { $0.held != nil }
                #expect(held.phase == "step")
                #expect(held.share == 50)
                #expect(held.waitingFor.contains("stable_is_bad"))
                #expect(held.held?.isEmpty == false)
                let decision = try await stage.decision("held")
                #expect(decision.cause == "stable_is_bad")
                #expect((decision.evidence?.stableErrors ?? 0) > 0)
                // As long as both are bad, that is how it stays.
                try await stage.waitFor("two more seconds") {
                    $0.watchedMs >= held.watchedMs + 2_000
                }
                #expect(try await stage.kinds() == ["started", "held"])

                for model in [stage.candidate, stage.stable] {
                    try await stage.scenario.change(model, ["error_rate": 0])
                }
                try await stage.waitFor("its end") { $0.held == nil }
                #expect(try await stage.decision("released").cause == "stable_is_bad")
                try await stage.waitFor(phase: "succeeded", seconds: 90)
            }
            #expect(
                try await stage.kinds() == [
                    "started", "held", "released", "advanced", "baking", "succeeded",
                ])
        }
    }

    /// Not even a file that says `rollback` makes something of nothing.
    @Test(arguments: ["wait", "pause", "rollback"])
    func withoutTrafficItWaits(inconclusive: String) async throws {
        try await RampStage.run {
            $0.hold = "500ms"
            $0.more = ["deadline: 1s", "on_inconclusive: \(inconclusive)"]
        } body: { stage in
            let first = try await stage.waitFor(step: 1)
            let later = try await stage.waitFor("three times its deadline") {
                $0.watchedMs >= 3_000
            }
            #expect(later.isWhere(first))
            #expect(later.share == 25)
            #expect(later.waitingFor == ["evidence"])
            #expect(later.guards.map(\.verdict) == ["inconclusive"])
            #expect(later.guards.map(\.candidateCount) == [0])
            #expect(try await stage.kinds() == ["started"])
        }
    }

    @Test(arguments: [("wait", "held"), ("pause", "paused"), ("rollback", "rolling_back")])
    func withTooLittleTrafficTheFileSaysWhatHappens(word: String, kind: String) async throws {
        try await RampStage.run {
            $0.hold = "500ms"
            $0.minRequests = 1_000_000
            $0.more = ["deadline: 1s", "on_inconclusive: \(word)"]
        } body: { stage in
            try await stage.gateway.underLoad(.users(200)) { _ in
                try await Wait.until("the decision \(kind)") {
                    try await stage.kinds().contains(kind)
                }
            }
            let decision = try await stage.decision(kind)
            #expect(decision.cause == "deadline")
            #expect(decision.shareAfter == (word == "rollback" ? 0 : 25))
        }
    }

    /// All but a few callers lie in buckets of the stable version, as if something in front of
    /// the gateway sorted them.
    @Test(arguments: [0, 5])
    func sharesThatAreNotAsWantedHoldTheRamp(candidates: Int) async throws {
        try await RampStage.run {
            $0.steps = "[50%, 100%]"
            $0.minRequests = 1
        } body: { stage in
            try await stage.waitFor(step: 1)
            let keys = (0..<600).map { "user-\($0)" }
            let owners = try await stage.owners(keys)
            let stable = zip(keys, owners).filter { $0.1 == "v1" }.map(\.0)
            let candidate = zip(keys, owners).filter { $0.1 == "v2" }.map(\.0)
            #expect(stable.count > 200 && candidate.count > 200)
            var plan = RampLoad.Plan()
            plan.users = stable + candidate.prefix(candidates)
            try await stage.gateway.underLoad(plan) { load in
                let held = try await stage.waitFor("a hold") { $0.held != nil }
                #expect(held.waitingFor.contains("sample_ratio"))
                #expect(held.phase == "step")
                let decision = try await stage.decision("held")
                #expect(decision.cause == "sample_ratio")
                try await stage.waitFor("two more seconds") {
                    $0.watchedMs >= held.watchedMs + 2_000
                }
                #expect(try await stage.kinds() == ["started", "held"])
                #expect((load.counts()["v2"] == nil) == (candidates == 0))
            }
            #expect(try await stage.served().share("v2") == 50)
        }
    }
}
