// Proves: with a full disk a ramp is served, watched and rolled back, and only never raised.

import Foundation
import Testing
import Waiting

@Suite struct RampDiskTests {
    /// A full disk kills no gateway; a limit on the size of its files would by this signal.
    private static let launcher = ["env", "--ignore-signal=XFSZ"]

    /// Lets the running gateway write no further byte to any file, or again as it likes: what a
    /// full disk does, without filling one. The soft limit may be raised again by anybody.
    private func setFull(_ isFull: Bool, _ stage: RampStage) async throws {
        let run = try await stage.scenario.finish(
            "prlimit",
            [
                "--pid", "\(stage.gateway.process.pid)",
                "--fsize=\(isFull ? "0" : "unlimited"):unlimited",
            ])
        try #require(run.end == .exit(0), "\(run.errors)")
    }

    private func withStage(
        _ change: (inout RampRoute) -> Void, body: (RampStage) async throws -> Void
    ) async throws {
        try await Scenario.run { scenario in
            try await body(try await RampStage(scenario, launcher: Self.launcher, change))
        }
    }

    @Test func aRampGoesUpOnlyOnceItCanBeWrittenDown() async throws {
        try await withStage {
            $0.steps = "[25%, 50%]"
            $0.hold = "2s"
        } body: { stage in
            let first = try await stage.waitFor(step: 1)
            try await setFull(true, stage)
            try await stage.gateway.underLoad(.users(200)) { load in
                let stuck = try await stage.waitFor("nothing but the journal") {
                    $0.waitingFor == ["journal"]
                }
                let later = try await stage.waitFor("two more seconds") {
                    $0.watchedMs >= stuck.watchedMs + 2_000
                }
                #expect(later.isWhere(first))
                #expect(try await stage.served().share("v2") == 25)
                #expect(try await stage.kinds() == ["started"])
                try await stage.gateway.waitForMetric("sluice_journal_writable", 0)
                let status = try await stage.gateway.sluice("status", "sentiment")
                #expect(status.end == .exit(0))
                #expect(status.output.contains("journal"))
                // Nobody who is served notices.
                #expect(load.samples().failures == [])
                // A person cannot raise it either.
                #expect(try await stage.ask("promote").status == 503)
                #expect(try await stage.ramp().share == 25)

                try await setFull(false, stage)
                try await stage.waitFor(phase: "succeeded")
                try await stage.gateway.waitForMetric("sluice_journal_writable", 1)
                #expect(
                    try await stage.kinds() == ["started", "advanced", "baking", "succeeded"])
                #expect(load.samples().failures == [])
            }
        }
    }

    @Test func aBadCandidateIsTakenOutAllTheSameAndWrittenDownLater() async throws {
        try await withStage {
            $0.steps = "[50%, 100%]"
            $0.hold = "10m"
            $0.breaker = RampRoute.usualBreaker
        } body: { stage in
            try await stage.gateway.underLoad(.users(200)) { load in
                try await stage.waitFor(step: 1)
                try await load.waitForMore(100)
                try await setFull(true, stage)
                try await stage.gateway.waitForMetric("sluice_journal_writable", 0)
                try await stage.scenario.change(stage.candidate, ["error_rate": 1])
                try await stage.waitFor(phase: "rolled_back")
                let start = load.now
                try await load.waitForMore(100)
                #expect(
                    load.samples(since: start).allSatisfy { $0.isGood && $0.version == "v1" })
                #expect(try await stage.served().share("v2") == 0)

                try await setFull(false, stage)
                try await Wait.until("the rollback in the journal") {
                    try await stage.kinds().last == "rolled_back"
                }
                try await stage.gateway.waitForMetric("sluice_journal_writable", 1)
                let decisions = try await stage.decisions()
                #expect(decisions.map(\.kind) == ["started", "rolling_back", "rolled_back"])
                #expect(decisions[1].cause == "breaker")
                // It has really reached the disk.
                try await stage.stop()
                try await stage.start()
                load.aim(at: stage.gateway)
                #expect(try await stage.decisions() == decisions)
                let ramp = try await stage.ramp()
                #expect(ramp.phase == "rolled_back")
                #expect(ramp.latched)
            }
        }
    }
}
