// A pair that differed, small and without secrets, for people to look at.

import Plan

/// An example of a difference, ready to be kept.
package struct PairExample: Sendable, Equatable, Codable {
    /// The status of the primary's answer; 0 if there is none.
    package let primaryStatus: Int
    /// The status of the shadow's answer.
    package let shadowStatus: Int
    /// The first differences, within `exampleDifferences`.
    package let differences: [Difference]
    /// How many there are in all.
    package let differenceCount: Int
    /// A part of the primary's body, at the first difference, redacted; in the mode `bytes` its
    /// length and digest.
    package let primaryBody: String
    /// The same of the shadow's body.
    package let shadowBody: String
}

extension PairComparison {
    /// What is kept of a pair as an example. JSON is shown as it was compared: compact, members in
    /// the order of their names, without what is ignored.
    package func example(
        primary: Answer, shadow: Answer, result: PairResult
    ) -> PairExample {
        let bodies = Excerpt.around(
            shown(primary.body), shown(shadow.body), most: rule.limits.exampleBodyBytes)
        return PairExample(
            primaryStatus: primary.status, shadowStatus: shadow.status,
            differences: Array(result.differences.told.prefix(rule.limits.exampleDifferences)),
            differenceCount: result.differences.total, primaryBody: bodies.left,
            shadowBody: bodies.right)
    }

    private func shown(_ body: Answer.Body) -> [UInt8] {
        if rule.mode == .none && !body.isMissing { return [] }
        let bytes: [UInt8]
        switch self.bytes(body) {
        case .success(let found): bytes = found
        case .failure(let obstacle):
            guard obstacle.kind == .notEvents, case .whole(let found) = body else {
                return Array("[\(obstacle.reason)]".utf8)
            }
            bytes = found
        }
        if rule.mode == .bytes { return Array(BytesComparison.summary(bytes, rule).utf8) }
        if rule.mode == .json || rule.mode == .sse, case .success(let value) = json(bytes) {
            return JSONText.of(value, RedactionCursor(redactions))
        }
        if rule.redaction.paths.isEmpty { return bytes }
        // What has no paths cannot be redacted by them.
        return Array("\(RedactionCursor.mark) \(BytesComparison.summary(bytes, rule))".utf8)
    }
}
