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
        host: String = "", split: String = "v1: 90%, v2: 10%", canary: String = "",
        more: String = ""
    ) -> String {
        """
        \(more)
        route: a
        \(host.isEmpty ? "" : "match: {host: \"\(host)\"}")
        versions:
          v1: {endpoints: [http://127.0.0.1:9001]}
          v2: {endpoints: [http://127.0.0.1:9002]}
        \(canary.isEmpty ? "split: {\(split)}" : "canary: {\(canary)}")

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
        let faults =
            "unavailable, unknown, deadline_exceeded, unimplemented, internal, data_loss"
        #expect(try load(route(more: "grpc: {errors: [\(faults)]}")) == one)
        for wire in ["http2", "auto"] {
            let text = route().replacing(":9002]}", with: ":9002], protocol: \(wire)}")
            #expect(try load(text) != one)
        }
        for more in [
            "salt: b", "timeout: {idle: 1s}", "version_header: false", "upgrade: websocket",
            "grpc: {errors: unavailable}",
        ] {
            #expect(try load(route(more: more)) != one)
        }
    }

    @Test("so it is with ramps: every key makes a difference, unless it says the default")
    func equalityOfRamps() throws {
        let versions = "stable: v1, candidate: v2"
        let ramp = try load(route(canary: versions))
        #expect(try load(route(canary: "candidate: v2, hold: 600s, stable: v1")) == ramp)
        #expect(try load(route(split: "v1: 100%")) != ramp)
        for more in [
            "steps: [1%, 100%]", "hold: 5m", "min_requests: 499", "bake: 1m", "deadline: 1h",
            "guards: [{metric: error_rate, max: 1%}]", "breaker: {within: 9s}",
            "on_inconclusive: pause", "false_rollback: 2%", "missed_regression: 2%",
            "notify: [https://hooks.example.com]",
        ] {
            #expect(try load(route(canary: "\(versions), \(more)")) != ramp)
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
        #expect(made.grpcErrors == .serverFaults)
    }

    @Test("what the file says of gRPC and of protocols is in the compiled route")
    func wires() throws {
        let text = route(more: "grpc: {errors: [unavailable, aborted]}")
            .replacing(":9001]}", with: ":9001, https://127.0.0.1:9003], protocol: http2}")
        let definition = try load(text)
        let made = definition.route(ownership: .canonical(definition.sharesByName))
        #expect(made.grpcErrors == GRPCStatusSet([.unavailable, .aborted]))
        #expect(made.versions.map { $0.endpoints.map(\.wire) } == [[.http2, .http2], [.http1]])
    }

    @Test("a ramp begins with everybody on the stable version and compiles to any share")
    func ramp() throws {
        let third = "  v3: {endpoints: [http://127.0.0.1:9003]}\n"
        let text = route(canary: "stable: v2, candidate: v1")
        let definition = try load(text.replacing("canary:", with: "\(third)canary:"))
        #expect(definition.sharesByName == ["v1": 0, "v2": 100_000, "v3": 0])
        let wanted = definition.sharesByName(candidateShare: 5_000)
        #expect(wanted == ["v1": 5_000, "v2": 95_000, "v3": 0])
        let made = definition.route(
            ownership: .canonical(wanted), shares: [5_000, 95_000, 0], stratum: 7)
        #expect(made.shares == [5_000, 95_000, 0] && made.stratum == 7)
        #expect(made.buckets.counts(versions: 3) == made.shares)
        #expect(made.canary == definition.canary && made.canary?.candidate == 0)
        #expect(made.with(buckets: made.buckets) == made)
        let begun = definition.route(ownership: .canonical(definition.sharesByName))
        #expect(begun.shares == [0, 100_000, 0] && begun.stratum == 0)
    }

    @Test("fixed shares are those of the file, whatever share of a candidate is asked for")
    func fixedShares() throws {
        let definition = try load(route())
        #expect(definition.canary == nil)
        #expect(definition.sharesByName(candidateShare: 50_000) == ["v1": 90_000, "v2": 10_000])
    }
}
