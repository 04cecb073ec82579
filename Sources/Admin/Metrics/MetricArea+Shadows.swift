// The metrics of shadows: copies, what became of them, and how their answers compare.

import Recording

extension MetricFamily {
    private static let own: [Label] = [.route, Label("shadow")]
    private static let sides = own + [Label("role", ["shadow", "primary"])]
    private static let pairs = own + [Label("kind", ["shadow", "control"])]

    static let shadowRequests = MetricFamily(
        "sluice_shadow_requests_total", .counter, by: own, "Copies of requests begun.")
    static let shadowDropped = MetricFamily(
        "sluice_shadow_dropped_total", .counter,
        by: own + [Label("reason", ShadowDrop.allCases.map(\.description))],
        "Requests not mirrored, or not compared, by reason.")
    static let shadowUntimed = MetricFamily(
        "sluice_shadow_untimed_total", .counter, by: own,
        "Copies that waited for a core of the gateway's machine: of their times nothing is made.")
    static let shadowInFlight = MetricFamily(
        "sluice_shadow_in_flight", .gauge, by: own, "Copies under way.")
    static let shadowHeldBytes = MetricFamily(
        "sluice_shadow_held_bytes", .gauge, by: own, "Bytes held for copies and their answers.")
    static let shadowResponses = MetricFamily(
        "sluice_shadow_responses_total", .counter, by: sides + [Label("status", StatusClass.names)],
        "Ended mirrored requests by class of status.")
    static let shadowErrors = MetricFamily(
        "sluice_shadow_errors_total", .counter,
        by: sides + [
            Label(
                "kind",
                OutcomeKind.failures.map(\.description) + ["server_error", "grpc_error"])
        ],
        "Failed mirrored requests by kind.")
    static let shadowFirstByte = MetricFamily(
        "sluice_shadow_first_byte_seconds", .histogram, by: sides,
        "From the head of a mirrored request to the first byte of its answer.")
    static let shadowDuration = MetricFamily(
        "sluice_shadow_duration_seconds", .histogram, by: sides,
        "From the head of a mirrored request to the last byte of its answer.")
    static let shadowPairs = MetricFamily(
        "sluice_shadow_pairs_total", .counter,
        by: pairs + [Label("result", ["agrees", "differs", "not_comparable"])],
        outlivesRestart: true,
        "Pairs of answers by what came of their comparison.")
    static let shadowNotComparable = MetricFamily(
        "sluice_shadow_not_comparable_total", .counter, by: pairs + [Label("reason")],
        outlivesRestart: true,
        "Pairs that could not be compared, by reason.")
    static let shadowAgreement = MetricFamily(
        "sluice_shadow_agreement_ratio", .gauge, by: pairs,
        "The part of the compared pairs that agree, from 0 to 1.")
    static let shadowExamples = MetricFamily(
        "sluice_shadow_examples_total", .counter,
        by: own + [Label("result", ["kept", "skipped", "lost"])], outlivesRestart: true,
        "Pairs that differ, by what became of their example.")
    static let shadowPairsWaiting = MetricFamily(
        "sluice_shadow_pairs_waiting", .gauge, "Pairs that wait for their comparison.")
}

extension MetricArea {
    static let shadows = MetricArea(
        title: "Shadows",
        note:
            "Of gateways with a shadow. `role` tells the two sides of a mirrored request: its "
            + "copy, and the caller's own. Counts of pairs begin anew when a shadow is compared "
            + "otherwise.",
        families: [
            .shadowRequests, .shadowDropped, .shadowUntimed, .shadowInFlight, .shadowHeldBytes,
            .shadowResponses,
            .shadowErrors, .shadowFirstByte, .shadowDuration, .shadowPairs, .shadowNotComparable,
            .shadowAgreement, .shadowExamples, .shadowPairsWaiting,
        ])
}
