// Proves: whatever way a candidate is worse, everybody is back on the stable version, with the reason.

import Foundation
import Testing

@Suite struct RampRollbackTests {
    /// A way in which a candidate can be plainly broken.
    enum Fault: String, CaseIterable, Sendable {
        case errors
        case hangs
        case breaksOff
        case dies

        func begin(_ stage: RampStage) async throws {
            switch self {
            case .errors: try await stage.scenario.change(stage.candidate, ["error_rate": 1])
            case .hangs: try await stage.scenario.change(stage.candidate, ["hang_share": 1])
            case .breaksOff: try await stage.scenario.change(stage.candidate, ["break_share": 1])
            case .dies: stage.candidate.process.destroy()
            }
        }
    }

    /// The candidate is out: the stable version answers everybody, and well.
    private func expectOnlyStable(_ stage: RampStage, _ load: RampLoad) async throws {
        let start = load.now
        try await load.waitForMore(100)
        let samples = load.samples(since: start)
        #expect(samples.failures == [])
        #expect(samples.allSatisfy { $0.version == "v1" })
        let served = try await stage.served()
        #expect(served.share("v1") == 100)
        #expect(served.share("v2") == 0)
        let ramp = try await stage.ramp()
        #expect(ramp.share == 0)
        #expect(ramp.latched)
        #expect(try await stage.decisions().last?.explains(ramp) == true)
    }

    @Test(arguments: Fault.allCases)
    func aBrokenCandidateIsTakenOutByTheBreaker(fault: Fault) async throws {
        try await RampStage.run {
            $0.timeout = "first_byte: 300ms"
            $0.steps = "[25%, 100%]"
            $0.hold = "10m"
            // A guard on errors would often be even faster.
            $0.guards = ["{metric: latency_p50, max: 10s}"]
            $0.breaker = RampRoute.usualBreaker
        } body: { stage in
            let waiting = try stage.scenario.start(
                Scenario.binary,
                [
                    "status", "sentiment", "--wait", "--timeout", "90s", "--admin",
                    stage.gateway.admin,
                ])
            try await stage.gateway.underLoad(.users(200)) { load in
                try await stage.waitFor("requests of the candidate") {
                    $0.guards.allSatisfy { $0.candidateCount >= 30 }
                }
                try await fault.begin(stage)
                try await stage.waitFor(phase: "rolled_back")
                try await expectOnlyStable(stage, load)
            }
            #expect(try await waiting.waitForEnd() == .exit(1), "\(waiting.errors)")
            #expect(try await stage.kinds() == ["started", "rolling_back", "rolled_back"])
            let rollback = try await stage.decision("rolling_back")
            #expect(rollback.cause == "breaker")
            #expect(rollback.shareBefore == 25)
            #expect(rollback.shareAfter == 0)
            let evidence = try #require(rollback.evidence)
            #expect(evidence.candidateErrors >= 10)
            #expect(evidence.stableErrors == 0)
        }
    }

    @Test(arguments: [["error_rate": 0.4], ["break_share": 0.4]])
    func moreErrorsThanTheFileAllowsAreFoundByTheGuard(change: [String: Double]) async throws {
        try await RampStage.run {
            $0.steps = "[50%, 100%]"
            $0.hold = "10m"
            $0.guards.append("{metric: latency_p50, max_ratio: 5}")
        } body: { stage in
            try await stage.scenario.change(stage.candidate, change)
            try await stage.gateway.underLoad(.users(200)) { load in
                try await stage.waitFor(phase: "rolled_back")
                try await expectOnlyStable(stage, load)
            }
            let rollback = try await stage.decision("rolling_back")
            #expect(rollback.cause == "guards")
            let failed = rollback.evidence?.guards.filter { $0.verdict == "fail" }
            #expect(failed?.map(\.metric) == ["error_rate"])
            #expect(rollback.summary.contains("error"))
        }
    }

    /// Three answers of a hundred are slow: the mean hardly shows it, and the median not at all.
    @Test func aSlowTailAloneIsFound() async throws {
        try await RampStage.run {
            $0.steps = "[50%, 100%]"
            $0.hold = "10m"
            $0.guards += [
                "{metric: latency_p50, max_ratio: 5}", "{metric: latency_p99, max_ratio: 4}",
            ]
        } body: { stage in
            // Far above what a busy machine does to both.
            for model in [stage.stable, stage.candidate] {
                try await stage.scenario.change(model, ["latency_ms": 20])
            }
            try await stage.scenario.change(
                stage.candidate, ["slow_share": 0.03, "slow_ms": 2_000])
            try await stage.gateway.underLoad(.users(200, rate: 300)) { load in
                try await stage.waitFor(phase: "rolled_back", seconds: 90)
                try await expectOnlyStable(stage, load)
            }
            let rollback = try await stage.decision("rolling_back")
            #expect(rollback.cause == "guards")
            let failed = rollback.evidence?.guards.filter { $0.verdict == "fail" }
            #expect(failed?.map(\.metric) == ["latency_p99"])
            #expect(rollback.evidence?.candidateErrors == 0)
        }
    }
}
