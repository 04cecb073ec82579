// Carries the ownership of buckets from one set of routes to the next: pure.

package import RouteFiles
package import Splitting

/// Who owns which bucket, of every route that has ever been served from this state directory.
package struct OwnershipKeeper: Sendable {
    /// What is known, by the routes' names; routes that are gone are kept, for they may come back.
    package private(set) var ownerships: [String: BucketOwnership]

    /// Begins with what the journal holds.
    package init(_ ownerships: [String: BucketOwnership]) {
        self.ownerships = ownerships
    }

    /// The ownerships that differ once these routes are served, to be kept before they are;
    /// `candidateShares` are those of ramps, in buckets by the routes' names.
    package func changes(
        for routes: [RouteDefinition], candidateShares: [String: Int] = [:]
    ) -> [String: BucketOwnership] {
        var changes: [String: BucketOwnership] = [:]
        for route in routes {
            let wanted = route.sharesByName(candidateShare: candidateShares[route.name] ?? 0)
                .filter { $0.value > 0 }
            if let known = ownerships[route.name] {
                if known.shares != wanted { changes[route.name] = known.changed(to: wanted) }
            } else {
                changes[route.name] = .canonical(wanted)
            }
        }
        return changes
    }

    /// Takes changes over.
    package mutating func apply(_ changes: [String: BucketOwnership]) {
        ownerships.merge(changes) { $1 }
    }

    /// The ownership of one route with these shares, in buckets adding up to 100,000.
    package func changed(_ route: String, to shares: [String: Int]) -> BucketOwnership {
        let wanted = shares.filter { $0.value > 0 }
        return ownerships[route]?.changed(to: wanted) ?? .canonical(wanted)
    }

    /// The ownership of a route whose changes have been applied.
    package func ownership(of route: RouteDefinition) -> BucketOwnership {
        ownerships[route.name] ?? .canonical(route.sharesByName)
    }
}
