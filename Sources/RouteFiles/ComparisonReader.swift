// Reads how a shadow's answers are compared, and what is kept of those that differ.

import Plan

/// Reads `compare` and what belongs to it.
struct ComparisonReader {
    static let keys = [
        "compare", "compare_status", "compare_headers", "ignore", "unordered", "tolerance",
        "noise_control", "keep",
    ]
    static let keepKeys = ["pairs", "redact", "redact_headers"]
    static let pairRange = 0...10_000
    static let usualPairs = 100
    private static let mostHeaders = 32
    private static let modes = ComparisonRule.Mode.allCases.map(\.rawValue)

    /// The rule; nil if nothing is compared.
    private(set) var rule: ComparisonRule?
    /// The share of the copies that goes to the answering version once more, in buckets.
    private(set) var noiseControl = 0
    /// How many pairs that differ are kept.
    private(set) var keptPairs = 0

    private let mapping: YAMLMapping

    /// Reads the keys of a shadow's entry.
    static func read(_ mapping: YAMLMapping) -> ComparisonReader {
        var reader = ComparisonReader(mapping: mapping)
        reader.read()
        return reader
    }

    private init(mapping: YAMLMapping) { self.mapping = mapping }

    private mutating func read() {
        let mode = mapping["compare"].map(readMode) ?? ComparisonRule.Mode.none
        var rule = ComparisonRule(mode: mode ?? .json)
        let status = mapping["compare_status"]?.boolean("shadow.compare_status")
        rule.comparesStatus = status ?? true
        rule.headers =
            mapping["compare_headers"].map {
                readHeaders($0, "shadow.compare_headers")
            } ?? []
        if let value = mapping["ignore"] {
            rule.ignored = PathReader.list(value, "shadow.ignore")
        }
        if let value = mapping["unordered"] {
            rule.unordered = PathReader.list(value, "shadow.unordered")
        }
        if let value = mapping["tolerance"] { ToleranceReader.read(value, into: &rule) }
        if let part = mapping["noise_control"]?
            .buckets("shadow.noise_control", 1...BucketTable.bucketCount)
        {
            noiseControl = part
        }
        if let value = mapping["keep"] { readKeep(value, into: &rule) }
        // With a mode that cannot be read nobody knows what has an effect.
        guard let mode else { return }
        refusePaths(mode)
        if mode == .none && status != true && mapping["compare_headers"] == nil {
            refuseWithoutComparison()
        } else {
            self.rule = rule
        }
    }

    private func readMode(_ value: YAMLValue) -> ComparisonRule.Mode? {
        let all = "write one of \(Self.modes.joined(separator: ", "))"
        guard let text = value.text("shadow.compare", mend: all) else { return nil }
        if let mode = ComparisonRule.Mode(rawValue: text) { return mode }
        value.error(
            "shadow.compare is \(value.shown)", "answers are not compared like that",
            NearestKey.find(text, among: Self.modes).map { "did you mean \($0)?" } ?? all)
        return nil
    }

    private func readHeaders(_ value: YAMLValue, _ what: String) -> [String] {
        let mend = "name header fields like [content-type]"
        let members = value.list(what, mend: mend) ?? []
        if members.count > Self.mostHeaders {
            value.error(
                "\(what) has \(members.count) fields", "each is looked for in every answer",
                "use at most \(Self.mostHeaders)")
        }
        var names: [String] = []
        for member in members {
            guard let text = member.text("a field of \(what)", mend: mend) else { continue }
            let name = text.lowercased()
            if !FieldName.isToken(name) {
                member.error("\(what) names \(member.shown)", "no header field is called so", mend)
            } else if names.contains(name) {
                member.error("\(name) stands twice", "once is enough", "remove one of them")
            } else {
                names.append(name)
            }
        }
        return names
    }

    // MARK: What is kept

    private mutating func readKeep(_ value: YAMLValue, into rule: inout ComparisonRule) {
        guard let mapping = value.mapping("shadow.keep", keys: Self.keepKeys) else { return }
        keptPairs = Self.usualPairs
        if let pairs = mapping["pairs"]?.count("shadow.keep.pairs", Self.pairRange) {
            keptPairs = pairs
        }
        if let paths = mapping["redact"] {
            rule.redaction.paths = PathReader.list(paths, "shadow.keep.redact")
            explainRedaction(paths)
        }
        if let headers = mapping["redact_headers"] {
            let more = readHeaders(headers, "shadow.keep.redact_headers")
            let usual = Redaction.usualHeaders
            rule.redaction.headers = usual + more.filter { !usual.contains($0) }
        }
    }

    private func explainRedaction(_ value: YAMLValue) {
        switch mapping["compare"]?.scalarText {
        case "text":
            value.warning(
                "shadow.keep.redact stands beside compare: text",
                "text has no paths, and no body would be shown at all",
                "write compare: json, or remove redact")
        case "bytes":
            value.error(
                "shadow.keep.redact has no effect with compare: bytes",
                "only length and digest of a body are shown", "remove redact")
        default: break
        }
    }

    // MARK: What has no effect

    private func refusePaths(_ mode: ComparisonRule.Mode) {
        if mode == .json || mode == .sse { return }
        let keys = [("ignore", "paths"), ("unordered", "paths"), ("tolerance", "numbers")]
        for (key, what) in keys {
            let with = mapping["compare"] == nil ? "without compare" : "with compare: \(mode)"
            mapping[key]?.error(
                "shadow.\(key) has no effect \(with)",
                "only JSON and streams of events have \(what) to compare",
                "write compare: json or compare: sse, or remove \(key)")
        }
    }

    private func refuseWithoutComparison() {
        for key in ["noise_control", "keep"] {
            mapping[key]?.error(
                "shadow.\(key) has no effect without compare", "no two answers are compared",
                "write compare: json, text, sse or bytes, or remove \(key)")
        }
        mapping["compare_status"]?.warning(
            "shadow.compare_status has no effect without compare", "nothing is compared anyway",
            "remove it, or write compare: json, text, sse or bytes")
    }
}
