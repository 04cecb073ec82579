// Two files say the same wherever they stand; a route knows the name its certificate must hold.

import Plan
import Splitting
import Testing

@testable import RouteFiles

@Suite("Route definition")
struct RouteDefinitionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func load(_ text: String, _ name: String = "a.yaml") throws -> RouteDefinition {
        let file = try folder.write(name, text)
        return try #require(RouteFolder.load(files: [file]).routes.first)
    }

    private func route(
        host: String = "", split: String = "v1: 90%, v2: 10%", more: String = ""
    ) -> String {
        """
        \(more)
        route: a
        \(host.isEmpty ? "" : "match: {host: \"\(host)\"}")
        versions:
          v1: {endpoints: [http://127.0.0.1:9001]}
          v2: {endpoints: [http://127.0.0.1:9002]}
        split: {\(split)}

        """
    }

    @Test("the file, comments and the order of keys make no difference; everything else does")
    func equality() throws {
        let one = try load(route())
        #expect(try load(route(more: "# comment"), "b.yaml") == one)
        #expect(try load(route(split: "v2: 10%, v1: 90%")) == one)
        #expect(try load(route(more: "salt: a")) == one)
        #expect(try load(route(split: "v1: 89%, v2: 11%")) != one)
        #expect(try load(route(host: "a.example")) != one)
        for more in [
            "salt: b", "timeout: {idle: 1s}", "version_header: false", "upgrade: websocket",
        ] {
            #expect(try load(route(more: more)) != one)
        }
    }

    @Test(
        "a certificate is needed for the host that is matched",
        arguments: [
            ("", nil), ("A.example", "a.example"), ("*.a.example", "*.a.example"),
            ("127.0.0.1", "127.0.0.1"),
        ] as [(String, String?)])
    func certificateName(_ host: String, _ name: String?) throws {
        #expect(try load(route(host: host)).certificateName == name)
    }

    @Test("the compiled route gives each version the buckets of its share")
    func compiled() throws {
        let definition = try load(route(split: "v1: 12.345%, v2: 87.655%"))
        #expect(definition.sharesByName == ["v1": 12_345, "v2": 87_655])
        let made = definition.route(ownership: .canonical(definition.sharesByName))
        #expect(made.shares == [12_345, 87_655])
        #expect(made.buckets.counts(versions: 2) == [12_345, 87_655])
        #expect(made.name == "a" && made.salt == "a")
    }
}
