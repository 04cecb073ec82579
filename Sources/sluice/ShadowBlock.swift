// What `sluice status` says of a shadow, below the table of versions: pure.

import Admin
import Verdict

/// Lays a shadow out in a few lines.
enum ShadowBlock {
    private static let indent = 2

    /// The lines of one shadow of a route.
    static func lines(_ shadow: ShadowSummaryDocument, of route: String) -> [String] {
        var lines = row("shadow", copies(shadow))
        lines += row("", agreement(shadow))
        if let latency = shadow.pairedLatency { lines += row("", Self.latency(latency)) }
        if let agreement = shadow.agreement, agreement.differing > 0 {
            lines += row("", "`sluice diffs \(route) --shadow \(shadow.shadow)` tells where")
        }
        return lines
    }

    /// Who gets copies, and what became of them.
    static func copies(_ shadow: ShadowSummaryDocument) -> String {
        let ledger = shadow.ledger
        let drops = ledger.dropped.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let dropped = drops.reduce(0) { $0 + $1.value }
        let reasons = drops.map { "\($0.key) \(FigureText.count($0.value))" }
        let words =
            dropped == 0
            ? "none dropped"
            : "\(FigureText.count(dropped)) dropped (\(reasons.joined(separator: ", ")))"
        let untimed =
            ledger.untimed == 0
            ? ""
            : "; this machine was too busy to time \(FigureText.count(ledger.untimed)) of them"
        return "\(shadow.shadow) gets copies of \(FigureText.percent(shadow.sample / 100)) of the "
            + "callers: \(FigureText.count(ledger.mirrored)) so far, "
            + "\(FigureText.count(ledger.inFlight)) under way, \(words)\(untimed)"
    }

    /// How often answers agree, and how often two of one version do.
    static func agreement(_ shadow: ShadowSummaryDocument) -> String {
        guard let compare = shadow.compare else { return "its answers are not compared" }
        guard let agreement = shadow.agreement, let rate = agreement.rate else {
            let seen = shadow.agreement.map { notComparable($0) } ?? ""
            return "no answers have been compared by \(compare) yet\(seen)"
        }
        var text =
            "agrees in \(StatusTable.rate(rate)) of \(FigureText.count(agreement.compared)) pairs"
        if let control = shadow.control, let own = control.rate {
            text +=
                "; two answers of one version agree in \(StatusTable.rate(own)) of "
                + FigureText.count(control.compared)
        }
        return text + notComparable(agreement)
    }

    private static func notComparable(_ agreement: AgreementDocument) -> String {
        let reasons = agreement.notComparable.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if reasons.isEmpty { return "" }
        let words = reasons.map { "\($0.key) \(FigureText.count($0.value))" }
        return "; not comparable: \(words.joined(separator: ", "))"
    }

    /// How much longer the shadow takes than the caller had to wait, request by request.
    static func latency(_ latency: PairedLatencyDocument) -> String {
        var text =
            "time beside that of the caller's answer: \(signed(latency.meanMs)) in the mean, "
            + "\(signed(latency.p50Ms)) in the middle, \(signed(latency.p99Ms)) at p99"
        if let slower = latency.slowerShare {
            text += "; slower in \(StatusTable.rate(slower)) of the pairs"
        }
        return text
    }

    private static func signed(_ estimate: PairedLatencyDocument.EstimateDocument) -> String {
        func text(_ milliseconds: Double) -> String {
            (milliseconds < 0 ? "" : "+") + FigureText.latency(milliseconds * 1_000)
        }
        guard let low = estimate.low, let high = estimate.high else { return text(estimate.value) }
        return "\(text(estimate.value)) (\(text(low)) to \(text(high)))"
    }

    private static func row(_ label: String, _ text: String) -> [String] {
        LabelledText.lines(label, text, indent: indent)
    }
}
