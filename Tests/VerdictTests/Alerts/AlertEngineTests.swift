// Alerts fire once their condition has held long enough, and end once it is surely over.

import Plan
import SeededRandom
import Testing

@testable import Verdict

@Suite struct AlertEngineTests {
    private static let subject = AlertSubject("errors", route: "a", version: "v1")

    private static func rule(hold: Int, calm: Int) -> AlertRule {
        var rule = AlertRule(name: "errors", condition: .errors(above: 0.05))
        rule.holdMilliseconds = hold * 1_000
        rule.calmMilliseconds = calm * 1_000
        return rule
    }

    private static func figure(_ value: Double) -> AlertFigure {
        AlertFigure(metric: "error_rate", value: value, limit: 5, isMost: true, unit: .percent)
    }

    /// What a script of one reading a second makes: `+` holds, `-` is clear, `?` is unknown, a blank
    /// is a subject that is gone. `F` where it fires, `R` where it is resolved, `p` and `f` while it is
    /// pending or fires, `.` otherwise.
    private func play(_ script: String, hold: Int, calm: Int) -> String {
        var engine = AlertEngine(nowMilliseconds: 0)
        let rule = Self.rule(hold: hold, calm: calm)
        return String(
            script.enumerated().map { second, sign -> Character in
                let reading: AlertReading? =
                    switch sign {
                    case "+": .holds(Self.figure(9))
                    case "-": .clear(Self.figure(1))
                    case "?": .unknown
                    default: nil
                    }
                let seen = reading.map { [AlertObservation(rule, Self.subject, $0)] } ?? []
                let changes = engine.look(
                    seen, nowMilliseconds: second * 1_000, dayMilliseconds: second * 1_000)
                if let change = changes.first { return change.isFiring ? "F" : "R" }
                switch engine.instances[Self.subject]?.phase {
                case .pending: return "p"
                case .firing: return "f"
                case nil: return "."
                }
            })
    }

    @Test(arguments: [
        ("++++--", 0, 0, "FfffR."),
        ("-++++++", 3, 0, ".pppFff"),
        // A break begins the time anew.
        ("+++-+++++", 3, 0, "ppp.pppFf"),
        // It is over only once it has been calm for long enough, without a break.
        ("+--+----", 0, 3, "FffffffR"),
        // Nothing is known: what is pending begins anew, what fires goes on.
        ("++?+++", 2, 0, "pp.ppF"),
        ("+--??---", 0, 3, "Ffffffff"),
        ("+--??----", 0, 3, "FfffffffR"),
        // Gone from the files.
        ("++ +", 0, 9, "FfRF"), ("++ ", 5, 5, "pp."),
        ("???", 0, 0, "..."), ("---", 0, 0, "..."),
    ])
    func playsAScript(script: String, hold: Int, calm: Int, wanted: String) {
        #expect(play(script, hold: hold, calm: calm) == wanted)
    }

