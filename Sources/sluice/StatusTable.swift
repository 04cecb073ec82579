// The table of `sluice status`: pure, from documents to text.

import Admin
import Foundation
import Verdict

/// Lays the versions of routes out side by side.
enum StatusTable {
    private static let heads = [
        "VERSION", "WANTED", "GOT", "REQ/S", "REQUESTS", "ERRORS", "ERROR RATE (95 %)", "P50 ms",
        "P90 ms", "P99 ms", "IN FLIGHT",
    ]

    /// The whole page.
    static func page(_ report: StatusReport) -> String {
        var lines: [String] = []
        for comparison in report.comparisons {
            let route = report.gateway.routes.first { $0.route == comparison.route }
            lines += table(comparison, route)
            lines += StreamTable.lines(comparison).map { "  \($0)" }
            if let ramp = comparison.ramp {
                lines += RampBlock.lines(
                    ramp, rollback: report.rollbacks.first { $0.route == ramp.route },
                    terms: route?.canary, now: report.atMs)
            }
            for shadow in comparison.shadows ?? [] {
                lines += ShadowBlock.lines(shadow, of: comparison.route)
            }
            lines.append("")
        }
        if report.comparisons.isEmpty { lines += ["no routes are served", ""] }
        lines += report.alerts.filter { $0.state == "firing" }.map { alert in
            let held = FigureText.duration(max(0, report.atMs - alert.sinceMs))
            return "ALERT \(alert.alert), for \(held): \(alert.summary)"
        }
        lines += problems(report.gateway)
        return lines.map(Terminal.printable).joined(separator: "\n") + "\n"
    }

    private static func table(_ comparison: ComparisonDocument, _ route: RouteDocument?) -> [String]
    {
        let rows = comparison.versions.map { row($0, seconds: comparison.windowSeconds) }
        let place = route.map { "  \($0.host)\($0.path)" } ?? ""
        let title = "\(comparison.route)\(place)  last \(comparison.windowSeconds) s"
        return [title] + TextTable.lines([heads] + rows).map { "  \($0)" }
    }

    private static func row(_ version: ComparisonDocument.VersionDocument, seconds: Int) -> [String]
    {
        let errors = version.errors.values.reduce(0, +)
        return [
            version.version, percent(version.shareWanted),
            version.shareAchieved.map(percent) ?? "-",
            decimal(Double(version.requests) / Double(max(1, seconds)), 1), "\(version.requests)",
            "\(errors)", version.errorRate.map(rate) ?? "-",
            milliseconds(version.latencyMs["p50"]), milliseconds(version.latencyMs["p90"]),
            milliseconds(version.latencyMs["p99"]), "\(version.inFlight)",
        ]
    }

    private static func problems(_ gateway: GatewayDocument) -> [String] {
        var lines: [String] = []
        if gateway.draining { lines.append("the gateway is shutting down") }
        for (name, load) in [("files", gateway.config), ("certificates", gateway.certificates)]
        where !load.successful {
            lines.append("the \(name) as they are now are NOT served; the last good ones are:")
            lines += load.problems.map { "  \($0)" }
        }
        if gateway.config.successful { lines += gateway.config.problems }
        if let problem = gateway.journalProblem {
            lines += [
                "the journal cannot be written, and no share is raised until it can; rollbacks "
                    + "take effect:", "  \(problem)",
            ]
        }
        return lines
    }

    static func rate(_ rate: RateDocument) -> String {
        let range = "\(decimal(rate.low * 100, 2))–\(decimal(rate.high * 100, 2))"
        return "\(decimal(rate.value * 100, 2)) % (\(range))"
    }

    static func milliseconds(_ quantile: QuantileDocument?) -> String {
        quantile.map { decimal($0.value, $0.value < 100 ? 1 : 0) } ?? "-"
    }

    private static func percent(_ value: Double) -> String {
        let isWhole = value == value.rounded()
        return "\(decimal(value, isWhole ? 0 : 2)) %"
    }

    private static func decimal(_ value: Double, _ digits: Int) -> String {
        String(format: "%.\(digits)f", value)
    }
}
