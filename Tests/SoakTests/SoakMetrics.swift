// What `/metrics` says, as numbers.

/// The samples of one answer of `/metrics`.
struct SoakMetrics {
    private let samples: [(name: String, labels: String, value: Double)]

    init(_ text: String) {
        samples = text.split(separator: "\n").compactMap { line in
            guard !line.hasPrefix("#"), let space = line.lastIndex(of: " "),
                let value = Double(line[line.index(after: space)...])
            else { return nil }
            let key = line[..<space]
            guard let brace = key.firstIndex(of: "{") else { return (String(key), "", value) }
            return (String(key[..<brace]), String(key[brace...]), value)
        }
    }

    /// The sum of all samples of a name whose labels contain these words; nil if there is none.
    func sum(_ name: String, _ labels: String = "") -> Int? {
        let found = samples.filter { sample in
            sample.name == name && (labels.isEmpty || sample.labels.contains(labels))
        }
        return found.isEmpty ? nil : Int(found.reduce(0) { $0 + $1.value })
    }

    /// The samples of a name that are not 0, for messages.
    func nonzero(_ name: String) -> [String] {
        samples.filter { $0.name == name && $0.value != 0 }
            .map { "\($0.name)\($0.labels) \($0.value)" }
    }
}
