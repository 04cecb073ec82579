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
    let versions: [Version]
    let sticky: [StickySource]
    let overrideHeader: String?
    let salt: String
    let shares: [Int]
    let showsVersion: Bool
    let allowsUpgrade: Bool

    /// The wanted shares in buckets, by the versions' names.
    package var sharesByName: [String: Int] {
        Dictionary(uniqueKeysWithValues: zip(versions.map(\.name), shares))
    }

    /// The compiled route, with its buckets owned like this: an ownership of these very shares.
    package func route(ownership: BucketOwnership) -> Route {
        Route(
            name: name, match: match, timeouts: timeouts, versions: versions, sticky: sticky,
            overrideHeader: overrideHeader, salt: salt, shares: shares,
            buckets: ownership.table(versions: versions.map(\.name)), showsVersion: showsVersion,
            allowsUpgrade: allowsUpgrade)
    }

    /// Whether two files say the same, wherever they stand.
    package static func == (left: RouteDefinition, right: RouteDefinition) -> Bool {
        left.route(ownership: .canonical(left.sharesByName))
            == right.route(ownership: .canonical(right.sharesByName))
    }
}

extension RouteDefinition {
    /// The name that a certificate for this route's host must hold; nil if it takes any host.
    package var certificateName: String? {
        switch match.host {
        case .any: nil
        case .exact(let name): name
        case .wildcard(let suffix): "*.\(suffix)"
        }
    }
}
