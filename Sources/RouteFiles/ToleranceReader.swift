// Reads by how much numbers in two answers may differ.

import Plan

/// Reads `tolerance` of a shadow.
enum ToleranceReader {
    static let partKeys = ["absolute", "relative"]
    static let keys = partKeys + ["paths"]
    private static let mostPaths = 100
    private static let mend =
        "write a percentage like 0.1%, a number like 0.01, or {absolute: 0.01, relative: 0.1%}"

    static func read(_ value: YAMLValue, into rule: inout ComparisonRule) {
        guard value.isMapping else {
            if let tolerance = readScalar(value, "shadow.tolerance") { rule.tolerance = tolerance }
            return
        }
        guard let mapping = value.mapping("shadow.tolerance", keys: keys) else { return }
        rule.tolerance = readParts(mapping, "shadow.tolerance")
        guard let paths = mapping["paths"] else {
            if value.isEmptyMapping {
                value.error("shadow.tolerance is empty", "numbers would have to be equal", mend)
            }
            return
        }
        readPaths(paths, into: &rule)
    }

    private static func readPaths(_ value: YAMLValue, into rule: inout ComparisonRule) {
        let what = "shadow.tolerance.paths"
        let entries = value.entries(what, mend: "write it like {$.score: 0.01}") ?? []
        if entries.count > mostPaths {
            value.error(
                "\(what) has \(entries.count) paths", "each is looked for in every answer",
                "use at most \(mostPaths)")
        }
        for (key, value) in entries {
            guard let path = PathReader.read(key, what) else { continue }
            if rule.tolerances.contains(where: { $0.path == path }) {
                key.error("\(path) stands twice", "one of the two would be ignored", "remove one")
                continue
            }
            let name = "the tolerance of \(path)"
            let tolerance: NumericTolerance? =
                value.isMapping
                ? value.mapping(name, keys: partKeys).map { readParts($0, name) }
                : readScalar(value, name)
            if let tolerance {
                rule.tolerances.append(
                    ComparisonRule.PathTolerance(path: path, tolerance: tolerance))
            }
        }
    }

    /// A percentage is relative, a plain number absolute.
    private static func readScalar(_ value: YAMLValue, _ what: String) -> NumericTolerance? {
        guard let text = value.text(what, mend: mend) else { return nil }
        if text.hasSuffix("%") {
            return readRelative(value, what).map { NumericTolerance(relative: $0) }
        }
        return readAbsolute(value, what).map { NumericTolerance(absolute: $0) }
    }

    private static func readParts(_ mapping: YAMLMapping, _ what: String) -> NumericTolerance {
        let absolute = mapping["absolute"].flatMap { readAbsolute($0, "absolute of \(what)") }
        let relative = mapping["relative"].flatMap { readRelative($0, "relative of \(what)") }
        return NumericTolerance(absolute: absolute ?? 0, relative: relative ?? 0)
    }

    private static func readAbsolute(_ value: YAMLValue, _ what: String) -> Double? {
        guard let text = value.text(what, mend: mend) else { return nil }
        if let number = Quantities.number(text) { return number }
        value.error("\(what) is \(value.shown)", "that is no number from 0 on", mend)
        return nil
    }

    private static func readRelative(_ value: YAMLValue, _ what: String) -> Double? {
        guard let text = value.text(what, mend: mend) else { return nil }
        if text.hasSuffix("%"), let percent = Quantities.number(String(text.dropLast())),
            percent <= 100
        {
            return percent / 100
        }
        value.error("\(what) is \(value.shown)", "that is no percentage from 0% to 100%", mend)
        return nil
    }
}
