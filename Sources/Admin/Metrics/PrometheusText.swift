// The figures in Prometheus' text format, version 0.0.4.

import Control
import Plan
import Recording

/// Builds the answer of `/metrics`, a family after the other as `MetricArea` has them.
struct PrometheusText {
    /// Upper bounds of the histograms' buckets, in microseconds: the same for all, so that
    /// histograms of versions and gateways can be added up.
    static let bounds = [
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
        2_500_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000, 300_000_000,
    ]

    private var text = ""
    /// The family whose samples are being written.
    private var family: MetricFamily = .buildInfo

    /// The whole answer; what is nil has no samples.
    static func make(
        _ state: GatewayState, webhooks: WebhookCounters? = nil, process: ProcessFigures? = nil
    ) -> String {
        var writer = PrometheusText()
        writer.writeGateway(state)
        writer.writeConnections(state.snapshot.workers)
        writer.writeTraces(state.traces)
        let versions = versions(of: state)
        writer.writeVersions(versions)
        writer.writeShares(state.plan)
        writer.writeCalls(versions)
        writer.writeStreams(versions)
        writer.writeShadows(state)
        writer.writeRamps(state)
        writer.writeWebhooks(webhooks)
        writer.writeProcess(process)
        return writer.text
    }

    /// The versions that have figures, and those beside them or on a ramp, of which nothing was
    /// counted yet. A counter that is first seen at 5 hides how it came there; the versions of
    /// routes that nobody asks for would only make the answer long.
    private static func versions(
        of state: GatewayState
    ) -> [(key: VersionKey, value: VersionFigures)] {
        var shown = state.snapshot.versions.served
        let routes = Set(shown.keys.map(\.route)).union(state.ramps.keys)
        for route in state.plan.routes where routes.contains(route.name) {
            for version in route.versions {
                let key = VersionKey(route: route.name, version: version.name)
                shown[key] = shown[key] ?? VersionFigures()
            }
        }
        return shown.sorted { $0.key < $1.key }
    }

    // MARK: Lines

    /// Begins a family: the samples that follow are its.
    mutating func begin(_ family: MetricFamily) {
        self.family = family
        text += "# HELP \(family.name) \(family.help)\n"
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
    }

    /// Writes a sample with the values of the family's labels, in their order.
    mutating func sample(_ value: Int, _ values: [String] = []) {
        line(family.name, labels(values), "\(value)")
    }

    /// The same for numbers that are not whole.
    mutating func sample(_ value: Double, _ values: [String] = []) {
        line(family.name, labels(values), "\(value)")
    }

    /// Writes a family that has one sample.
    mutating func single(_ family: MetricFamily, _ value: Int) {
        begin(family)
        sample(value)
    }

    /// Writes a histogram with the values of the family's labels.
    mutating func histogram(_ figures: LatencyFigures, _ values: [String]) {
        let own = labels(values)
        for bound in Self.bounds {
            let label = [("le", Self.seconds(bound))]
            line(family.name + "_bucket", own + label, "\(figures.count(below: bound))")
        }
        line(family.name + "_bucket", own + [("le", "+Inf")], "\(figures.count)")
        line(family.name + "_sum", own, Self.seconds(figures.sumMicroseconds))
        line(family.name + "_count", own, "\(figures.count)")
    }

    /// Microseconds as seconds.
    static func seconds(_ microseconds: Int) -> String { "\(Double(microseconds) / 1_000_000)" }

    private func labels(_ values: [String]) -> [(String, String)] {
        Array(zip(family.labels.map(\.name), values))
    }

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
