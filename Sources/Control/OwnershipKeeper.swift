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

    /// The ownerships that differ once these routes are served, to be kept before they are.
    package func changes(for routes: [RouteDefinition]) -> [String: BucketOwnership] {
        var changes: [String: BucketOwnership] = [:]
        for route in routes {
            let wanted = route.sharesByName.filter { $0.value > 0 }
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

    /// The ownership of a route whose shares are those of its file.
    package func ownership(of route: RouteDefinition) -> BucketOwnership {
        ownerships[route.name] ?? .canonical(route.sharesByName)
    }
}
