// Proves: a good candidate goes up step by step to everybody and bakes, and no client notices.

import Foundation
import Testing

@Suite struct RampSuccessTests {
    @Test func aGoodCandidateGetsEverybody() async throws {
        try await RampStage.run { stage in
            let waiting = try stage.scenario.start(
                Scenario.binary,
                [
                    "status", "sentiment", "--wait", "--timeout", "90s", "--admin",
                    stage.gateway.admin,
                ])
            try await stage.gateway.underLoad(.users(200)) { load in
                try await stage.waitFor(phase: "succeeded")
                let end = load.now
                try await load.waitForMore(100)
                #expect(Set(load.counts(since: end).keys) == ["v2"])
                #expect(load.samples().failures == [])
                expectNobodyGoesBack(load.samples())
            }
            #expect(try await waiting.waitForEnd() == .exit(0), "\(waiting.errors)")
            try await expectDecisions(stage)
            try await expectFigures(stage)
        }
    }

    /// Whoever has had the candidate keeps it. Workers take a new plan one after the other, so that
    /// requests close to each other may still meet both.
    private func expectNobodyGoesBack(_ samples: [RampLoad.Sample]) {
        var first: [String: ContinuousClock.Instant] = [:]
        for sample in samples where sample.version == "v2" {
            guard let user = sample.user else { continue }
            first[user] = min(first[user] ?? sample.start, sample.start)
        }
        #expect(first.count > 100)
        for sample in samples where sample.version == "v1" {
            guard let user = sample.user, let moved = first[user] else { continue }
            #expect(sample.start < moved + .milliseconds(500), "\(user) went back")
        }
    }

    private func expectDecisions(_ stage: RampStage) async throws {
        let decisions = try await stage.decisions()
        #expect(
            decisions.map(\.kind) == ["started", "advanced", "advanced", "baking", "succeeded"])
        #expect(decisions.map(\.shareAfter) == [25, 50, 100, 100, 100])
        #expect(decisions.map(\.stepAfter) == [1, 2, 3, 3, 3])
        #expect(zip(decisions.dropFirst(), decisions).allSatisfy { $0.follows($1) })
        for decision in decisions {
            #expect(decision.cause == "schedule")
            #expect(decision.actor == "sluice")
            #expect(try await stage.decision(id: decision.id) == decision)
        }
        for decision in decisions.dropFirst().prefix(3) {
            let evidence = try #require(decision.evidence)
            #expect(evidence.candidateRequests >= 50)
            #expect(evidence.candidateErrors == 0)
            let isAlone = decision.shareBefore == 100
            #expect(evidence.guards.map(\.verdict) == [isAlone ? "not_comparable" : "pass"])
            #expect(isAlone || evidence.stableRequests >= 50)
        }
    }

    /// Everywhere the ramp is told of, it stands at the same place.
    private func expectFigures(_ stage: RampStage) async throws {
        let ramp = try await stage.ramp()
        #expect(ramp.step == 3)
        #expect(ramp.steps == 3)
        #expect(ramp.share == 100)
        #expect(ramp.waitingFor == [])
        #expect(ramp.held == nil)
        #expect(!ramp.latched)
        #expect(try await stage.decisions().last?.explains(ramp) == true)
        #expect(try await stage.rampOfComparison() == ramp)
        #expect(try await stage.served().share("v2") == 100)
        let metrics = try await stage.gateway.metrics()
        #expect(metrics.faults == [])
        let route = "route=\"sentiment\""
        #expect(metrics.values["sluice_ramp_phase{\(route),phase=\"succeeded\"}"] == 1)
        #expect(metrics.values["sluice_ramp_phase{\(route),phase=\"rolled_back\"}"] == 0)
        #expect(metrics.sum("sluice_ramp_phase") == 1)
        #expect(metrics.values["sluice_ramp_step{\(route)}"] == 3)
        #expect(metrics.values["sluice_ramp_share_ratio{\(route)}"] == 1)
        #expect(metrics.values["sluice_decisions_total{\(route),kind=\"advanced\"}"] == 2)
        #expect(metrics.values["sluice_journal_writable"] == 1)
    }

    /// Rare values need more requests than a rate of errors, but not more than there are.
    @Test(arguments: ["latency_p99, max_ratio: 5", "latency_p99, max: 3s"])
    func aGuardOnTheHighestQuantileIsPassedToo(rule: String) async throws {
        try await RampStage.run {
            $0.steps = "[50%, 100%]"
            $0.guards.append("{metric: \(rule)}")
        } body: { stage in
            try await stage.gateway.underLoad(.users(200, rate: 300)) { _ in
                try await stage.waitFor(phase: "succeeded")
            }
            let advanced = try await stage.decision("advanced")
            #expect(advanced.evidence?.guards.map(\.verdict) == ["pass", "pass"])
        }
    }
}
