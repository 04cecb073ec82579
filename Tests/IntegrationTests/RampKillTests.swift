// Proves: kill -9 at any moment loses no decision, repeats none, and moves no caller; the end is the same.

import Foundation
import SeededRandom
import Testing
import Waiting

// One after the other: each of them keeps the machine busy with starts.
@Suite(.serialized) struct RampKillTests {
    private static let kills = 30
    private static let keys = (0..<50).map { "user-\($0)" }

    /// What has been seen, and so must never be otherwise.
    private struct Witness {
        var decisions: [DecisionDocument] = []
        /// The version of every key, by the candidate's share.
        var owners: [Double: [String]] = [:]
    }

    /// What the gateway says of itself at one moment.
    private struct Picture {
        let decisions: [DecisionDocument]
        let ramp: RampDocument
        let owners: [String]
    }

    /// Looks until nothing changes while it looks, and the ramp stands where the journal says.
    private func picture(_ stage: RampStage) async throws -> Picture {
        try await Wait.value("a ramp where the journal says") {
            let decisions = try await stage.decisions()
            let before = try await stage.served()
            let owners = try await stage.owners(Self.keys)
            let after = try await stage.served()
            guard let ramp = after.ramp, before.ramp?.isWhere(ramp) == true,
                let last = decisions.last, last.explains(ramp),
                before.share("v2") == ramp.share, after.share("v2") == ramp.share,
                try await stage.decisions().last?.id == last.id
            else { return nil }
            return Picture(decisions: decisions, ramp: ramp, owners: owners)
        }
    }

    /// Compares with everything that was seen before.
    private func check(_ picture: Picture, _ witness: inout Witness) {
        let known = witness.decisions
        let decisions = picture.decisions
        #expect(
            Array(decisions.prefix(known.count)) == known, "a decision was lost, or is another now")
        #expect(zip(decisions.dropFirst(), decisions).allSatisfy { $0.follows($1) })
        let steps = decisions.filter { $0.kind == "advanced" }.map(\.stepAfter)
        #expect(steps == Array(2..<(2 + steps.count)), "a step was taken twice, or left out")
        witness.decisions = decisions

        let share = picture.ramp.share
        if let owners = witness.owners[share] {
            #expect(picture.owners == owners, "somebody moved at \(share) %")
        }
        witness.owners[share] = picture.owners
        // On the way up, whoever has had the candidate keeps it.
        for (lower, owners) in witness.owners where lower < share {
            #expect(
                zip(owners, picture.owners).allSatisfy { $0 != "v2" || $1 == "v2" },
                "somebody went back between \(lower) % and \(share) %")
        }
    }

    /// Half of the moments are soon after a start, the others anywhere in two seconds. Nothing is
    /// waited for: that a kill may come at any moment is what is tried.
    private func moment(_ generator: inout SeededGenerator) -> Duration {
        let most = Bool.random(using: &generator) ? 250 : 2_000
        return .milliseconds(Int.random(in: 0...most, using: &generator))
    }

    /// Kills and starts the gateway again and again; `turn` is told how often before each time.
    private func killAgainAndAgain(
        _ stage: RampStage, _ load: RampLoad, _ witness: inout Witness, _ name: String,
        turn: (Int) async throws -> Void = { _ in }
    ) async throws {
        var generator = SeededGenerator.announced(name)
        for number in 0..<SeededGenerator.rounds(Self.kills) {
            try await turn(number)
            try await Task.sleep(for: moment(&generator))
            try await stage.stop(SIGKILL)
            try await stage.start()
            load.aim(at: stage.gateway)
            check(try await picture(stage), &witness)
        }
    }

    private func prepare(_ route: inout RampRoute) {
        route.steps = "[20%, 30%, 40%, 50%, 60%, 70%, 80%, 90%, 100%]"
        route.hold = "300ms"
        route.bake = "500ms"
        route.minRequests = 20
        route.guards = ["{metric: error_rate, max_increase: 30%}"]
    }

    private static var load: RampLoad.Plan {
        var plan = RampLoad.Plan.users(200, rate: 250)
        plan.mostTime = .seconds(400)
        plan.mostRequests = 100_000
        return plan
    }

    @Test func aGoodRampEndsTheSame() async throws {
        try await RampStage.run(prepare) { stage in
            var witness = Witness()
            try await stage.gateway.underLoad(Self.load) { load in
                try await killAgainAndAgain(stage, load, &witness, "kills of a good ramp")
                try await stage.waitFor(phase: "succeeded", seconds: 120)
            }
            let end = try await picture(stage)
            check(end, &witness)
            let up = Array(repeating: "advanced", count: 8)
            #expect(end.decisions.map(\.kind) == ["started"] + up + ["baking", "succeeded"])
            #expect(end.ramp.step == 9)
            #expect(end.ramp.share == 100)
            #expect(Set(end.owners) == ["v2"])
        }
    }

    @Test func aRampThatIsRolledBackEndsTheSame() async throws {
        try await RampStage.run {
            prepare(&$0)
            $0.bake = "10m"
            $0.breaker = RampRoute.usualBreaker
        } body: { stage in
            var witness = Witness()
            try await stage.gateway.underLoad(Self.load) { load in
                try await killAgainAndAgain(
                    stage, load, &witness, "kills of a ramp that is rolled back"
                ) { number in
                    if number == 10 {
                        try await stage.scenario.change(stage.candidate, ["error_rate": 1])
                    }
                }
                try await stage.scenario.change(stage.candidate, ["error_rate": 1])
                try await stage.waitFor(phase: "rolled_back", seconds: 120)
            }
            let end = try await picture(stage)
            check(end, &witness)
            let kinds = end.decisions.map(\.kind)
            #expect(kinds.first == "started")
            #expect(kinds.suffix(2) == ["rolling_back", "rolled_back"])
            let between = kinds.dropFirst().dropLast(2)
            #expect(between.allSatisfy { ["advanced", "baking"].contains($0) })
            #expect(end.ramp.share == 0)
            #expect(end.ramp.latched)
            #expect(Set(end.owners) == ["v1"])
        }
    }
}
