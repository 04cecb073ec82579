// Which route takes a request, by example.

import Plan
import Testing

@Suite("Route index")
struct RouteIndexTests {
    /// Routes, and which of them takes a request by its place, or -1.
    struct Case: Sendable, CustomTestStringConvertible {
        let what: String
        let routes: [Route]
        let host: String
        let path: String
        let expected: Int
        var testDescription: String { "\(what): \(host)\(path)" }

        init(_ what: String, _ routes: [Route], _ host: String, _ path: String, _ expected: Int) {
            self.what = what
            self.routes = routes
            self.host = host
            self.path = path
            self.expected = expected
        }
    }

    static let hosts: [Route] = [
        .make("any"),
        .make("wide", host: "*.example.com"),
        .make("narrow", host: "*.models.example.com"),
        .make("exact", host: "a.models.example.com"),
        .make("apex", host: "example.com"),
    ]

    static let paths: [Route] = [
        .make("all", path: "/**"),
        .make("v1", path: "/v1/**"),
        .make("deep", path: "/v1/models/x/**"),
        .make("exact", path: "/v1/models"),
        .make("root", path: "/"),
    ]

    static let precedence: [Case] = [
        .init("an exact host first", hosts, "a.models.example.com", "/", 3),
        .init("then the longest wildcard", hosts, "b.models.example.com", "/", 2),
        .init("of any depth", hosts, "c.b.models.example.com", "/", 2),
        .init("then a shorter one", hosts, "models.example.com", "/", 1),
        .init("then a shorter one", hosts, "b.example.com", "/", 1),
        .init("a wildcard is not its suffix", hosts, "example.com", "/", 4),
        .init("nor an ending within a label", hosts, "myexample.com", "/", 0),
        .init("then any host", hosts, "other.org", "/", 0),
        .init("any host", hosts, "com", "/", 0),
        .init("no host at all", hosts, "", "/", 0),
        .init("a name that only begins alike", hosts, "example.com.evil.org", "/", 0),
        .init("dots alone", hosts, "....", "/", 0),
        .init("an exact path first", paths, "h", "/v1/models", 3),
        .init("then the longest prefix", paths, "h", "/v1/models/x", 2),
        .init("with what is below", paths, "h", "/v1/models/x/y/z", 2),
        .init("then a shorter one", paths, "h", "/v1/models/y", 1),
        .init("an exact path has no children", paths, "h", "/v1/models/", 1),
        .init("a segment is not cut", paths, "h", "/v1/models/xy", 1),
        .init("the root", paths, "h", "/", 4),
        .init("everything else", paths, "h", "/v2", 0),
        .init("case counts in paths", paths, "h", "/V1/models", 0),
        .init(
            "the host goes before the path",
            [.make("a", path: "/v1/models"), .make("b", host: "*.org", path: "/**")],
            "x.org", "/v1/models", 1),
        .init(
            "methods before none", [.make("a"), .make("b", methods: ["GET"])], "h", "/", 1),
        .init(
            "methods before headers", [.make("a", headers: 3), .make("b", methods: ["GET"])],
            "h", "/", 1),
        .init(
            "more headers first", [.make("a", headers: 1), .make("b", headers: 2)], "h", "/", 1),
        .init("then the name", [.make("b"), .make("a")], "h", "/", 1),
        .init(
            "the path goes before methods",
            [.make("a", path: "/**", methods: ["GET"], headers: 2), .make("b", path: "/v1/**")],
            "h", "/v1", 1),
    ]

    @Test("follows the order of precedence", arguments: precedence)
    func takes(_ given: Case) {
        #expect(RouteIndex(routes: given.routes).match(given.host, given.path) == given.expected)
        // The same from the other end of the array.
        let reversed = RouteIndex(routes: given.routes.reversed())
        let place = reversed.match(given.host, given.path)
        #expect(given.routes.count - 1 - place == given.expected)
    }

    static let prefixes: [(path: String, isTaken: Bool)] = [
        ("/v1", true), ("/v1/", true), ("/v1/x", true), ("/v1//", true), ("/v1/x/y/", true),
        ("/v10", false), ("/v", false), ("/", false), ("", false), ("v1", false), ("/v1?", false),
        ("//v1", false), ("/x/v1", false), ("/v1\u{0}", false),
    ]

    @Test("takes a prefix's path and what is below it", arguments: prefixes)
    func prefix(path: String, isTaken: Bool) {
        let index = RouteIndex(routes: [.make("v1", path: "/v1/**")])
        #expect(index.match("h", path) == (isTaken ? 0 : -1))
    }

