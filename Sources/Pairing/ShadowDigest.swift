// By what it is known that pairs are compared as before: a digest of the shadow and the rule.

import Comparison
import Plan

/// Digests of what decides about the results of a shadow's pairs, and about what of them is shown.
enum ShadowDigest {
    /// Of a shadow of a route, which must be compared.
    static func of(_ shadow: Shadow, _ rule: ComparisonRule, in route: Route) -> String {
        var lines: [String] = []
        if route.versions.indices.contains(shadow.version) {
            let version = route.versions[shadow.version]
            lines += [version.name] + version.endpoints.map(\.url).sorted()
        }
        let changes = shadow.changes
        lines.append("host \(changes.host ?? "") \(changes.keepsCredentials)")
        lines += changes.stripped.map { "strip \($0)" }
        lines += changes.headers.map { "header \($0.name): \($0.value)" }
        lines += changes.fields.map {
            "set \($0.path.description) \(String(decoding: $0.value, as: UTF8.self))"
        }
        lines.append("mode \(rule.mode.rawValue) \(rule.comparesStatus)")
        lines += rule.headers.map { "compare \($0)" }
        lines += rule.ignored.map { "ignore \($0.description)" }
        lines += rule.unordered.map { "unordered \($0.description)" }
        lines.append("tolerance \(text(rule.tolerance))")
        lines += rule.tolerances.map { "tolerance \($0.path.description) \(text($0.tolerance))" }
        // What was shown before a path was redacted must not stay.
        lines += rule.redaction.paths.map { "redact \($0.description)" }
        lines += rule.redaction.headers.map { "redact header \($0)" }
        // Names and values have no line ends: nothing can be written as two other lines.
        let digits = String(
            BytesComparison.digest(lines.joined(separator: "\n").utf8), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func text(_ tolerance: NumericTolerance) -> String {
        "\(tolerance.absolute) \(tolerance.relative)"
    }
}
