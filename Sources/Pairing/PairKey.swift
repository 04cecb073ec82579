// Which shadow a pair, a tally or an example belongs to.

/// A shadow of a route.
package struct PairKey: Sendable, Hashable, Comparable {
    /// The route's name.
    package let route: String
    /// The name of the version that is the shadow.
    package let shadow: String

    /// Makes a key.
    package init(route: String, shadow: String) {
        self.route = route
        self.shadow = shadow
    }

    /// By route, then by shadow.
    package static func < (left: PairKey, right: PairKey) -> Bool {
        (left.route, left.shadow) < (right.route, right.shadow)
    }
}
