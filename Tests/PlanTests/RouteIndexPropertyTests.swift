// The index agrees with the plainest reading of the order of precedence.

import Plan
import SeededRandom
import Testing

@Suite("Route index against a linear search")
struct RouteIndexPropertyTests {
    /// Asks every route and takes the most specific of those that fit.
    private func linear(
        _ routes: [Route], _ host: String, _ path: String, _ accepts: (Int) -> Bool
    ) -> Int {
        let fitting = routes.indices.filter { index in
            fits(routes[index].match.host, host) && fits(routes[index].match.path, path)
                && accepts(index)
        }
        let best = fitting.min { comesFirst(routes[$0], routes[$1]) }
        return best ?? -1
    }

    private func fits(_ pattern: HostPattern, _ host: String) -> Bool {
        switch pattern {
        case .any: true
        case .exact(let name): name == host
        case .wildcard(let suffix): host.hasSuffix("." + suffix)
        }
    }

    private func fits(_ pattern: PathPattern, _ path: String) -> Bool {
        switch pattern {
        case .exact(let exact): exact == path
        case .prefix(let prefix): path == prefix || path.hasPrefix(prefix + "/")
        }
    }

    /// What counts first stands first; smaller is more specific.
    private func rank(_ route: Route) -> [Int] {
        let host =
            switch route.match.host {
            case .exact: [0, 0]
            case .wildcard(let suffix): [1, -suffix.utf8.count]
            case .any: [2, 0]
            }
        let path =
            switch route.match.path {
            case .exact: [0, 0]
            case .prefix(let prefix): [1, -prefix.utf8.count]
            }
        return host + path + [route.match.methods.isEmpty ? 1 : 0, -route.match.headers.count]
    }

    private func comesFirst(_ left: Route, _ right: Route) -> Bool {
        let (first, second) = (rank(left), rank(right))
        return first == second ? left.name < right.name : first.lexicographicallyPrecedes(second)
    }

    /// Few labels and segments, so that patterns and requests meet often.
    private struct Draw {
        var generator: SeededGenerator

        mutating func host() -> String {
            let count = Int.random(in: 1...4, using: &generator)
            return (0..<count).map { _ in pick(["a", "b", "com", "ab"]) }.joined(separator: ".")
        }

        mutating func path() -> String {
            let count = Int.random(in: 0...4, using: &generator)
            let path = (0..<count).map { _ in "/" + pick(["v1", "v10", "x", ""]) }.joined()
            return path.isEmpty ? "/" : path
        }

        mutating func route(_ number: Int) -> Route {
            let hosts: [String?] = [nil, host(), "*." + host(), "*." + host()]
            let host = hosts.randomElement(using: &generator) ?? nil
            let path = self.path()
            let prefix = path == "/" ? "/**" : path + "/**"
            return .make(
                // Names that are not in the order of the array.
                "r\(number * 7_919 % 1_000)", host: host,
                path: Bool.random(using: &generator) ? path : prefix,
                methods: Int.random(in: 0..<3, using: &generator) == 0 ? ["GET"] : [],
                headers: Int.random(in: 0..<3, using: &generator))
        }

        private mutating func pick(_ words: [String]) -> String {
            words.randomElement(using: &generator) ?? ""
        }
    }

    @Test("finds the same route for random routes and requests")
    func agrees() {
        let seed = SeededGenerator.seed(for: "route index")
        var draw = Draw(generator: SeededGenerator(seed: seed))
        var found = 0
        for round in 0..<150 {
            let count = Int.random(in: 0...40, using: &draw.generator)
            let routes = (0..<count).map { draw.route($0) }
            let index = RouteIndex(routes: routes)
            for _ in 0..<60 {
                let (host, path) = (draw.host(), draw.path())
                // Every route accepts three requests of four, by chance of its name.
                let salt = Int.random(in: 0..<4, using: &draw.generator)
                let accepts = { (place: Int) in (place + salt) % 4 != 0 }
                let expected = linear(routes, host, path, accepts)
                let actual = index.match(host, path, accepts: accepts)
                if expected >= 0 { found += 1 }
                if actual != expected {
                    Issue.record(
                        "\(host)\(path): \(actual), not \(expected); round \(round), seed \(seed)")
                }
            }
        }
        // The draw is no good if requests and routes hardly ever meet.
        #expect(found > 2_000, "seed \(seed)")
    }

    @Test("never minds the order of the routes")
    func order() {
        let seed = SeededGenerator.seed(for: "order of routes")
        var draw = Draw(generator: SeededGenerator(seed: seed))
        for round in 0..<60 {
            let routes = (0..<30).map { draw.route($0) }
            let shuffled = routes.shuffled(using: &draw.generator)
            let (index, other) = (RouteIndex(routes: routes), RouteIndex(routes: shuffled))
            for _ in 0..<40 {
                let (host, path) = (draw.host(), draw.path())
                let (one, two) = (index.match(host, path), other.match(host, path))
                let names = (
                    one < 0 ? nil : routes[one].name, two < 0 ? nil : shuffled[two].name
                )
                if names.0 != names.1 {
                    Issue.record("\(host)\(path): \(names), round \(round), seed \(seed)")
                }
            }
        }
    }
}
