// All metrics at one moment, as values: who exports them only has to write them down.

import Control
import Plan
import Recording

/// Every family of `MetricArea.all` with its samples, in that order.
struct MetricReading {
    /// What a sample tells.
    enum Value: Equatable {
        case whole(Int)
        case real(Double)
        /// Times, all of them since the start.
        case times(LatencyFigures)
    }

    /// One sample: the values of its family's labels, in their order, and what it tells.
    struct Sample {
        let labels: [String]
        let value: Value
    }

    /// A family with its samples; there may be none.
    struct Series {
        let family: MetricFamily
        var samples: [Sample] = []
    }

    private(set) var series: [Series] = []

    /// Reads everything; what is nil has no samples.
    init(
        _ state: GatewayState, webhooks: WebhookCounters? = nil, process: ProcessFigures? = nil,
        dogStatsD: DogStatsDExporter.Counters? = nil
    ) {
        readGateway(state)
        readConnections(state.snapshot.workers)
        readTraces(state.traces)
        readDogStatsD(dogStatsD)
        let versions = Self.versions(of: state)
        readVersions(versions)
        readShares(state.plan)
        readCalls(versions)
        readStreams(versions)
        readShadows(state)
        readRamps(state)
        readWebhooks(webhooks)
        readProcess(process)
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

    // MARK: Samples

    /// Begins a family: the samples that follow are its.
    mutating func begin(_ family: MetricFamily) {
        series.append(Series(family: family))
    }

    /// Adds a sample with the values of the family's labels, in their order.
    mutating func sample(_ value: Int, _ labels: [String] = []) {
        add(.whole(value), labels)
    }

    /// The same for numbers that are not whole.
    mutating func sample(_ value: Double, _ labels: [String] = []) {
        add(.real(value), labels)
    }

    /// The same for times.
    mutating func histogram(_ figures: LatencyFigures, _ labels: [String]) {
        add(.times(figures), labels)
    }

    /// Adds a family that has one sample.
    mutating func single(_ family: MetricFamily, _ value: Int) {
        begin(family)
        sample(value)
    }

    private mutating func add(_ value: Value, _ labels: [String]) {
        series[series.count - 1].samples.append(Sample(labels: labels, value: value))
    }
}
