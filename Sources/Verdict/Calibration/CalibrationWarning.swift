// What is wrong with a ramp at the traffic that is expected.

import Plan

/// A ramp that can hardly come to an end: what, why it matters, and how to mend it.
package struct CalibrationWarning: Sendable, Equatable, Codable {
    package let what: String
    package let why: String
    package let mend: String
}

extension RampCalibration {
    /// All that stands between a candidate that is just as good and the end of the ramp.
    package var warnings: [CalibrationWarning] {
        let rules = steps.first?.guards.indices ?? 0..<0
        return rules.compactMap { never($0) ?? late($0) } + [fewRequests].compactMap(\.self)
    }

    /// A guard that no candidate like the stable version can pass.
    private func never(_ index: Int) -> CalibrationWarning? {
        let stuck = steps.first {
            $0.guards[index].isCompared && $0.guards[index].passesAfterRequests == nil
        }
        guard let stuck else { return nil }
        let rule = stuck.guards[index]
        let name = GuardWords.name(rule.metric, rule.limit, rule.margin)
        let own = assumed.figure(rule.metric)
        let isBroken =
            rule.limit == "max" && own >= rule.margin
            || rule.limit == "min" && !rule.isControlled && own <= rule.margin
        if isBroken {
            return CalibrationWarning(
                what: "\(name) is broken by \(stable) itself, which is at "
                    + GuardWords.figure(rule.metric, own),
                why: "a \(candidate) that is as good would be no better",
                mend: (rule.limit == "min"
                    ? "lower the limit, give the shadow a noise_control, "
                    : "raise the limit, ")
                    + "or say what \(stable) really does with " + Self.flags(rule.metric))
        }
        let most = FigureText.count(GuardCalibration.mostRequests)
        return CalibrationWarning(
            what: "\(name) can never be passed by a \(candidate) that is as good as \(stable)",
            why: "not even \(most) \(GuardWords.noun(rule.metric)) would show it, and step "
                + "\(stuck.step) would never end",
            mend: "\(rule.limit == "min" ? "lower" : "raise") the limit: what is allowed must be "
                + "well beyond what is normal")
    }

    /// A guard that is likely to need more than the deadline allows, or about as much.
    private func late(_ index: Int) -> CalibrationWarning? {
        let times = steps.compactMap { step in
            step.guards[index].passesAfterRequests.map {
                let time = step.milliseconds($0, of: step.guards[index].metric)
                return (step: step, requests: $0, milliseconds: time)
            }
        }
        // What is reckoned is a median: one ramp in ten takes twice as long.
        let late = times.filter { $0.milliseconds > deadlineMilliseconds / 2 }
        guard let worst = late.max(by: { $0.milliseconds < $1.milliseconds }) else { return nil }
        let rule = worst.step.guards[index]
        return CalibrationWarning(
            what: "\(place(worst.step)) needs about \(CalibrationText.count(worst.requests)) "
                + "\(GuardWords.noun(rule.metric)) of \(candidate) for "
                + GuardWords.name(rule.metric, rule.limit, rule.margin)
                + ", \(CalibrationText.duration(worst.milliseconds)) at "
                + "\(FigureText.decimal(requestsPerSecond)) a second" + others(late.count - 1),
            why: deadline(worst.milliseconds),
            mend: "\(Self.faster(worst.step, rule.metric)), or raise the deadline or the limit")
    }

    /// A step on which even `min_requests` take longer than the deadline allows.
    private var fewRequests: CalibrationWarning? {
        let late = steps.filter { $0.minRequestsMilliseconds > deadlineMilliseconds }
        let worst = late.max { $0.minRequestsMilliseconds < $1.minRequestsMilliseconds }
        guard let worst else { return nil }
        let took = worst.minRequestsMilliseconds
        return CalibrationWarning(
            what: "\(place(worst)) takes \(CalibrationText.duration(took)) until "
                + (worst.isMirrored
                    ? "as much as after_shadow asks for was mirrored, "
                    : "both versions have had min_requests, ")
                + FigureText.count(worst.minRequests) + others(late.count - 1),
            why: deadline(took),
            mend: "\(Self.faster(worst, .errorRate)), raise the deadline, or lower "
                + (worst.isMirrored ? "after_shadow.requests" : "min_requests"))
    }

    /// What brings more evidence in the same time.
    private static func faster(_ step: StepCalibration, _ metric: Guard.Metric) -> String {
        if step.isMirrored || metric.subject == .pairs { return "raise the shadow's sample" }
        return "\(step.share > 50 ? "lower" : "raise") the share of the step"
    }

    /// The flags by which a figure of the stable version is said.
    private static func flags(_ metric: Guard.Metric) -> String {
        switch metric.subject {
        case .requests: "--error-rate"
        case .streams: "--stream-errors"
        case .latency: "--latency and --spread"
        case .firstByte: "--ttfb and --spread"
        case .eventGap: "--event-gap and --spread"
        case .pairs: "--disagreement"
        }
    }

    private func place(_ step: StepCalibration) -> String {
        "step \(step.step) (\(step.place))"
    }

    private func others(_ count: Int) -> String {
        switch count {
        case ...0: ""
        case 1: " (and 1 other step is late)"
        default: " (and \(count) other steps are late)"
        }
    }

    /// What a time that is likely means beside the deadline.
    private func deadline(_ milliseconds: Int) -> String {
        let deadline = "the deadline is \(FigureText.duration(deadlineMilliseconds))"
        if milliseconds <= deadlineMilliseconds {
            return "\(deadline), and one ramp in ten takes twice as long as is reckoned"
        }
        let end =
            switch onInconclusive {
            case "rollback": "a \(candidate) that is as good as \(stable) would be rolled back"
            case "pause": "the ramp would be paused without a conclusion"
            default: "the ramp would be reported as inconclusive and wait on"
            }
        return "\(deadline), before which it can hardly conclude: \(end)"
    }
}
