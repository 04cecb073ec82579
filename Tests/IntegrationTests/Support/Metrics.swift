// Reads Prometheus' text format and says what in it is not allowed.

import Foundation

/// What `/metrics` answered.
struct Metrics: Sendable {
    /// Every sample by its name with labels, as it stands there.
    private(set) var values: [String: Double] = [:]
    /// The kind of each family.
    private(set) var kinds: [String: String] = [:]
    /// What breaks the format's rules, a line each.
    private(set) var faults: [String] = []
    private var helped: Set<String> = []
    private var closed: Set<String> = []
    private var current = ""

    init(_ text: String) {
        if !text.hasSuffix("\n") { faults.append("the last line does not end") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            read(String(line))
        }
    }

    /// The sum of all samples of a name whose labels contain this text.
    func sum(_ name: String, _ labels: String = "") -> Double {
        values.reduce(0) { sum, sample in
            let isMeant = sample.key == name || sample.key.hasPrefix("\(name){")
            let isWanted = labels.isEmpty || sample.key.contains(labels)
            return isMeant && isWanted ? sum + sample.value : sum
        }
    }

    private mutating func read(_ line: String) {
        if let help = line.wholeMatch(of: /# HELP ([a-z_][a-z0-9_]*) (.+)/) {
            open(String(help.1), line)
            if !helped.insert(current).inserted { faults.append("HELP twice: \(line)") }
        } else if let type = line.wholeMatch(
            of: /# TYPE ([a-z_][a-z0-9_]*) (counter|gauge|histogram)/)
        {
            if type.1 != current { faults.append("TYPE without HELP before it: \(line)") }
            kinds[String(type.1)] = String(type.2)
        } else if let sample = line.wholeMatch(
            of:
                /([a-z_][a-z0-9_]*)(\{(?:[a-z_]+="(?:[^"\\]|\\["\\n])*"(?:,(?!\}))?)*\})? ([-+.eE0-9]+)/
        ) {
            let family = self.family(of: String(sample.1))
            if family != current || kinds[family] == nil {
                faults.append("a sample outside its family: \(line)")
            }
            let key = String(sample.1) + String(sample.2 ?? "")
            let value = Double(sample.3)
            if value == nil { faults.append("no number: \(line)") }
            if values.updateValue(value ?? 0, forKey: key) != nil {
                faults.append("a series twice: \(line)")
            }
        } else {
            faults.append("not understood: \(line)")
        }
    }

    private mutating func open(_ name: String, _ line: String) {
        closed.insert(current)
        if closed.contains(name) { faults.append("a family in two places: \(line)") }
        current = name
    }

    private func family(of name: String) -> String {
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
            let base = String(name.dropLast(suffix.count))
            if kinds[base] == "histogram" { return base }
        }
        return name
    }
}
