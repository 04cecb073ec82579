// Makes routes of the few words that matter to a test.

import Plan

extension Route {
    /// A route with a name, a host (`*.suffix`, or nil for any), a path (`…/**` for a prefix) and
    /// further conditions.
    static func make(
        _ name: String, host: String? = nil, path: String = "/**", methods: [String] = [],
        headers: Int = 0
    ) -> Route {
        let conditions = (0..<headers).map { HeaderCondition(name: "x-\($0)", value: .exact("1")) }
        return Route(
            name: name,
            match: RouteMatch(
                host: HostPattern(host), path: PathPattern(path), methods: methods,
                headers: conditions),
            timeouts: Timeouts(),
            versions: [
                Version(
                    name: "v1",
                    endpoints: [Endpoint(host: "127.0.0.1", port: 9001, security: nil)])
            ],
            sticky: [], overrideHeader: nil, salt: name, shares: [BucketTable.bucketCount],
            buckets: BucketTable(ranges: [.init(start: 0, version: 0)]), showsVersion: false,
            allowsUpgrade: false)
    }
}

extension HostPattern {
    /// The pattern as a route file writes it.
    init(_ text: String?) {
        guard let text else {
            self = .any
            return
        }
        self = text.hasPrefix("*.") ? .wildcard(String(text.dropFirst(2))) : .exact(text)
    }
}

extension PathPattern {
    /// The pattern as a route file writes it.
    init(_ text: String) {
        self = text.hasSuffix("/**") ? .prefix(String(text.dropLast(3))) : .exact(text)
    }
}

extension RouteIndex {
    /// The place of the route for a host and a path given as text.
    func match(_ host: String, _ path: String, accepts: (Int) -> Bool = { _ in true }) -> Int {
        Array(host.utf8).withUnsafeBytes { host in
            Array(path.utf8).withUnsafeBytes { match(host: host, path: $0, accepts: accepts) }
        }
    }
}
