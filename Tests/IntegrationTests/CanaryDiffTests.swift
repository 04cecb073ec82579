// Proves: diff shows a ramp's terms and not its shares, and says what a change would do to it.

import Foundation
import Testing

@Suite struct CanaryDiffTests {
    /// What diff says of a folder that the gateway does not load, with the route changed.
    private func diff(
        _ stage: RampStage, _ change: (inout RampRoute) -> Void = { _ in }
    ) async throws -> [String] {
        var route = stage.route
        change(&route)
        let folder = "\(stage.scenario.folder)/Next"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try stage.scenario.write("Next/sentiment.yaml", route.text)
        let run = try await stage.gateway.sluice("diff", "--routes", "Next")
        #expect(run.end == .exit(0), "\(run.errors)")
        return run.output.split(separator: "\n").map(String.init)
    }

    @Test func theSharesOfARampAreNoDifference() async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            try await stage.waitFor(step: 1)
            #expect(try await diff(stage) == ["no difference"])
            try await stage.act("promote")
            try await stage.waitFor(served: 50)
            #expect(try await diff(stage) == ["no difference"])
        }
    }

    @Test func otherTermsAreNamedOneByOne() async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            try await stage.waitFor(step: 1)
            let lines = try await diff(stage) {
                $0.steps = "[10%, {share: 25%, approve: true}, 100%]"
                $0.guards = ["{metric: error_rate, max_increase: 0.5%}"]
                $0.hold = "5m"
            }
            #expect(
                lines == [
                    "~ sentiment  canary.approve: no step -> 25%",
                    "~ sentiment  canary.guards: error_rate max_increase 10 % -> "
                        + "error_rate max_increase 0.5 %",
                    "~ sentiment  canary.hold: 10 min -> 5 min",
                    "~ sentiment  canary.steps: 25%, 50%, 100% -> 10%, 25%, 100%",
                    "~ sentiment  a ramp under way would go on by these terms, on the highest step "
                        + "that gives v2 no more than now, with evidence from then on",
                ])
        }
    }

    @Test func whoIsToldChangesNoTermsAndIsNotShownInFull() async throws {
        try await RampStage.run {
            $0.more = ["notify: [http://127.0.0.1:9/secret]"]
        } body: { stage in
            let lines = try await diff(stage) { $0.more = ["notify: [http://127.0.0.1:9/other]"] }
            #expect(lines.count == 1)
            #expect(
                lines.first?.hasPrefix("~ sentiment  canary.notify: http://127.0.0.1:9/#") == true)
            #expect(lines.first?.contains("secret") == false)
        }
    }

    @Test func anotherCandidateBeginsTheRampAnew() async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            try await stage.waitFor(step: 1)
            let lines = try await diff(stage) { $0.candidateEndpoints = ["http://127.0.0.1:9"] }
            #expect(
                lines == [
                    "~ sentiment  versions.v2: \(stage.candidate.endpoint) -> http://127.0.0.1:9",
                    "~ sentiment  another candidate: the ramp would begin anew with v2",
                    "~ sentiment  25 % of the callers change version",
                ])
        }
    }

    @Test func aRampInThePlaceOfASplitAndBack() async throws {
        try await RampStage.run {
            $0.hasRamp = false
        } body: { stage in
            let begun = try await diff(stage) { $0.hasRamp = true }
            #expect(begun.contains("~ sentiment  canary.candidate: nothing -> v2"))
            #expect(begun.contains("~ sentiment  split.v1: 100% -> nothing"))
            #expect(
                begun.last == "~ sentiment  a ramp would begin: v2 at first gets nobody, then 25%")
        }
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            try await stage.waitFor(served: 25)
            let ended = try await diff(stage) { $0.hasRamp = false }
            #expect(ended.contains("~ sentiment  canary.steps: 25%, 50%, 100% -> nothing"))
            #expect(ended.contains("~ sentiment  split.v1: nothing -> 100%"))
            #expect(
                ended.suffix(2) == [
                    "~ sentiment  the ramp from v1 to v2 would end",
                    "~ sentiment  25 % of the callers change version",
                ])
        }
    }
}
