// Proves: whatever a shadow does, callers get the very bytes that they get without one.

import Foundation
import Glibc
import Testing
import Waiting

@Suite struct ShadowHarmTests {
    private static let fixed = "x-request-id: same"

    /// The requests, each as curl's arguments and a path behind the route's own.
    private static func requests(_ folder: String) -> [(path: String, arguments: [String])] {
        [
            ("bytes/100", []), ("bytes/300000", []), ("bytes/5000/unframed", []),
            ("bytes/10", ["-I"]), ("status/404", []), ("status/500", []),
            ("bytes/20", ["-d", "{\"a\":1}"]),
            ("bytes/20", ["--data-binary", "@\(folder)/body", "-H", "Expect:"]),
            ("bytes/20", ["--data-binary", "@\(folder)/body"]),
            ("bytes/20", ["-T", "\(folder)/body", "-H", "Transfer-Encoding: chunked"]),
        ]
    }

    /// All bytes that a caller gets, heads and framing of the body included.
    private static func bytes(
        _ scenario: Scenario, _ gateway: Gateway, _ route: String
    ) async throws -> [Data] {
        var found: [Data] = []
        for protocols in ["--http1.1", "--http2"] {
            for request in requests(scenario.folder) {
                let answer = try await scenario.curl(
                    gateway, "/\(route)/\(request.path)",
                    [protocols, "--raw", "-i", "-H", fixed] + request.arguments)
                #expect(answer.end == .exit(0), "\(route) \(request): \(answer.errors)")
                found.append(answer.body)
            }
        }
        return found
    }

    @Test(arguments: [
        "healthy", "refusing", "hung", "slow", "huge", "garbage", "cut", "reset", "failing",
        "killed",
    ])
    func callersGetTheSameBytes(kind: String) async throws {
        try await Scenario.run { scenario in
            try scenario.write("body", String(repeating: "0123456789", count: 40_000))
            let primary = try await scenario.pythonUpstream()
            let shadow = try await port(kind, scenario, primary)
            let own = "http://127.0.0.1:\(primary.http1)"
            try scenario.write(
                "Routes/gateway.yaml", "limits: {shadow_late: 60s, shadow_waiting_bytes: 256KiB}\n")
            try scenario.route("quiet", path: "/quiet/**", to: own)
            try scenario.route(
                "loud", path: "/loud/**", versions: [("v1", own), ("v2", shadow.endpoint)],
                """
                split: {v1: 100%}
                timeout: {first_byte: 20s}
                shadow:
                  - {to: v2, compare: bytes, compare_headers: [content-type],
                     noise_control: 50%, timeout: {first_byte: 1s}}
                """)
            let gateway = try await scenario.gateway()
            let quiet = try await Self.bytes(scenario, gateway, "quiet")
            let loud: [Data]
            if kind == "killed" {
                async let answers = Self.bytes(scenario, gateway, "loud")
                shadow.process?.send(SIGKILL)
                loud = try await answers
            } else {
                loud = try await Self.bytes(scenario, gateway, "loud")
            }
            #expect(loud == quiet)
            // All copies come to an end, and nothing is held for them any more.
            try await Wait.until("the copies to end") {
                let metrics = try await gateway.metrics()
                return metrics.sum("sluice_shadow_requests_total") >= 20
                    && metrics.sum("sluice_shadow_in_flight") == 0
                    && metrics.sum("sluice_shadow_held_bytes") == 0
            }
            let metrics = try await gateway.metrics()
            #expect(
                metrics.sum("sluice_errors_total", "route=\"loud\",version=\"v1\"")
                    == metrics.sum("sluice_errors_total", "route=\"quiet\",version=\"v1\""))
            #expect(metrics.sum("sluice_requests_total", "route=\"loud\",version=\"v2\"") == 0)
            #expect(gateway.process.end == nil)
        }
    }

    private struct Shadow {
        let endpoint: String
        var process: ChildProcess?
    }

    private func port(
        _ kind: String, _ scenario: Scenario, _ primary: PythonUpstream
    ) async throws -> Shadow {
        switch kind {
        case "healthy": return Shadow(endpoint: "http://127.0.0.1:\(primary.http1)")
        case "refusing": return Shadow(endpoint: "http://127.0.0.1:\(primary.dead)")
        case "killed":
            let model = try await scenario.model("v2", latency: 5)
            return Shadow(endpoint: model.endpoint, process: model.process)
        default:
            let service = try await scenario.pythonService(
                "bad_shadow.py", [kind], as: PythonService.self)
            return Shadow(endpoint: "http://127.0.0.1:\(service.port)")
        }
    }
}
