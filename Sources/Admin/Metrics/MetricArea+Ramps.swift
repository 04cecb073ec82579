// The metrics of ramps: where each stands, what was decided, and who was told.

import Verdict

extension MetricFamily {
    static let rampPhase = MetricFamily(
        "sluice_ramp_phase", .gauge,
        by: [.route, Label("phase", RampPhase.allCases.map(\.rawValue))],
        "1 for the phase in which a ramp is, 0 for the others.")
    static let rampStep = MetricFamily(
        "sluice_ramp_step", .gauge, by: [.route], "The step of a ramp, counted from 1.")
    static let rampShare = MetricFamily(
        "sluice_ramp_share_ratio", .gauge, by: [.route],
        "The share of the callers that a ramp's candidate has, from 0 to 1.")
    static let decisions = MetricFamily(
        "sluice_decisions_total", .counter,
        by: [.route, Label("kind", DecisionKind.allCases.map(\.rawValue))],
        "Decisions on a ramp since the start, an operator's among them.")

    static let webhooks = MetricFamily(
        "sluice_webhooks_total", .counter,
        by: [Label("result", ["delivered", "failed", "dropped"])],
        "Webhooks by what became of them: given up after their tries, or for too many waiting.")
    static let webhooksWaiting = MetricFamily(
        "sluice_webhooks_waiting", .gauge, "Webhooks that are yet to be delivered.")
}

extension MetricArea {
    static let ramps = MetricArea(
        title: "Ramps", note: "Of routes with a `canary`. Every kind of decision is there, from 0.",
        families: [.rampPhase, .rampStep, .rampShare, .decisions])
    static let webhooks = MetricArea(
        title: "Webhooks", note: "", families: [.webhooks, .webhooksWaiting])
}
