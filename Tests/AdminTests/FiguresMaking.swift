// Makes figures of versions as workers count them.

import Plan
import Recording

/// A registry of one worker, fed with outcomes of the route `r`.
struct FiguresMaking {
    let registry = RecorderRegistry(workers: 1)

    func recorder(_ version: String = "v1") -> VersionRecorder {
        registry.version(worker: 0, route: "r", version: version)
    }

    func count(_ outcome: Outcome, of version: String = "v1") {
        recorder(version).began()
        recorder(version).finished(outcome)
    }

    var versions: [VersionKey: VersionFigures] { registry.snapshot().versions }

    func figures(_ version: String = "v1") -> VersionFigures {
        versions[VersionKey(route: "r", version: version)] ?? VersionFigures()
    }

    static func outcome(
        _ status: Int = 200, _ kind: OutcomeKind = .answered, firstByte: Int = 4_000,
        total: Int = 9_000, grpc: GRPCOutcome? = nil, stream: StreamOutcome? = nil
    ) -> Outcome {
        Outcome(
            status: status, kind: kind, firstByteMicroseconds: firstByte,
            totalMicroseconds: total, receivedBytes: 10, sentBytes: 4_000, isOverride: false,
            retries: 0, grpc: grpc, stream: stream)
    }

    /// Six calls: three good ones, two errors by their status, one by HTTP.
    func countCalls(of version: String = "v1") {
        for _ in 0..<3 {
            count(Self.outcome(grpc: GRPCOutcome(status: 0, isError: false)), of: version)
        }
        for status in [14, 13] {
            count(Self.outcome(grpc: GRPCOutcome(status: status, isError: true)), of: version)
        }
        count(Self.outcome(503, grpc: GRPCOutcome(status: 14, isError: true)), of: version)
    }

    /// Ten streams of two seconds with 40 events each: seven whole, two broken, one left by its
    /// client; and three events of one that is under way.
    func countStreams(of version: String = "v1") {
        let ends: [OutcomeKind] =
            [OutcomeKind](repeating: .answered, count: 7) + [.reset, .timeout, .clientGone]
        for (index, kind) in ends.enumerated() {
            for _ in 0..<40 { recorder(version).streamed(gapMicroseconds: 50_000) }
            count(
                Self.outcome(
                    200, kind, total: 2_000_000,
                    stream: StreamOutcome(events: 40, drawnGapMicroseconds: 20_000 + index)),
                of: version)
        }
        recorder(version).began()
        for gap in [-1, 1_000, 1_000] { recorder(version).streamed(gapMicroseconds: gap) }
    }

    /// The route `r` with two versions.
    static let route = Route(
        name: "r", match: RouteMatch(host: .any, path: .prefix(""), methods: [], headers: []),
        timeouts: Timeouts(),
        versions: ["v1", "v2"].map {
            Version(
                name: $0, endpoints: [Endpoint(host: "127.0.0.1", port: 1, security: nil)])
        },
        sticky: [], overrideHeader: nil, salt: "r", shares: [75_000, 25_000],
        buckets: BucketTable(ranges: [.init(start: 0, version: 0)]), showsVersion: true,
        allowsUpgrade: false)
}
