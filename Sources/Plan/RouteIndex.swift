// From a request's host and path to its route, at a cost that does not grow with the routes.

/// Finds the most specific route that takes a request.
///
/// The order of precedence never depends on the order of files: an exact host before the longest
/// wildcard before any host; within a host an exact path before the longest prefix; among routes
/// of the same host and path those with methods before those without, then those with more header
/// conditions, then by name. If no route of a path or host takes the request, the next less
/// specific one is asked.
package final class RouteIndex: Sendable {
    /// The routes of one host pattern.
    private final class Host: Sendable {
        let exact: ByteTable
        let exactRoutes: [[Int]]
        let prefixes: ByteTable
        let prefixRoutes: [[Int]]
        /// The most segments of a prefix; -1 without prefixes.
        let mostSegments: Int

        init(exact: [String: [Int]], prefixes: [String: [Int]]) {
            let exactKeys = Array(exact.keys)
            let prefixKeys = Array(prefixes.keys)
            self.exact = ByteTable(keys: exactKeys.map { Array($0.utf8) }, hash: RouteIndex.forward)
            exactRoutes = exactKeys.map { exact[$0] ?? [] }
            self.prefixes = ByteTable(
                keys: prefixKeys.map { Array($0.utf8) }, hash: RouteIndex.forward)
            prefixRoutes = prefixKeys.map { prefixes[$0] ?? [] }
            mostSegments = prefixKeys.map { $0.utf8.count { $0 == 0x2F } }.max() ?? -1
        }
    }

    private let hosts: [Host]
    private let exactHosts: ByteTable
    private let wildcards: ByteTable
    /// Where the wildcards' hosts begin in `hosts`; those of exact names come first.
    private let firstWildcard: Int
    /// The most labels of a wildcard's suffix; 0 without wildcards.
    private let mostLabels: Int
    /// The place in `hosts` of routes for any host, or -1.
    private let anyHost: Int

    /// Makes the index of routes; a route's place in the array is what `match` returns.
    package init(routes: [Route]) {
        var byHost: [HostPattern: [Int]] = [:]
        for (index, route) in routes.enumerated() {
            byHost[route.match.host, default: []].append(index)
        }
        var exact: [String] = []
        var suffixes: [String] = []
        for pattern in byHost.keys {
            switch pattern {
            case .any: break
            case .exact(let name): exact.append(name)
            case .wildcard(let suffix): suffixes.append(suffix)
            }
        }
        var hosts = exact.map { Self.host(byHost[.exact($0)] ?? [], routes) }
        firstWildcard = hosts.count
        hosts += suffixes.map { Self.host(byHost[.wildcard($0)] ?? [], routes) }
        anyHost = byHost[.any] == nil ? -1 : hosts.count
        if let any = byHost[.any] { hosts.append(Self.host(any, routes)) }
        self.hosts = hosts
        exactHosts = ByteTable(keys: exact.map { Array($0.utf8) }, hash: Self.backward)
        wildcards = ByteTable(keys: suffixes.map { Array($0.utf8) }, hash: Self.backward)
        mostLabels = suffixes.map { $0.utf8.count { $0 == 0x2E } + 1 }.max() ?? 0
    }

    /// The route that takes a request for this host (lowercase, without port) and path (without
    /// query), or -1. `accepts` says whether a route's other conditions hold.
    package func match(
        host: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer, accepts: (Int) -> Bool
    ) -> Int {
        var hash = ByteTable.seed
        var labels = 0
        // Hosts are hashed from their end, so that every suffix is hashed on the way.
        return unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: mostLabels + 1) {
            found in
            var foundCount = 0
            var position = host.count
            while position > 0 {
                position -= 1
                let byte = unsafe host[position]
                if byte == 0x2E {
                    labels += 1
                    if labels <= mostLabels {
                        let suffix = unsafe UnsafeRawBufferPointer(
                            rebasing: host[(position + 1)...])
                        let place = unsafe wildcards.find(suffix, hash: hash)
                        if place >= 0 {
                            unsafe found[foundCount] = firstWildcard + place
                            foundCount += 1
                        }
                    }
                }
                hash = ByteTable.extend(hash, byte)
            }
            let exact = unsafe exactHosts.find(host, hash: hash)
            if exact >= 0 {
                let route = unsafe matchPath(exact, path, accepts)
                if route >= 0 { return route }
            }
            while foundCount > 0 {
                foundCount -= 1
                let route = unsafe matchPath(found[foundCount], path, accepts)
                if route >= 0 { return route }
            }
            return anyHost < 0 ? -1 : unsafe matchPath(anyHost, path, accepts)
        }
    }

    private func matchPath(
        _ index: Int, _ path: UnsafeRawBufferPointer, _ accepts: (Int) -> Bool
    ) -> Int {
        let host = hosts[index]
        var hash = ByteTable.seed
        return unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: host.mostSegments + 2) {
            found in
            var foundCount = 0
            var segments = 0
            for position in 0...path.count {
                let isEnd = position == path.count
                if segments <= host.mostSegments, isEnd || (unsafe path[position]) == 0x2F {
                    let prefix = unsafe UnsafeRawBufferPointer(rebasing: path[..<position])
                    let place = unsafe host.prefixes.find(prefix, hash: hash)
                    if place >= 0 {
                        unsafe found[foundCount] = place
                        foundCount += 1
                    }
                    segments += 1
                }
                if !isEnd { hash = ByteTable.extend(hash, unsafe path[position]) }
            }
            let exact = unsafe host.exact.find(path, hash: hash)
            if exact >= 0, let route = host.exactRoutes[exact].first(where: accepts) {
                return route
            }
            while foundCount > 0 {
                foundCount -= 1
                let place = unsafe found[foundCount]
                if let route = host.prefixRoutes[place].first(where: accepts) { return route }
            }
            return -1
        }
    }

    // MARK: Making

    private static func host(_ indices: [Int], _ routes: [Route]) -> Host {
        var exact: [String: [Int]] = [:]
        var prefixes: [String: [Int]] = [:]
        for index in indices {
            switch routes[index].match.path {
            case .exact(let path): exact[path, default: []].append(index)
            case .prefix(let path): prefixes[path, default: []].append(index)
            }
        }
        return Host(
            exact: exact.mapValues { ordered($0, routes) },
            prefixes: prefixes.mapValues { ordered($0, routes) })
    }

    private static func ordered(_ indices: [Int], _ routes: [Route]) -> [Int] {
        indices.sorted { left, right in
            let (left, right) = (routes[left], routes[right])
            if left.match.methods.isEmpty != right.match.methods.isEmpty {
                return !left.match.methods.isEmpty
            }
            if left.match.headers.count != right.match.headers.count {
                return left.match.headers.count > right.match.headers.count
            }
            return left.name < right.name
        }
    }

    fileprivate static func forward(_ key: [UInt8]) -> UInt64 {
        key.reduce(ByteTable.seed, ByteTable.extend)
    }

    private static func backward(_ key: [UInt8]) -> UInt64 {
        key.reversed().reduce(ByteTable.seed, ByteTable.extend)
    }
}
