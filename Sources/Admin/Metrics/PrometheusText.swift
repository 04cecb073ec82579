// The figures in Prometheus' text format, version 0.0.4.

import Recording

/// Builds the answer of `/metrics`, a family after the other as the reading has them.
struct PrometheusText {
    /// Upper bounds of the histograms' buckets, in microseconds: the same for all, so that
    /// histograms of versions and gateways can be added up.
    static let bounds = [
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000, 300_000_000,
    ]

    private var text = ""

    /// The whole answer.
    static func make(_ reading: MetricReading) -> String {
        var writer = PrometheusText()
        for series in reading.series { writer.write(series) }
        return writer.text
    }

    private mutating func write(_ series: MetricReading.Series) {
        let family = series.family
        text += "# HELP \(family.name) \(family.help)\n"
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
        for sample in series.samples {
            let labels = Array(zip(family.labels.map(\.name), sample.labels))
            switch sample.value {
            case .whole(let value): line(family.name, labels, "\(value)")
            case .real(let value): line(family.name, labels, "\(value)")
            case .times(let figures): write(figures, family.name, labels)
            }
        }
    }

    private mutating func write(
        _ figures: LatencyFigures, _ name: String, _ labels: [(String, String)]
    ) {
        for bound in Self.bounds {
            let label = [("le", Self.seconds(bound))]
            line(name + "_bucket", labels + label, "\(figures.count(below: bound))")
        }
        line(name + "_bucket", labels + [("le", "+Inf")], "\(figures.count)")
        line(name + "_sum", labels, Self.seconds(figures.sumMicroseconds))
        line(name + "_count", labels, "\(figures.count)")
    }

    /// Microseconds as seconds.
    static func seconds(_ microseconds: Int) -> String { "\(Double(microseconds) / 1_000_000)" }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: String) {
        let shown = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        text += shown.isEmpty ? "\(name) \(value)\n" : "\(name){\(shown)} \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
    }
}
