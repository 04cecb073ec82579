// A route's configuration as JSON: what operators see, and what `sluice diff` compares.

package import Plan

/// One route as `/api/v1/routes` shows it.
package struct RouteDocument: Codable, Sendable, Equatable {
    /// One version of it.
    package struct VersionDocument: Codable, Sendable, Equatable {
        /// The version's name.
        package let version: String
        /// The wanted share in percent.
        package let share: Double
        /// The endpoints' URLs.
        package let endpoints: [String]
        /// How https endpoints are verified; nil without any.
        package let trust: String?
        /// What is spoken with the endpoints: `http1`, `http2` or `auto`.
        package let `protocol`: String
    }

    /// The route's name.
    package let route: String
    /// The host, a wildcard, or `*` for any.
    package let host: String
    /// The path, or a prefix ending in `/**`.
    package let path: String
    /// The methods; empty for all.
    package let methods: [String]
    /// The conditions on headers, as `name: value` or `name: /expression/`.
    package let headers: [String]
    /// Where callers' keys are looked for, as `header NAME` or `cookie NAME`.
    package let sticky: [String]
    /// The header by which testers ask for a version.
    package let overrideHeader: String?
    /// What keys the hash.
    package let salt: String
    /// The timeouts, in milliseconds.
    package let timeoutMs: [String: Int]
    /// Whether answers carry `x-sluice-version`.
    package let versionHeader: Bool
    /// Whether WebSocket is let through.
    package let upgrade: Bool
    /// The statuses of gRPC that count as errors of a version.
    package let grpcErrors: [String]
    /// The versions in the order of the file.
    package let versions: [VersionDocument]
    /// The ramp's terms; nil if the shares are fixed. The shares above are then the ramp's.
    package let canary: CanaryDocument?
    /// Who gets copies of requests.
    package let shadows: [ShadowTermsDocument]

    /// Describes a route.
    package init(_ route: Route) {
        self.route = route.name
        switch route.match.host {
        case .any: host = "*"
        case .exact(let name): host = name
        case .wildcard(let suffix): host = "*.\(suffix)"
        }
        switch route.match.path {
        case .exact(let path): self.path = path
        case .prefix(let prefix): path = "\(prefix)/**"
        }
        methods = route.match.methods
        headers = route.match.headers.map(Self.words)
        sticky = route.sticky.map { source in
            switch source {
            case .header(let name): "header \(name)"
            case .cookie(let name): "cookie \(name)"
            }
        }
        overrideHeader = route.overrideHeader
        salt = route.salt
        timeoutMs = [
            "connect": route.timeouts.connectMilliseconds,
            "first_byte": route.timeouts.firstByteMilliseconds,
            "idle": route.timeouts.idleMilliseconds, "total": route.timeouts.totalMilliseconds,
        ]
        versionHeader = route.showsVersion
        upgrade = route.allowsUpgrade
        grpcErrors = route.grpcErrors.statuses.map(\.name)
        versions = zip(route.versions, route.shares).map { version, share in
            VersionDocument(
                version: version.name,
                share: Double(share) * 100 / Double(BucketTable.bucketCount),
                endpoints: version.endpoints.map(\.url),
                trust: version.endpoints.compactMap(\.security?.trust).first.map(Self.words),
                protocol: (version.endpoints.first?.wire ?? .http1).rawValue)
        }
        canary = CanaryDocument(route)
        shadows = route.shadows.map { ShadowTermsDocument($0, route) }
    }

    /// A condition as `name: value` or `name: /expression/`.
    static func words(_ condition: HeaderCondition) -> String {
        switch condition.value {
        case .exact(let value): "\(condition.name): \(value)"
        case .regex(let pattern): "\(condition.name): /\(pattern)/"
        }
    }

    private static func words(_ trust: EndpointSecurity.Trust) -> String {
        switch trust {
        case .system: "system"
        case .file(let path): path
        case .anybody: "anybody"
        }
    }
}
