// A shadow as text for a fixture's expected.txt: what differs from the defaults.

import Plan

@testable import RouteFiles

/// Renders shadows.
enum ShadowText {
    static func lines(_ shadow: Shadow, of route: RouteDefinition) -> [String] {
        let usual = Shadow(version: shadow.version)
        var lines: [String] = []
        func add(_ name: String, _ value: String, _ usual: String) {
            if value != usual { lines.append("  \(name) \(value)") }
        }
        add("methods", shadow.methods.joined(separator: ", "), "")
        for condition in shadow.headers {
            switch condition.value {
            case .exact(let value): add("header", "\(condition.name) is \(value)", "")
            case .regex(let pattern): add("header", "\(condition.name) matches \(pattern)", "")
            }
        }
        add("max_body", size(shadow.mostBodyBytes), size(usual.mostBodyBytes))
        lines += changes(shadow.changes)
        for (name, time, other) in times(shadow.timeouts, route.timeouts) {
            add("timeout \(name)", Quantities.duration(time), Quantities.duration(other))
        }
        add("concurrency", "\(shadow.mostRequests)", "\(usual.mostRequests)")
        add("buffer", size(shadow.mostBytes), size(usual.mostBytes))
        add("end_with_caller", "\(shadow.endsWithCaller)", "\(usual.endsWithCaller)")
        lines += shadow.comparison.map(comparison) ?? []
        add("noise_control", Quantities.percentage(shadow.noiseControl), "0%")
        add("keep", "\(shadow.keptPairs)", "\(usual.keptPairs)")
        let name = route.versions[shadow.version].name
        return ["shadow \(name) \(Quantities.percentage(shadow.sample))"] + lines
    }

    private static func size(_ bytes: Int) -> String { Quantities.size(bytes) }

    private static func changes(_ changes: Shadow.Changes) -> [String] {
        var lines = changes.host.map { ["  host \($0)"] } ?? []
        if changes.keepsCredentials { lines.append("  keeps credentials") }
        if !changes.stripped.isEmpty {
            lines.append("  strip \(changes.stripped.joined(separator: ", "))")
        }
        lines += changes.headers.map { "  set \($0.name): \($0.value)" }
        return lines
            + changes.fields.map {
                "  set \($0.path) to \(String(decoding: $0.value, as: UTF8.self))"
            }
    }

    private static func times(
        _ timeouts: Timeouts, _ other: Timeouts
    ) -> [(name: String, own: Int, other: Int)] {
        [
            ("connect", timeouts.connectMilliseconds, other.connectMilliseconds),
            ("first_byte", timeouts.firstByteMilliseconds, other.firstByteMilliseconds),
            ("idle", timeouts.idleMilliseconds, other.idleMilliseconds),
            ("total", timeouts.totalMilliseconds, other.totalMilliseconds),
        ]
    }

    private static func comparison(_ rule: ComparisonRule) -> [String] {
        var lines = ["  compare \(rule.mode)\(rule.comparesStatus ? "" : " without status")"]
        func add(_ name: String, _ values: [String]) {
            if !values.isEmpty { lines.append("    \(name) \(values.joined(separator: ", "))") }
        }
        add("headers", rule.headers)
        add("ignore", rule.ignored.map(\.description))
        add("unordered", rule.unordered.map(\.description))
        if !rule.tolerance.isExact { add("tolerance", [tolerance(rule.tolerance)]) }
        add("tolerance of", rule.tolerances.map { "\($0.path) \(tolerance($0.tolerance))" })
        add("redact", rule.redaction.paths.map(\.description))
        add(
            "redact headers",
            rule.redaction.headers.filter { !Redaction.usualHeaders.contains($0) })
        return lines
    }

    private static func tolerance(_ tolerance: NumericTolerance) -> String {
        "±\(tolerance.absolute) or ±\(tolerance.relative * 100)%"
    }
}
