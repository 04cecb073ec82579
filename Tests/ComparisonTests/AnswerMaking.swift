// Rules and answers in few words.

import Comparison
import Plan

extension ComparisonRule {
    /// A rule with paths that are known to be good.
    static func json(
        ignored: [String] = [], unordered: [String] = [],
        tolerance: NumericTolerance = .exact, tolerances: [(String, NumericTolerance)] = [],
        redacted: [String] = []
    ) throws -> ComparisonRule {
        var rule = ComparisonRule(mode: .json)
        rule.ignored = try ignored.map { try JSONPath($0) }
        rule.unordered = try unordered.map { try JSONPath($0) }
        rule.tolerance = tolerance
        rule.tolerances = try tolerances.map { .init(path: try JSONPath($0.0), tolerance: $0.1) }
        rule.redaction.paths = try redacted.map { try JSONPath($0) }
        return rule
    }

    /// The result for two bodies.
    func compare(_ primary: [UInt8], _ shadow: [UInt8]) -> PairResult {
        PairComparison(self).compare(
            primary: Answer(status: 200, headers: [], body: .whole(primary)),
            shadow: Answer(status: 200, headers: [], body: .whole(shadow)))
    }

    /// The result for two bodies.
    func compare(_ primary: String, _ shadow: String) -> PairResult {
        compare(Array(primary.utf8), Array(shadow.utf8))
    }
}

extension PairResult {
    /// The differences as short lines: `value $.a: 1 | 2`.
    var lines: [String] {
        differences.told.map {
            "\($0.kind.rawValue) \($0.path): \($0.primary ?? "-") | \($0.shadow ?? "-")"
        }
    }
}
