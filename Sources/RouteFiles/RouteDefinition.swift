// What a route file says, before it is known who owns which bucket.

package import Plan
package import Splitting

/// One route file, read and checked.
package struct RouteDefinition: Sendable, Equatable {
    /// The route's name.
    package let name: String
    /// The file that it came from.
    package let file: String
    /// The line and column of the route's name, for problems between files.
    let place: (line: Int, column: Int)
    let match: RouteMatch
    let timeouts: Timeouts
    /// The versions, in the order of the file.
    package let versions: [Version]
    let sticky: [StickySource]
    let overrideHeader: String?
    let salt: String
    /// In the order of `versions`; of a ramp before its first step, all on the stable version.
    let shares: [Int]
    /// The ramp from one version to another; nil if the shares are fixed.
    package let canary: Canary?
    /// The line and column of the ramp.
    let canaryPlace: (line: Int, column: Int)?
    let showsVersion: Bool
    let allowsUpgrade: Bool
    /// Which statuses of gRPC count as errors of a version.
    package let grpcErrors: GRPCStatusSet
    /// Who gets copies of requests.
    package var shadows: [Shadow] = []

    /// What gives the candidate of the ramp copies of requests; nil if nothing does.
    package var candidateShadow: Shadow? {
        canary.flatMap { canary in shadows.first { $0.version == canary.candidate } }
    }

    /// The wanted shares in buckets, by the versions' names.
    package var sharesByName: [String: Int] {
        Dictionary(uniqueKeysWithValues: zip(versions.map(\.name), shares))
    }

    /// The wanted shares once the candidate of the ramp has so many buckets (0 … 100,000) and the
    /// stable version the rest; without a ramp, those of the file.
    package func sharesByName(candidateShare: Int) -> [String: Int] {
        var shares = sharesByName
        guard let canary else { return shares }
        shares[versions[canary.stable].name] = BucketTable.bucketCount - candidateShare
        shares[versions[canary.candidate].name] = candidateShare
        return shares
    }

    /// The compiled route, with its buckets owned like this: an ownership of these very shares,
    /// in the order of `versions`, or of the file's own. The stratum is that of its evidence.
    package func route(
        ownership: BucketOwnership, shares: [Int]? = nil, stratum: Int = 0
    ) -> Route {
        Route(
            name: name, match: match, timeouts: timeouts, versions: versions, sticky: sticky,
            overrideHeader: overrideHeader, salt: salt, shares: shares ?? self.shares,
            buckets: ownership.table(versions: versions.map(\.name)), showsVersion: showsVersion,
            allowsUpgrade: allowsUpgrade, grpcErrors: grpcErrors, canary: canary, shadows: shadows,
            stratum: stratum)
    }

    /// Whether two files say the same, wherever they stand.
    package static func == (left: RouteDefinition, right: RouteDefinition) -> Bool {
        left.route(ownership: .canonical(left.sharesByName))
            == right.route(ownership: .canonical(right.sharesByName))
    }
}

extension RouteDefinition {
    /// A warning about the route's ramp.
    package func rampWarning(_ what: String, _ why: String, _ mend: String) -> Diagnostic {
        let place = canaryPlace ?? self.place
        return Diagnostic(
            file: file, line: place.line, column: place.column, severity: .warning, what, why, mend)
    }

    /// The name that a certificate for this route's host must hold; nil if it takes any host.
    package var certificateName: String? {
        switch match.host {
        case .any: nil
        case .exact(let name): name
        case .wildcard(let suffix): "*.\(suffix)"
        }
    }
}
