// A data plane with its certificate, in this process, on a port that the system chose.

import DataPlane
import Foundation
import Plan
import Recording
import Splitting
import TLS

/// A running data plane.
struct GatewayUnderTest {
    let dataPlane: DataPlane
    let recorders: RecorderRegistry
    let folder: String
    var certificate: String { "\(folder)/cert.pem" }
    var port: Int { dataPlane.listen.port }

    /// Starts with one route for everything, whose versions have these upstreams' ports.
    static func start(
        _ versions: KeyValuePairs<String, [Int]>, shares: [Int]? = nil, workers: Int = 1,
        pairs: PairCollector? = nil, traces: TraceSink? = nil,
        limits: (inout Plan.Limits) -> Void = { _ in },
        route change: (inout RouteParts) -> Void = { _ in }
    ) async throws -> GatewayUnderTest {
        var limitsUsed = Plan.Limits()
        // However slow the machine: threads of shadows yield to whatever else runs on it.
        limitsUsed.shadowLateMilliseconds = 60_000
        limitsUsed.shadowDelayPercent = 1_000_000
        limits(&limitsUsed)
        var parts = RouteParts()
        parts.versions = versions.map { name, ports in
            Version(
                name: name,
                endpoints: ports.map { Endpoint(host: "127.0.0.1", port: $0, security: nil) })
        }
        parts.shares = shares
        change(&parts)
        return try await start(
            routes: [parts.route], limits: limitsUsed, workers: workers, pairs: pairs,
            traces: traces)
    }

    static func start(
        routes: [Route], limits: Plan.Limits = Plan.Limits(), workers: Int = 1,
        pairs: PairCollector? = nil, traces: TraceSink? = nil,
        settings change: (inout GatewaySettings) -> Void = { _ in }
    ) async throws -> GatewayUnderTest {
        var settings = GatewaySettings()
        settings.listen = ListenAddress(host: "127.0.0.1", port: 0)
        change(&settings)
        let pair = try DevelopmentCertificate.make(
            names: ["localhost", "127.0.0.1", "*.example.com"], days: 2)
        let folder = "\(NSTemporaryDirectory())/sluice-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        try Data(pair.certificatePEM).write(to: URL(fileURLWithPath: "\(folder)/cert.pem"))
        let recorders = RecorderRegistry(workers: workers)
        let plan = Plan(revision: 1, gateway: settings, limits: limits, routes: routes)
        let certificate = try ServerCertificate(
            chainPEM: pair.certificatePEM, keyPEM: pair.keyPEM, label: "test")
        var start = DataPlane.Start(
            plan: plan, certificates: [certificate], ticketKeys: .random(), addresses: [:],
            recorders: recorders, accessLog: nil, pairs: pairs)
        start.traces = traces
        let dataPlane = try await DataPlane.start(start, workers: workers)
        return GatewayUnderTest(dataPlane: dataPlane, recorders: recorders, folder: folder)
    }

    func connect(serverName: String? = "localhost", autoRead: Bool = true) async throws -> RawClient
    {
        try await RawClient.connect(
            port: port, certificate: certificate, serverName: serverName, autoRead: autoRead)
    }

    /// One request on a connection of its own.
    func ask(_ text: String) async throws -> RawResponse {
        var client = try await connect()
        try await client.send(text)
        let response = try await client.response()
        await client.close()
        return response
    }

    func figures(_ version: String, route: String = "test") -> VersionFigures {
        recorders.snapshot().versions[VersionKey(route: route, version: version)]
            ?? VersionFigures()
    }

    /// Ends it; whatever a test left open is cut.
    func stop() async {
        var limits = Plan.Limits()
        limits.drainMilliseconds = 0
        limits.killMilliseconds = 0
        await dataPlane.drain(limits)
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// The parts of a route, with defaults that match everything.
struct RouteParts {
    var name = "test"
    var match = RouteMatch(host: .any, path: .prefix(""), methods: [], headers: [])
    var timeouts = Timeouts()
    var versions: [Version] = []
    var sticky: [StickySource] = []
    var overrideHeader: String?
    var shares: [Int]?
    var allowsUpgrade = false
    var showsVersion = true
    var shadows: [Shadow] = []

    var route: Route {
        let all = BucketTable.bucketCount
        let shares = self.shares ?? [all] + Array(repeating: 0, count: versions.count - 1)
        let names = versions.map(\.name)
        let ownership = BucketOwnership.canonical(
            Dictionary(uniqueKeysWithValues: zip(names, shares)))
        return Route(
            name: name, match: match, timeouts: timeouts, versions: versions, sticky: sticky,
            overrideHeader: overrideHeader, salt: name, shares: shares,
            buckets: ownership.table(versions: names), showsVersion: showsVersion,
            allowsUpgrade: allowsUpgrade, shadows: shadows)
    }
}
