// Metrics as lines of DogStatsD: what was counted since the last time, and how things stand.

import Plan
import Recording

/// Writes lines, `NAME:VALUE|TYPE|@RATE|#TAG:VALUE,…` (Datadog's "Datagram Format"), and remembers
/// what they have told.
struct DogStatsDLines {
    /// A line says at most how many times the same was measured: receivers cut the reciprocal of
    /// a rate down to a whole number, and a smaller rate would be written with an exponent.
    static let mostRepeats = 1_000
    /// Longer tags are cut by Datadog.
    static let mostTagBytes = 200

    private struct Key: Hashable {
        let family: String
        let labels: [String]
    }

    private let prefix: String
    private let tags: String
    private var told: [Key: MetricReading.Value] = [:]

    init(_ settings: DogStatsDSettings) {
        prefix = settings.prefix + "."
        tags = settings.tags.map { ",\($0.name):\($0.value)" }.joined()
    }

    /// Takes down what an earlier process has counted and told.
    mutating func begin(_ reading: MetricReading) {
        for series in reading.series where series.family.outlivesRestart {
            for sample in series.samples {
                told[Key(family: series.family.name, labels: sample.labels)] = sample.value
            }
        }
    }

    /// The lines of a reading: of counters and times what has come since the last reading, of
    /// gauges all.
    mutating func next(_ reading: MetricReading) -> [String] {
        var lines: [String] = []
        var now: [Key: MetricReading.Value] = [:]
        for series in reading.series {
            let name = name(series.family)
            let isCounting = series.family.kind != .gauge
            for sample in series.samples {
                let key = Key(family: series.family.name, labels: sample.labels)
                if isCounting { now[key] = sample.value }
                let suffix = suffix(series.family, sample.labels)
                lines += Self.values(sample.value, since: told[key], isCounting).map {
                    "\(name):\($0)\(suffix)"
                }
            }
        }
        told = now
        return lines
    }

    /// `sluice_requests_total` as `sluice.requests_total`; others have the prefix before them.
    private func name(_ family: MetricFamily) -> String {
        let own = "sluice_"
        let name = family.name
        return prefix + (name.hasPrefix(own) ? String(name.dropFirst(own.count)) : name)
    }

    private func suffix(_ family: MetricFamily, _ labels: [String]) -> String {
        let own = zip(family.labels, labels).filter { !$1.isEmpty }.map { label, value in
            ",\(label.name):\(Self.tagValue(value, besides: label.name.utf8.count + 1))"
        }
        let all = own.joined() + tags
        return all.isEmpty ? "" : "|#" + all.dropFirst()
    }

    /// Text from outside, without what would end the tag or the line.
    private static func tagValue(_ value: String, besides taken: Int) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            let isBreaking =
                scalar == "," || scalar == "|" || scalar.properties.generalCategory == .control
                || scalar == "\u{2028}" || scalar == "\u{2029}"
            let next = isBreaking ? "_" : String(scalar)
            if text.utf8.count + next.utf8.count > mostTagBytes - taken { break }
            text += next
        }
        return text
    }

    // MARK: Values

    /// `VALUE|TYPE` or `VALUE|TYPE|@RATE`, as often as it takes.
    private static func values(
        _ value: MetricReading.Value, since earlier: MetricReading.Value?, _ isCounting: Bool
    ) -> [String] {
        switch (value, earlier) {
        case (.whole(let value), _) where !isCounting: return ["\(value)|g"]
        case (.real(let value), _) where !isCounting:
            return decimal(value).map { ["\($0)|g"] } ?? []
        case (.whole(let value), let earlier):
            // A count that has shrunk began anew.
            var before = 0
            if case .whole(let told) = earlier, told <= value { before = told }
            return value > before ? ["\(value - before)|c"] : []
        case (.real(let value), let earlier):
            var before = 0.0
            if case .real(let told) = earlier, told <= value { before = told }
            return value > before ? decimal(value - before).map { ["\($0)|c"] } ?? [] : []
        case (.times(let figures), let earlier):
            var before = LatencyFigures.none
            if case .times(let told) = earlier, told.count <= figures.count { before = told }
            return times(figures.since(before))
        }
    }

    /// Each bucket as its middle, measured as often as it says.
    private static func times(_ figures: LatencyFigures) -> [String] {
        figures.buckets.flatMap { bucket in
            let middle = decimal(LatencyBuckets.middle(of: bucket.index) / 1_000_000) ?? "0"
            let (whole, rest) = bucket.count.quotientAndRemainder(dividingBy: mostRepeats)
            let counts = Array(repeating: mostRepeats, count: whole) + (rest > 0 ? [rest] : [])
            return counts.map { "\(middle)|d" + ($0 == 1 ? "" : "|@\(rate($0))") }
        }
    }

    /// The largest rate whose reciprocal is not below the count: it is cut down, not rounded.
    static func rate(_ count: Int) -> Double {
        var rate = 1 / Double(count)
        while 1 / rate < Double(count) { rate = rate.nextDown }
        return rate
    }

    /// A number to the millionth, without an exponent; nil for what is none.
    static func decimal(_ value: Double) -> String? {
        guard let millionths = Int(exactly: (abs(value) * 1_000_000).rounded()) else { return nil }
        let (whole, rest) = millionths.quotientAndRemainder(dividingBy: 1_000_000)
        var digits = String(String(1_000_000 + rest).dropFirst())
        while digits.hasSuffix("0") { digits.removeLast() }
        let sign = value < 0 && millionths > 0 ? "-" : ""
        return digits.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(digits)"
    }
}

extension DogStatsDLines {
    /// Lines put together into datagrams of at most so many bytes, a line end between two.
    static func datagrams(_ lines: [String], atMost bytes: Int) -> [[UInt8]] {
        var datagrams: [[UInt8]] = []
        var current: [UInt8] = []
        for line in lines {
            if !current.isEmpty && current.count + 1 + line.utf8.count > bytes {
                datagrams.append(current)
                current.removeAll(keepingCapacity: true)
            }
            if !current.isEmpty { current.append(0x0A) }
            current += line.utf8
        }
        if !current.isEmpty { datagrams.append(current) }
        return datagrams
    }
}
