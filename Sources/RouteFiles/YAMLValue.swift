// A value in a YAML file that knows its place and reports what is wrong with it.

import Yams

/// One node of a file. Every reading that fails adds a diagnostic and returns nil.
struct YAMLValue {
    /// The most characters of a file's text that a message repeats.
    private static let mostShown = 60

    let node: Node
    let file: String
    let diagnostics: Diagnostics

    /// Reports an error at this value: what, why it matters, how to mend it.
    func error(_ what: String, _ why: String, _ mend: String) {
        diagnostics.add(
            Diagnostic(file: file, line: line, column: column, what, why, mend))
    }

    /// Reports something that works but is hardly meant.
    func warning(_ what: String, _ why: String, _ mend: String) {
        diagnostics.add(
            Diagnostic(file: file, line: line, column: column, severity: .warning, what, why, mend))
    }

    var line: Int { node.mark?.line ?? 1 }
    var column: Int { node.mark?.column ?? 1 }

    /// What stands there, for a message.
    var shown: String {
        switch node {
        case .scalar(let scalar):
            return Self.isNothing(scalar) ? "nothing" : Self.shortened(scalar.string)
        case .mapping(let mapping): return mapping.isEmpty ? "empty" : "a mapping"
        case .sequence(let sequence): return sequence.isEmpty ? "empty" : "a list"
        case .alias: return "an alias"
        }
    }

    /// The text of a scalar; empty for everything else.
    var scalarText: String { node.scalar?.string ?? "" }

    /// As much of a text as a message repeats.
    static func shortened(_ text: String) -> String {
        text.count > mostShown ? "\(text.prefix(mostShown))…" : text
    }

    /// Whether a scalar is YAML's null, in any of its spellings.
    static func isNothing(_ scalar: Node.Scalar) -> Bool {
        scalar.string.isEmpty
            || scalar.style == .plain && ["~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// The text of a mapping's value, looked at before it is known which keys there may be; empty
    /// if there is none.
    func text(at key: String) -> String { node.mapping?[key]?.scalar?.string ?? "" }

    var isMapping: Bool { node.mapping != nil }
    var isEmptyMapping: Bool { node.mapping?.isEmpty ?? false }

    /// The text of a scalar that is not empty and has no control characters.
    func text(_ what: String, mend: String) -> String? {
        guard case .scalar(let scalar) = node, !Self.isNothing(scalar) else {
            error("\(what) is \(shown)", "a word is expected", mend)
            return nil
        }
        // The C library would read a path or an address only up to a NUL.
        if scalar.string.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            error("\(what) is \(shown)", "there is a control character in it", mend)
            return nil
        }
        return scalar.string
    }

    /// `true` or `false`.
    func boolean(_ what: String) -> Bool? {
        if case .scalar(let scalar) = node {
            if scalar.string == "true" { return true }
            if scalar.string == "false" { return false }
        }
        error("\(what) is \(shown)", "it must be true or false", "write true or false")
        return nil
    }

    /// The members of a list that is not empty; a single value counts as a list of one.
    func list(_ what: String, mend: String) -> [YAMLValue]? {
        switch node {
        case .sequence(let sequence) where !sequence.isEmpty:
            return sequence.map { YAMLValue(node: $0, file: file, diagnostics: diagnostics) }
        case .scalar(let scalar) where !Self.isNothing(scalar): return [self]
        default:
            error("\(what) is \(shown)", "a list is expected", mend)
            return nil
        }
    }

    /// The members of a list of mappings that is not empty; a single one counts as a list of one.
    func members(_ what: String, mend: String) -> [YAMLValue]? {
        isMapping ? [self] : list(what, mend: mend)
    }

    /// The entries of a mapping with any keys, in their order.
    func entries(_ what: String, mend: String) -> [(key: YAMLValue, value: YAMLValue)]? {
        guard case .mapping(let mapping) = node, !mapping.isEmpty else {
            error("\(what) is \(shown)", "a mapping is expected", mend)
            return nil
        }
        var seen: Set<String> = []
        return mapping.compactMap { keyNode, valueNode in
            let key = YAMLValue(node: keyNode, file: file, diagnostics: diagnostics)
            guard seen.insert(key.scalarText).inserted || keyNode.scalar == nil else {
                key.reportDouble()
                return nil
            }
            return (key, YAMLValue(node: valueNode, file: file, diagnostics: diagnostics))
        }
    }

    /// Reports a key that YAML takes for another one, such as `1` beside `"1"`.
    private func reportDouble() {
        error("\(shown) stands twice", "one of the two would be ignored", "remove one of them")
    }

    /// A mapping of known keys; unknown ones are reported with the nearest known one.
    func mapping(_ what: String, keys: [String]) -> YAMLMapping? {
        guard case .mapping(let mapping) = node else {
            let known = keys.joined(separator: ", ")
            error("\(what) is \(shown)", "a mapping is expected", "its keys are \(known)")
            return nil
        }
        var values: [String: YAMLValue] = [:]
        for (keyNode, valueNode) in mapping {
            let key = YAMLValue(node: keyNode, file: file, diagnostics: diagnostics)
            let name = keyNode.scalar?.string ?? ""
            if keys.contains(name) {
                if values[name] != nil { key.reportDouble() }
                values[name] = YAMLValue(node: valueNode, file: file, diagnostics: diagnostics)
                continue
            }
            let mend =
                NearestKey.find(name, among: keys).map { "did you mean \($0)?" }
                ?? "the known keys are \(keys.joined(separator: ", "))"
            key.error("\(what) has no key \(key.shown)", "it would be ignored silently", mend)
        }
        return YAMLMapping(value: self, values: values)
    }
}

/// A mapping of known keys.
struct YAMLMapping {
    /// The mapping itself, for what is wrong with it as a whole.
    let value: YAMLValue
    fileprivate let values: [String: YAMLValue]

    /// The value of a key, if it is there.
    subscript(key: String) -> YAMLValue? { values[key] }
}