    @Test func saysWhatAndSinceWhen() throws {
        var engine = AlertEngine(nowMilliseconds: 0)
        let rule = Self.rule(hold: 2, calm: 1)
        var changes: [AlertChange] = []
        for second in 0..<6 {
            let reading: AlertReading =
                second < 4 ? .holds(Self.figure(Double(second) + 6)) : .clear(Self.figure(0.5))
            changes += engine.look(
                [AlertObservation(rule, Self.subject, reading)], nowMilliseconds: second * 1_000,
                dayMilliseconds: 70_000 + second * 1_000)
        }
        #expect(changes.map(\.isFiring) == [true, false])
        #expect(changes.map(\.sinceMilliseconds) == [70_000, 70_000])
        #expect(changes.map(\.figure?.value) == [8, 0.5])
        #expect(
            changes.map(\.summary) == [
                "error_rate of v1 on a is 8 %, above 5 %",
                "error_rate of v1 on a is 0.5 % again, after 5 s",
            ])
    }

    @Test func aRestartNeitherFiresAgainNorForgetsTheEnd() throws {
        let rule = Self.rule(hold: 0, calm: 2)
        var first = AlertEngine(nowMilliseconds: 0)
        let held = AlertObservation(rule, Self.subject, .holds(Self.figure(9)))
        let fired = first.look([held], nowMilliseconds: 0, dayMilliseconds: 50)
        var second = AlertEngine(firing: fired, nowMilliseconds: 9_000)
        #expect(second.look([held], nowMilliseconds: 9_000, dayMilliseconds: 99).isEmpty)
        let clear = AlertObservation(rule, Self.subject, .clear(nil))
        #expect(second.look([clear], nowMilliseconds: 10_000, dayMilliseconds: 99).isEmpty)
        let ended = second.look([clear], nowMilliseconds: 12_000, dayMilliseconds: 99)
        #expect(ended.map(\.isFiring) == [false])
        #expect(ended.map(\.sinceMilliseconds) == [50])
    }

    @Test func whatCouldNotBeWrittenComesAgain() {
        let rule = Self.rule(hold: 1, calm: 1)
        var engine = AlertEngine(nowMilliseconds: 0)
        let held = AlertObservation(rule, Self.subject, .holds(nil))
        let other = AlertSubject("errors", route: "b", version: "v1")
        let all = [held, AlertObservation(rule, other, .holds(nil))]
        _ = engine.look([held], nowMilliseconds: 0, dayMilliseconds: 0)
        let earlier = engine
        let changes = engine.look(all, nowMilliseconds: 1_000, dayMilliseconds: 0)
        #expect(changes.map(\.subject) == [Self.subject])
        engine.takeBack(changes, to: earlier)
        // The other one has not lost its time.
        let again = engine.look(all, nowMilliseconds: 2_000, dayMilliseconds: 0)
        #expect(again.map(\.subject) == [Self.subject, other])
    }

    @Test func timeThatNobodyWatchedDoesNotCount() {
        let rule = Self.rule(hold: 60, calm: 60)
        var engine = AlertEngine(nowMilliseconds: 0)
        let held = [AlertObservation(rule, Self.subject, .holds(nil))]
        _ = engine.look(held, nowMilliseconds: 0, dayMilliseconds: 0)
        // The process stood still for an hour: half a minute of it counts.
        #expect(engine.look(held, nowMilliseconds: 3_600_000, dayMilliseconds: 0).isEmpty)
        #expect(engine.look(held, nowMilliseconds: 3_629_999, dayMilliseconds: 0).isEmpty)
        #expect(engine.look(held, nowMilliseconds: 3_630_000, dayMilliseconds: 0).count == 1)
    }

    @Test func anAlertThatComesAndGoesIsToldOfLessAndLess() {
        let rule = Self.rule(hold: 0, calm: 1)
        #expect(
            (0..<5).map { AlertEngine.calm(rule, returns: $0) } == [
                1_000, 2_000, 4_000, 8_000, 16_000,
            ])
        #expect(AlertEngine.calm(rule, returns: 22) == AlertEngine.flappingMilliseconds)
        #expect(AlertEngine.calm(Self.rule(hold: 0, calm: 0), returns: 0) == 0)
        #expect(AlertEngine.calm(Self.rule(hold: 0, calm: 0), returns: 3) == 8_000)
        #expect(AlertEngine.calm(Self.rule(hold: 0, calm: 7_200), returns: 5) == 7_200_000)
        // Half a minute of errors, half a minute without, for a day.
        var engine = AlertEngine(nowMilliseconds: 0)
        var count = 0
        for second in 0..<86_400 {
            let reading: AlertReading = second / 30 % 2 == 0 ? .holds(nil) : .clear(nil)
            count +=
                engine.look(
                    [AlertObservation(rule, Self.subject, reading)],
                    nowMilliseconds: second * 1_000,
                    dayMilliseconds: 0
                ).count
        }
        #expect((3...20).contains(count), "\(count)")
    }

    /// Whatever is seen: firing and resolved take turns, each after its time, and what is kept
    /// agrees with what was told.
    @Test func changesTakeTurns() {
        var random = SeededGenerator.announced("alerts take turns")
        for _ in 0..<SeededGenerator.rounds(200) {
            let hold = Int.random(in: 0...5, using: &random)
            let calm = Int.random(in: 0...5, using: &random)
            let rule = Self.rule(hold: hold, calm: calm)
            var engine = AlertEngine(nowMilliseconds: 0)
            var isFiring = false
            var held = -1
            var calmFor = -1
            for second in 0..<200 {
                let draw = Int.random(in: 0..<10, using: &random)
                let reading: AlertReading =
                    draw < 6 ? .holds(nil) : draw < 9 ? .clear(nil) : .unknown
                if case .holds = reading { held += 1 } else { held = -1 }
                if case .clear = reading { calmFor += 1 } else { calmFor = -1 }
                let changes = engine.look(
                    [AlertObservation(rule, Self.subject, reading)],
                    nowMilliseconds: second * 1_000, dayMilliseconds: 0)
                #expect(changes.count <= 1)
                for change in changes {
                    #expect(change.isFiring != isFiring)
                    isFiring = change.isFiring
                    #expect(isFiring ? held >= hold : calmFor >= calm)
                }
                #expect(isFiring == (engine.instances[Self.subject]?.phase == .firing))
                if held >= hold { #expect(isFiring) }
            }
        }
    }
}
