// One route: what it matches, its versions, and how callers are shared out among them.

/// One route file, compiled.
package struct Route: Sendable, Equatable {
    /// The route's name, unique in the plan: `[a-z0-9]` and `-_.`, at most 63 bytes.
    package let name: String
    /// Which requests belong to this route.
    package let match: RouteMatch
    /// The waits allowed to an exchange on this route.
    package let timeouts: Timeouts
    /// The versions in the order of the file; at most 255, at least one.
    package let versions: [Version]
    /// Where a caller's key is looked for, in this order; empty means drawn for each request.
    package let sticky: [StickySource]
    /// The header (lowercase name) by which a tester asks for a version by name.
    package let overrideHeader: String?
    /// What keys the hash of this route; the route's name unless the file says otherwise.
    package let salt: String
    /// The share wanted for each version, in buckets, in the order of `versions`;
    /// adds up to `BucketTable.bucketCount`.
    package let shares: [Int]
    /// Who owns which bucket now.
    package let buckets: BucketTable
    /// Whether answers carry `x-sluice-version`.
    package let showsVersion: Bool
    /// Whether a client may upgrade its connection to a tunnel (WebSocket).
    package let allowsUpgrade: Bool
    /// Which statuses of gRPC count as errors of a version.
    package let grpcErrors: GRPCStatusSet
    /// The ramp from one version to another; nil if the shares are fixed.
    package let canary: Canary?
    /// Who gets copies of requests; each has a version of its own.
    package let shadows: [Shadow]
    /// The stratum of evidence that requests begun now belong to; 0 unless a ramp says otherwise.
    package let stratum: Int

    /// Makes a route of parts that are already known to fit each other.
    package init(
        name: String, match: RouteMatch, timeouts: Timeouts, versions: [Version],
        sticky: [StickySource], overrideHeader: String?, salt: String, shares: [Int],
        buckets: BucketTable, showsVersion: Bool, allowsUpgrade: Bool,
        grpcErrors: GRPCStatusSet = .serverFaults, canary: Canary? = nil,
        shadows: [Shadow] = [], stratum: Int = 0
    ) {
        self.name = name
        self.match = match
        self.timeouts = timeouts
        self.versions = versions
        self.sticky = sticky
        self.overrideHeader = overrideHeader
        self.salt = salt
        self.shares = shares
        self.buckets = buckets
        self.showsVersion = showsVersion
        self.allowsUpgrade = allowsUpgrade
        self.grpcErrors = grpcErrors
        self.canary = canary
        self.shadows = shadows
        self.stratum = stratum
    }

    /// The same route with another layout of its buckets.
    package func with(buckets: BucketTable) -> Route {
        Route(
            name: name, match: match, timeouts: timeouts, versions: versions, sticky: sticky,
            overrideHeader: overrideHeader, salt: salt, shares: shares, buckets: buckets,
            showsVersion: showsVersion, allowsUpgrade: allowsUpgrade,
            grpcErrors: grpcErrors, canary: canary, shadows: shadows, stratum: stratum)
    }
}

/// A place in a request where a caller's lasting key may stand.
package enum StickySource: Sendable, Equatable {
    /// A header, by its lowercase name.
    case header(String)
    /// A cookie, by its exact name.
    case cookie(String)
}
