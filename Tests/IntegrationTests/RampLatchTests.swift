// Proves: a candidate that was taken out stays out until somebody arms it again or another comes.

import Foundation
import Testing
import Waiting

@Suite struct RampLatchTests {
    /// The ramp is still where it ended, whatever has happened since.
    private func expectStillOut(_ stage: RampStage, _ phase: String) async throws {
        let ramp = try await stage.ramp()
        #expect(ramp.phase == phase)
        #expect(ramp.latched)
        #expect(ramp.share == 0)
        #expect(try await stage.served().share("v2") == 0)
    }

    @Test func aRollbackOutlivesRestartsAndEdits() async throws {
        try await RampStage.run {
            $0.steps = "[50%, 100%]"
            $0.breaker = RampRoute.usualBreaker
        } body: { stage in
            try await stage.scenario.change(stage.candidate, ["error_rate": 1])
            try await stage.gateway.underLoad(.users(200)) { load in
                try await stage.waitFor(phase: "rolled_back")
                let ended = try await stage.decisions()
                try await stage.scenario.change(stage.candidate, ["error_rate": 0])

                for signal in [SIGKILL, SIGTERM] {
                    try await stage.stop(signal)
                    try await stage.start()
                    load.aim(at: stage.gateway)
                    try await expectStillOut(stage, "rolled_back")
                    #expect(try await stage.decisions() == ended)
                }
                try await stage.writeOther("topics")
                try await expectStillOut(stage, "rolled_back")
                try stage.write { $0.guards.append("{metric: latency_p90, max: 2s}") }
                try await Wait.until("other terms") {
                    try await stage.kinds().last == "reconfigured"
                }
                try await expectStillOut(stage, "rolled_back")
                #expect(try await stage.kinds().filter { $0 == "started" }.count == 1)

                try await stage.act("retry", reason: "it was the network")
                try await stage.waitFor(phase: "succeeded")
                #expect(try await stage.ramp().latched == false)
            }
        }
    }

    @Test func onlyAnotherCandidateIsTriedWithoutBeingAsked() async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            let first = try await stage.waitFor(step: 1)
            try await stage.act("abort", reason: "wrong weights")
            try await stage.waitFor(phase: "aborted")

            // Out of the file and back: the same candidate.
            try stage.write { $0.hasRamp = false }
            try await Wait.until("no ramp") { try await stage.served().ramp == nil }
            try stage.write { $0.hasRamp = true }
            let back = try await stage.waitFor("the ramp") { $0.latched }
            #expect(back.digest == first.digest)
            #expect(back.share == 0)

            let next = try await stage.scenario.model("v2").endpoint
            try stage.write(candidate: next)
            let second = try await stage.waitFor(step: 1)
            #expect(second.digest != first.digest)
            #expect(!second.latched)

            // The one that was aborted is known again, also after a restart.
            try stage.write(candidate: stage.candidate.endpoint)
            let known = try await stage.waitFor("the first candidate") {
                $0.digest == first.digest && $0.latched
            }
            #expect(known.share == 0)
            try await stage.stop()
            try await stage.start()
            let restarted = try await stage.ramp()
            #expect(restarted.isWhere(known))
            #expect(try await stage.served().share("v2") == 0)
        }
    }
}
