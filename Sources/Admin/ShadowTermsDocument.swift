// One entry of `shadow:` as JSON: what operators see, and what `sluice diff` compares.

package import Plan

/// A shadow's terms as its file has them, each by its key there.
package struct ShadowTermsDocument: Codable, Sendable, Equatable {
    /// The version that gets copies.
    package let to: String
    /// The terms by key, as text. Of headers that are set only the names are told: a value may be
    /// a credential.
    package let terms: [String: String]

    /// Describes a shadow of a route.
    package init(_ shadow: Shadow, _ route: Route) {
        to = route.versions[shadow.version].name
        var terms = [
            "sample": Self.percent(shadow.sample),
            "methods": Self.listed(shadow.methods),
            "headers": Self.listed(shadow.headers.map(RouteDocument.words)),
            "max_body": "\(shadow.mostBodyBytes)B",
            "concurrency": "\(shadow.mostRequests)", "buffer": "\(shadow.mostBytes)B",
            "end_with_caller": "\(shadow.endsWithCaller)",
            "noise_control": Self.percent(shadow.noiseControl),
            "keep.pairs": "\(shadow.keptPairs)",
            "timeout.connect": "\(shadow.timeouts.connectMilliseconds)ms",
            "timeout.first_byte": "\(shadow.timeouts.firstByteMilliseconds)ms",
            "timeout.idle": "\(shadow.timeouts.idleMilliseconds)ms",
            "timeout.total": "\(shadow.timeouts.totalMilliseconds)ms",
        ]
        terms.merge(Self.changes(shadow.changes)) { $1 }
        terms.merge(Self.comparison(shadow.comparison)) { $1 }
        self.terms = terms.filter { !$0.value.isEmpty }
    }

    private static func changes(_ changes: Shadow.Changes) -> [String: String] {
        let fields = changes.fields.map {
            "\($0.path): \(String(decoding: $0.value, as: UTF8.self))"
        }
        return [
            "host": changes.host ?? "", "keep_credentials": "\(changes.keepsCredentials)",
            "strip": listed(changes.stripped),
            "set": listed(changes.headers.map { "\($0.name): …" } + fields),
        ]
    }

    private static func comparison(_ rule: ComparisonRule?) -> [String: String] {
        guard let rule else { return ["compare": "nothing"] }
        let tolerances = rule.tolerances.map { "\($0.path): \(text($0.tolerance))" }
        return [
            "compare": rule.mode.rawValue, "compare_status": "\(rule.comparesStatus)",
            "compare_headers": listed(rule.headers),
            "ignore": listed(rule.ignored.map(\.description)),
            "unordered": listed(rule.unordered.map(\.description)),
            "tolerance": listed([text(rule.tolerance)] + tolerances),
            "keep.redact": listed(rule.redaction.paths.map(\.description)),
            "keep.redact_headers": listed(rule.redaction.headers),
        ]
    }

    private static func text(_ tolerance: NumericTolerance) -> String {
        tolerance.isExact ? "exact" : "\(tolerance.absolute) or \(tolerance.relative * 100)%"
    }

    private static func percent(_ buckets: Int) -> String {
        "\(Double(buckets) * 100 / Double(BucketTable.bucketCount))%"
    }

    private static func listed(_ parts: [String]) -> String { parts.joined(separator: ", ") }
}
