// What a snapshot of the live stream tells: the gateway, its routes and their last seconds.

package import Control
package import Plan
import Recording

/// The data of a `snapshot` event.
package struct SnapshotDocument: Codable, Sendable {
    /// A quantile or a rate as it is shown beside others: without its interval.
    package struct VersionDocument: Codable, Sendable {
        package let version: String
        /// In percent.
        package let shareWanted: Double
        /// In percent of the route's requests; nil without any.
        package let shareAchieved: Double?
        /// Ended requests in the window, overrides left out.
        package let requests: Int
        package let requestsPerSecond: Double
        /// Requests that failed by the version's fault.
        package let errors: Int
        /// 0 … 1 of the requests that count; nil without any.
        package let errorRate: Double?
        /// To the last byte of whole answers; nil without any.
        package let p50Ms: Double?
        package let p99Ms: Double?
        package let inFlight: Int
    }

    /// One route.
    package struct RouteSnapshot: Codable, Sendable {
        package let route: String
        package let host: String
        package let path: String
        package let methods: [String]
        package let versions: [VersionDocument]
        /// Nil if the route has no ramp. Its guards have figures in snapshots of one route, and of
        /// few ramps.
        package let ramp: RampDocument?
        /// Nil if the route has none.
        package let shadows: [ShadowGlanceDocument]?
    }

    private static let mostAlerts = 100

    /// The time of day in milliseconds since 1970.
    package let atMs: Int
    package let revision: UInt64
    /// When the gateway started, in seconds since 1970.
    package let startSecond: Int
    package let draining: Bool
    package let journalProblem: String?
    package let config: GatewayDocument.LoadDocument
    package let certificates: GatewayDocument.LoadDocument
    /// Built-in alerts that are pending or fire: the first of them in the order of their names.
    package let alerts: [AlertDocument]
    /// Connections of clients that are open.
    package let connections: Int
    /// What the figures below are of.
    package let windowSeconds: Int
    /// Ended requests a second, of all routes.
    package let requestsPerSecond: Double
    /// How many routes there are, of which `routes` may be some.
    package let routesTotal: Int
    package let routes: [RouteSnapshot]

    /// Describes these routes of the gateway.
    package init(_ overview: GatewayOverview, routes shown: [Route], atMilliseconds: Int) {
        let state = overview.state
        atMs = atMilliseconds
        revision = state.plan.revision
        startSecond = state.startSecond
        draining = state.isDraining
        journalProblem = state.journalProblem
        config = GatewayDocument.LoadDocument(state.reload)
        certificates = GatewayDocument.LoadDocument(state.certificates)
        alerts = state.alerts.prefix(Self.mostAlerts).map(AlertDocument.init)
        connections = state.snapshot.workers.openConnections
        windowSeconds = overview.windowSeconds
        let requests = overview.figures.served.values.reduce(0) { $0 + $1.requests }
        requestsPerSecond = Double(requests) / Double(overview.windowSeconds)
        routesTotal = state.plan.routes.count
        routes = shown.map { Self.snapshot(of: $0, overview) }
    }

    private static func snapshot(of route: Route, _ overview: GatewayOverview) -> RouteSnapshot {
        let place = RouteDocument(route)
        // The same document as the API's, so that both always show the same figures.
        let comparison = ComparisonDocument(
            route, overview.figures, windowSeconds: overview.windowSeconds)
        return RouteSnapshot(
            route: route.name, host: place.host, path: place.path, methods: place.methods,
            versions: comparison.versions.map { version in
                VersionDocument(
                    version: version.version, shareWanted: version.shareWanted,
                    shareAchieved: version.shareAchieved, requests: version.requests,
                    requestsPerSecond: Double(version.requests) / Double(overview.windowSeconds),
                    errors: version.errors.values.reduce(0, +), errorRate: version.errorRate?.value,
                    p50Ms: version.latencyMs["p50"]?.value, p99Ms: version.latencyMs["p99"]?.value,
                    inFlight: version.inFlight)
            }, ramp: overview.ramps[route.name].map { RampDocument($0.view).withoutEvidence },
            shadows: ShadowSummaryDocument.all(of: route, overview.state.shadows)?
                .map(ShadowGlanceDocument.init))
    }
}
