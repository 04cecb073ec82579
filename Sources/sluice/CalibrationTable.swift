// The tables of `sluice check --calibrate`: pure, from reckoned ramps to text.

import Plan
import Verdict

/// Lays a reckoned ramp out, step by step and guard by guard.
enum CalibrationTable {
    private static let heads = [
        "STEP", "SHARE", "GUARD", "FAILS A WORSE ONE", "PASSES AN EQUAL ONE", "STEP TAKES",
    ]
    private static let texts: Set = [2, 3, 4, 5]

    /// The table of one route.
    static func text(_ calibrated: CalibratedRoute) -> String {
        let ramp = calibrated.ramp
        let cells = [heads] + ramp.steps.flatMap { rows($0, countWidth: countWidth(ramp)) }
        let table = TextTable.lines(cells, left: texts)
        let below = assumptions(ramp) + [""] + table + [""] + notes(ramp)
        let lines = [head(calibrated)] + below.map { "  " + $0 }
        return lines.map(withoutBlanksAtEnd).joined(separator: "\n") + "\n"
    }

    /// How wide the longest number of requests is.
    private static func countWidth(_ ramp: RampCalibration) -> Int {
        let rules = ramp.steps.flatMap(\.guards)
        let counts = rules.flatMap { [$0.failsAfterRequests, $0.passesAfterRequests] }
        return counts.compactMap { $0.map(CalibrationText.count)?.count }.max() ?? 1
    }

    private static func head(_ calibrated: CalibratedRoute) -> String {
        let ramp = calibrated.ramp
        return "\(calibrated.route): \(ramp.candidate) beside \(ramp.stable) at "
            + "\(FigureText.decimal(ramp.requestsPerSecond)) requests a second"
    }

    private static func assumptions(_ ramp: RampCalibration) -> [String] {
        let p99 = ramp.assumed.figure(.latencyP99)
        let own =
            "\(ramp.stable) has \(FigureText.percent(ramp.assumed.errorRate)) errors, p50 "
            + "\(FigureText.latency(ramp.assumed.p50Microseconds)), p99 \(FigureText.latency(p99))"
            + others(ramp)
        let worse = (ramp.steps.first?.guards ?? []).map { rule in
            "\(rule.metric.rawValue) \(GuardWords.effect(rule.metric, rule.limit, rule.worse))"
        }
        return worse.isEmpty ? [own] : [own, "a worse one has \(worse.joined(separator: ", "))"]
    }

    /// What else is assumed, as far as guards ask for it.
    private static func others(_ ramp: RampCalibration) -> String {
        let subjects = Set(ramp.steps.first?.guards.map(\.metric.subject) ?? [])
        var text = ""
        if subjects.contains(.firstByte) {
            text += ", ttfb p50 \(FigureText.latency(ramp.assumed.firstByteP50Microseconds))"
        }
        if subjects.contains(.eventGap) {
            text += ", event gap p50 \(FigureText.latency(ramp.assumed.eventGapP50Microseconds))"
        }
        if subjects.contains(.streams) {
            text += ", \(FigureText.percent(ramp.assumed.streamErrorRate)) broken streams"
        }
        if subjects.contains(.pairs) {
            let rate = FigureText.percent(ramp.assumed.disagreementRate)
            text += ", \(rate) of two answers to a request that differ"
        }
        return text
    }

    private static func rows(_ step: StepCalibration, countWidth: Int) -> [[String]] {
        let promote = step.needsApproval ? " + promote" : ""
        let end =
            step.takesMilliseconds.map { CalibrationText.duration($0) + promote } ?? "never ends"
        let share = step.isMirrored ? "shadow" : step.place
        if step.guards.isEmpty { return [["\(step.step)", share, "none", "", "", end]] }
        return step.guards.enumerated().map { index, rule in
            let place = index == 0 ? ["\(step.step)", share] : ["", ""]
            let name = GuardWords.name(rule.metric, rule.limit, rule.margin)
            return place + [
                name, cell(rule, rule.failsAfterRequests, step, countWidth),
                cell(rule, rule.passesAfterRequests, step, countWidth), index == 0 ? end : "",
            ]
        }
    }

    private static func cell(
        _ rule: GuardCalibration, _ requests: Int?, _ step: StepCalibration, _ countWidth: Int
    ) -> String {
        guard rule.isCompared else { return pad("-", countWidth) }
        guard let requests else { return "never" }
        let time = CalibrationText.duration(step.milliseconds(requests, of: rule.metric))
        let count = pad(CalibrationText.count(requests), countWidth)
        return "\(count) in \(time)"
    }

    private static func notes(_ ramp: RampCalibration) -> [String] {
        var notes: [String] = []
        if ramp.steps.contains(where: { $0.guards.contains { !$0.isCompared } }) {
            notes.append(
                "-: nobody is on \(ramp.stable) any more to compare with; only the breaker and "
                    + "guards with max watch there")
        }
        if ramp.steps.contains(where: { $0.guards.contains(where: \.metric.isOfStreams) }) {
            notes.append(
                "every request is taken for a stream: guards on streams wait for ever where there "
                    + "are none, and for longer where only some are")
        }
        if ramp.steps.contains(where: \.isMirrored)
            || ramp.steps.contains(where: { $0.guards.contains { $0.metric.subject == .pairs } })
        {
            notes.append(
                "every request of the sample is taken to be mirrored and compared: what is left "
                    + "out or dropped makes it slower")
        }
        guard let all = ramp.takesMilliseconds else {
            return notes + ["an equal \(ramp.candidate) never comes to the end: see the warnings"]
        }
        let bake =
            ramp.bakeMilliseconds > 0
            ? ", and bakes \(FigureText.duration(ramp.bakeMilliseconds))" : ""
        return notes + [
            "an equal \(ramp.candidate) goes all the way in about "
                + "\(CalibrationText.duration(all))\(bake)"
        ]
    }

    private static func withoutBlanksAtEnd(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
