// Snapshots of the live stream: the same figures as the API's, and a bounded number of routes.

import Control
import Plan
import Recording
import Testing

@testable import Admin

@Suite struct SnapshotDocumentTests {
    private static func route(_ name: String) -> Route {
        Route(
            name: name,
            match: RouteMatch(host: .any, path: .prefix("/\(name)"), methods: [], headers: []),
            timeouts: Timeouts(),
            versions: ["v1", "v2"].map { Version(name: $0, endpoints: []) }, sticky: [],
            overrideHeader: nil, salt: name, shares: [75_000, 25_000],
            buckets: BucketTable(ranges: [.init(start: 0, version: 0)]), showsVersion: false,
            allowsUpgrade: false)
    }

    private static func overview(
        _ routes: [Route], _ figures: [VersionKey: VersionFigures]
    ) -> GatewayOverview {
        let good = ReloadResult(isSuccessful: true, second: 5, problems: [])
        let state = GatewayState(
            plan: Plan(
                revision: 3, gateway: GatewaySettings(), limits: Plan.Limits(), routes: routes),
            reload: good, certificates: good, isDraining: false, startSecond: 1,
            snapshot: Snapshot(versions: [:], workers: WorkerFigures()), certificateEnds: [:])
        return GatewayOverview(state: state, figures: figures, windowSeconds: 8, ramps: [:])
    }

    private static func figures(_ count: Int, failed: Int) -> VersionFigures {
        let registry = RecorderRegistry(workers: 1)
        let recorder = registry.version(worker: 0, route: "r", version: "v1")
        for number in 0..<count {
            recorder.began()
            recorder.finished(
                Outcome(
                    status: number < failed ? 500 : 200, kind: .answered,
                    firstByteMicroseconds: 1_000, totalMicroseconds: 1_000 * (number + 1),
                    receivedBytes: 1, sentBytes: 1, isOverride: false, retries: 0))
        }
        return registry.snapshot().versions.values.first ?? VersionFigures()
    }

    @Test func figuresAreThoseOfTheComparison() throws {
        let route = Self.route("r")
        let figures = [
            VersionKey(route: "r", version: "v1"): Self.figures(60, failed: 3),
            VersionKey(route: "r", version: "v2"): Self.figures(20, failed: 0),
        ]
        let overview = Self.overview([route], figures)
        let snapshot = SnapshotDocument(overview, routes: [route], atMilliseconds: 77)
        let comparison = ComparisonDocument(route, figures, windowSeconds: 8)
        #expect(snapshot.atMs == 77)
        #expect(snapshot.requestsPerSecond == 10)
        let shown = try #require(snapshot.routes.first)
        for (version, compared) in zip(shown.versions, comparison.versions) {
            #expect(version.version == compared.version)
            #expect(version.shareWanted == compared.shareWanted)
            #expect(version.shareAchieved == compared.shareAchieved)
            #expect(version.requests == compared.requests)
            #expect(version.errorRate == compared.errorRate?.value)
            #expect(version.p50Ms == compared.latencyMs["p50"]?.value)
            #expect(version.p99Ms == compared.latencyMs["p99"]?.value)
        }
        #expect(shown.versions.map(\.errors) == [3, 0])
        #expect(shown.versions.map(\.requestsPerSecond) == [7.5, 2.5])
    }

    @Test func ofVeryManyRoutesTheBusiestAreShownInTheirOrder() {
        let most = StreamRoutes.mostRoutes
        let routes = (0..<(most + 10)).map { Self.route("r\($0)") }
        let busy = ["r3", "r\(most + 9)"]
        let figures = Dictionary(
            uniqueKeysWithValues: busy.map {
                (VersionKey(route: $0, version: "v1"), Self.figures(5, failed: 0))
            })
        let shown = StreamRoutes.shown(Self.overview(routes, figures)).map(\.name)
        #expect(shown.count == most)
        for name in busy { #expect(shown.contains(name)) }
        #expect(shown.first == "r0" || shown.first == "r3")
        let places = shown.compactMap { name in routes.firstIndex { $0.name == name } }
        #expect(places == places.sorted())
    }

    @Test func theDistributionHoldsEveryRequestOnce() throws {
        let route = Self.route("r")
        let key = VersionKey(route: "r", version: "v1")
        let comparison = ComparisonDocument(
            route, [key: Self.figures(300, failed: 0)], windowSeconds: 8)
        let buckets = try #require(comparison.versions.first).latencyDistribution
        #expect(buckets.reduce(0) { $0 + $1.count } == 300)
        for (bucket, next) in zip(buckets, buckets.dropFirst()) {
            #expect(bucket.fromMs < bucket.toMs)
            #expect(bucket.toMs <= next.fromMs)
        }
        // Each is an eighth of a doubling wide: fine enough for a shape.
        for bucket in buckets where bucket.fromMs > 0.2 {
            #expect(bucket.toMs / bucket.fromMs < 1.13)
        }
    }
}