    @Test("takes every path below the empty prefix", arguments: ["/", "/a", "/a/b", "//", "/a//"])
    func emptyPrefix(path: String) {
        #expect(RouteIndex(routes: [.make("all", path: "/**")]).match("h", path) == 0)
    }

    @Test("of no routes takes nothing")
    func empty() {
        let index = RouteIndex(routes: [])
        #expect(index.match("example.com", "/") == -1)
        #expect(index.match("", "") == -1)
    }

    @Test("takes nothing for hosts that no route names")
    func strangers() {
        let index = RouteIndex(routes: [
            .make("a", host: "a.example.com"), .make("b", host: "*.b.example.com"),
        ])
        for host in ["", ".", "example.com", "b.example.com", "xa.example.com", "a.example.com."] {
            #expect(index.match(host, "/") == -1, "\(host)")
        }
    }

    @Test("reads a wildcard by its letter: anything that ends in a dot and the suffix")
    func emptyLabel() {
        let index = RouteIndex(routes: [.make("a", host: "*.example.com")])
        #expect(index.match(".example.com", "/") == 0)
        #expect(index.match("a..example.com", "/") == 0)
    }

    // MARK: Conditions

    @Test("asks the next less specific route when one does not accept")
    func fallback() {
        let routes: [Route] = [
            .make("any"),  // 0
            .make("wide", host: "*.example.com"),  // 1
            .make("host", host: "a.example.com"),  // 2
            .make("prefix", host: "a.example.com", path: "/v1/**"),  // 3
            .make("exact", host: "a.example.com", path: "/v1/x"),  // 4
            .make("plus", host: "a.example.com", path: "/v1/x", headers: 1),  // 5
            .make("method", host: "a.example.com", path: "/v1/x", methods: ["PUT"]),  // 6
        ]
        let index = RouteIndex(routes: routes)
        var refused: Set<Int> = []
        var order: [Int] = []
        while true {
            let place = index.match("a.example.com", "/v1/x") { !refused.contains($0) }
            if place < 0 { break }
            order.append(place)
            refused.insert(place)
        }
        #expect(order == [6, 5, 4, 3, 2, 1, 0])
    }

    @Test("asks only routes whose host and path fit, each at most once")
    func asks() {
        let index = RouteIndex(routes: Self.paths + Self.hosts)
        var asked: [Int] = []
        let place = index.match("a.models.example.com", "/v1/models/x") {
            asked.append($0)
            return false
        }
        #expect(place == -1)
        // The exact host, two wildcards, then any host: the deep path, /v1 and twice /**.
        #expect(asked == [8, 7, 6, 2, 1, 0, 5])
    }

    // MARK: Size

    @Test("takes hosts of many labels and paths of many slashes")
    func longRequests() {
        let deep = String(repeating: "/a", count: 60)
        let index = RouteIndex(routes: [
            .make("wide", host: "*.example.com"),
            .make("long", host: "*." + String(repeating: "x.", count: 40) + "example.com"),
            .make("deep", host: "deep.org", path: deep + "/**"),
            .make("flat", host: "deep.org", path: "/**"),
        ])
        let labels = { (count: Int) in String(repeating: "x.", count: count) + "example.com" }
        #expect(index.match(labels(40), "/") == 0)
        #expect(index.match(labels(41), "/") == 1)
        #expect(index.match(labels(5_000), "/") == 1)
        let slashes = String(repeating: "/", count: 8_000)
        #expect(index.match(labels(1), slashes) == 0)
        #expect(index.match("deep.org", slashes) == 3)
        #expect(index.match("deep.org", deep) == 2)
        #expect(index.match("deep.org", deep + slashes) == 2)
        #expect(index.match("deep.org", String(repeating: "/a", count: 4_000)) == 2)
        #expect(index.match("deep.org", String(repeating: "/a", count: 59)) == 3)
        #expect(index.match(String(repeating: ".", count: 8_000), slashes) == -1)
    }

    @Test("tells a thousand routes apart")
    func manyRoutes() {
        let routes = (0..<1_000).map { (number: Int) -> Route in
            let host = "h\(number % 100).org"
            return Route.make(
                "r\(number)", host: number % 2 == 0 ? host : "*." + host,
                path: number % 3 == 0 ? "/p\(number)" : "/p\(number)/**")
        }
        let index = RouteIndex(routes: routes)
        for number in routes.indices {
            let host = (number % 2 == 0 ? "" : "w.") + "h\(number % 100).org"
            #expect(index.match(host, "/p\(number)") == number)
            #expect(index.match(host, "/p\(number)/x") == (number % 3 == 0 ? -1 : number))
        }
        #expect(index.match("h0.org", "/p1000") == -1)
    }
}
