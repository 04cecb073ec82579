// Proves: a clock that is set back changes nothing: not the ramp, not the order, not what is kept.

import Foundation
import Testing

@Suite struct RampClockTests {
    private static let keys = (0..<50).map { "user-\($0)" }

    /// Everything that the journal has dated happened thirty days from now: just what a journal
    /// looks like once the clock of the machine has been set back by as much.
    private func setBack(_ scenario: Scenario) async throws {
        try scenario.write(
            "tmp/later.py",
            """
            import sqlite3
            days = 30
            base = sqlite3.connect(".sluice/journal.sqlite")
            base.execute("UPDATE decision SET at = at + ?", [days * 86_400_000])
            base.execute("UPDATE delivery SET due = due + ?", [days * 86_400_000])
            base.execute("UPDATE history SET minute = minute + ?", [days * 1_440])
            base.commit()
            base.close()

            """)
        let run = try await scenario.finish("python3", ["tmp/later.py"])
        try #require(run.end == .exit(0), "\(run.errors)")
    }

    @Test func aRampGoesOnWhenTheClockIsSetBack() async throws {
        try await RampStage.run {
            $0.steps = "[25%, {share: 50%, hold: 3s}, 100%]"
        } body: { stage in
            try await stage.gateway.underLoad(.users(200)) { load in
                let before = try await stage.waitFor(step: 2)
                let owners = try await stage.owners(Self.keys)
                try await stage.stop()
                try await setBack(stage.scenario)
                try await stage.start()
                load.aim(at: stage.gateway)

                let first = try await stage.decisions()
                let after = try await stage.ramp()
                if after.isWhere(before) {
                    #expect(try await stage.owners(Self.keys) == owners)
                }
                try await stage.waitFor(phase: "succeeded")
                let all = try await stage.decisions()
                #expect(Array(all.prefix(first.count)) == first)
                #expect(
                    all.map(\.kind) == ["started", "advanced", "advanced", "baking", "succeeded"])
                // The order is that of the decisions; what the clock says is for people.
                #expect(zip(all.dropFirst(), all).allSatisfy { $0.follows($1) })
                let last = try #require(all.last)
                let old = try #require(all.first)
                #expect(last.atMs < old.atMs)
            }
        }
    }

    @Test func aRollbackStaysLatchedWhenTheClockIsSetBack() async throws {
        try await RampStage.run {
            $0.hold = "10m"
        } body: { stage in
            try await stage.waitFor(step: 1)
            try await stage.act("abort")
            let ended = try await stage.waitFor(phase: "aborted")
            try await stage.stop()
            try await setBack(stage.scenario)
            try await stage.start()
            #expect(try await stage.ramp().isWhere(ended))
            #expect(try await stage.act("retry").id > (try await stage.decision("aborted").id))
            try await stage.waitFor(step: 1)
        }
    }
}
