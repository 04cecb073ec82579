// Compares the headers that a rule names.

import Plan

/// Headers side by side: names in any case, values exactly. Several fields of one name are one
/// list (RFC 9110 §5.3), in their order.
struct HeaderComparison {
    private let rule: ComparisonRule

    init(_ rule: ComparisonRule) { self.rule = rule }

    func compare(
        _ primary: [Answer.Header], _ shadow: [Answer.Header], into found: inout Differences
    ) {
        for name in rule.headers.map({ $0.lowercased() }) {
            let left = value(name, primary)
            let right = value(name, shadow)
            if left.map({ Array($0.utf8) }) == right.map({ Array($0.utf8) }) { continue }
            let path = "header \(name)"
            found.note(path) {
                let kind: Difference.Kind =
                    left == nil ? .extra : right == nil ? .missing : .value
                let shown = shown(name, left ?? "", right ?? "")
                return Difference(
                    path: path, group: path, kind: kind, primary: left.map { _ in shown.left },
                    shadow: right.map { _ in shown.right })
            }
        }
    }

    private func value(_ name: String, _ headers: [Answer.Header]) -> String? {
        let values = headers.filter { $0.name.lowercased() == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    private func shown(
        _ name: String, _ left: String, _ right: String
    ) -> (left: String, right: String) {
        if rule.redaction.headers.contains(name) {
            return (RedactionCursor.mark, RedactionCursor.mark)
        }
        return Excerpt.around(Array(left.utf8), Array(right.utf8), most: rule.limits.valueBytes)
    }
}
