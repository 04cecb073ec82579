// Proves: a ramp that begins in the shadow says so everywhere, and moves nobody before its time.

import Foundation
import Testing

@Suite struct RampInShadowTests {
    /// Text that a terminal may have broken anywhere between words.
    private func words(_ run: Finished) -> String {
        #expect(run.end == .exit(0), "\(run.errors)")
        return run.output.split { $0.isWhitespace }.joined(separator: " ")
    }

    private func run(_ body: (RampStage) async throws -> Void) async throws {
        try await RampStage.run {
            $0.more = ["after_shadow: {requests: 5000, hold: 1h}", "deadline: 2h"]
            $0.guards = [
                "{metric: error_rate, max_increase: 10%}", "{metric: agreement, min: 99%}",
            ]
            $0.rest = ["shadow: {to: v2, compare: json}"]
        } body: {
            try await body($0)
        }
    }

    @Test func nobodyIsMovedBeforePromote() async throws {
        try await run { stage in
            try await stage.waitFor(step: 1)
            let ramp = try await stage.ramp()
            #expect(ramp.phase == "step" && ramp.share == 0 && ramp.steps == 4)
            #expect(try await stage.served().share("v2") == 0)

            let shown = words(try await stage.gateway.sluice("status", "sentiment"))
            #expect(shown.contains("v1 -> v2, step 1 of 4, in the shadow, watched"))
            #expect(shown.contains("5,000 compared pairs of answers are asked for"))
            #expect(shown.contains("v2 begins in the shadow, with copies alone: step 1 of 4"))
            #expect(shown.contains("agreement min - - - (… to …) ≥ 99 % inconclusive"))
            let started = try await stage.decision("started").id
            let why = words(
                try await stage.gateway.sluice("explain", "--decision", "\(started)"))
            #expect(why.contains("to step 1, v2 in the shadow"))

            try await stage.act("promote")
            try await stage.waitFor(served: 25)
            let promoted = try await stage.decision("advanced")
            #expect(
                promoted.summary == "v2 goes from the shadow to 25 %, step 2 of 4: by an operator")
            let evidence = words(
                try await stage.gateway.sluice("explain", "--decision", "\(promoted.id)"))
            #expect(evidence.contains("from step 1, v2 in the shadow"))
            #expect(evidence.contains("in the shadow, of requests and of their copies"))
            #expect(evidence.contains("VERSION MIRRORED ERRORS"))
            #expect(evidence.contains("pairs no answers were compared"))
        }
    }

    @Test func itIsStillInTheShadowAfterARestart() async throws {
        try await run { stage in
            try await stage.waitFor(step: 1)
            try await stage.stop()
            try await stage.start()
            try await stage.waitFor(step: 1)
            #expect(try await stage.ramp().share == 0)
            #expect(try await stage.kinds() == ["started"])
        }
    }

    @Test func diffSaysWhatIsAskedForInTheShadow() async throws {
        try await run { stage in
            try await stage.waitFor(step: 1)
            var route = stage.route
            route.more = ["deadline: 2h"]
            let folder = "\(stage.scenario.folder)/Next"
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            try stage.scenario.write("Next/sentiment.yaml", route.text)
            let shown = words(try await stage.gateway.sluice("diff", "--routes", "Next"))
            #expect(shown.contains("canary.after_shadow: 5000 pairs, 1 h -> none"))
            #expect(!shown.contains("canary.steps"))
        }
    }
}
