// What a request must look like to belong to a route.

/// The conditions of a route; a request must meet all of them.
package struct RouteMatch: Sendable, Equatable {
    /// The host that the request names.
    package let host: HostPattern
    /// The path that the request names, without its query.
    package let path: PathPattern
    /// The methods taken, uppercase; empty means every method.
    package let methods: [String]
    /// Conditions on header fields, all of which must hold.
    package let headers: [HeaderCondition]

    /// Makes a match of its four conditions.
    package init(
        host: HostPattern, path: PathPattern, methods: [String], headers: [HeaderCondition]
    ) {
        self.host = host
        self.path = path
        self.methods = methods
        self.headers = headers
    }
}

/// Which hosts match; all patterns are lowercase and without a port.
package enum HostPattern: Sendable, Hashable {
    /// Every host.
    case any
    /// Just this host.
    case exact(String)
    /// Every name that ends in a dot and this suffix: `*.example.com` holds `example.com`.
    case wildcard(String)
}

/// Which paths match.
package enum PathPattern: Sendable, Hashable {
    /// Just this path.
    case exact(String)
    /// This path and everything below it: `/v1/**` holds `/v1`, which `/v1`, `/v1/` and `/v1/x`
    /// meet and `/v10` does not. The prefix of `/**` is empty and meets every path.
    case prefix(String)
}

/// A condition on one header field.
package struct HeaderCondition: Sendable, Equatable {
    /// How the field's value is compared.
    package enum Value: Sendable, Equatable {
        /// The value must be these bytes.
        case exact(String)
        /// The value must match this POSIX extended regular expression somewhere.
        case regex(String)
    }

    /// The field's lowercase name.
    package let name: String
    /// What its value must be.
    package let value: Value

    /// Makes a condition on the field of this lowercase name.
    package init(name: String, value: Value) {
        self.name = name
        self.value = value
    }
}
