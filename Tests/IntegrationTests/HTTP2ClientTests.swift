// Proves: the clients that people have (curl, nghttp, h2load, httpx) speak HTTP/2 with the gateway.

import Foundation
import Testing

@Suite struct HTTP2ClientTests {
    private func withGateway(
        _ body: (Scenario, Gateway, PythonUpstream) async throws -> Void
    ) async throws {
        try await Scenario.run { scenario in
            let upstream = try await scenario.pythonUpstream()
            try scenario.route("one", path: "/one/**", to: "http://127.0.0.1:\(upstream.http1)")
            // As many requests on a connection as a short load has.
            try scenario.write("Routes/gateway.yaml", "limits: {client_requests: 100000}\n")
            try await body(scenario, try await scenario.gateway(), upstream)
        }
    }

    @Test func curlPrefersHTTP2() async throws {
        try await withGateway { scenario, gateway, _ in
            let answer = try await scenario.curl(
                gateway, "/one/bytes/100000", ["-w", "%{stderr}version %{http_version}"])
            #expect(answer.end == .exit(0), "\(answer.errors)")
            #expect(answer.status == 200)
            #expect(answer.body.count == 100_000)
            #expect(answer.errors.contains("version 2"))
        }
    }

    @Test(arguments: ["--http1.1", "--http2", "--http2-prior-knowledge"])
    func curlIsAnsweredAsItAsks(version: String) async throws {
        try await withGateway { scenario, gateway, _ in
            let answer = try await scenario.curl(
                gateway, "/one/echo",
                [version, "-d", "hello", "-w", "%{stderr}version %{http_version}"])
            #expect(answer.status == 200, "\(answer.errors)")
            #expect(answer.text.contains("\"body_bytes\": 5"))
            let wanted = version == "--http1.1" ? "version 1.1" : "version 2"
            #expect(answer.errors.contains(wanted), "\(answer.errors)")
        }
    }

    @Test func curlSharesOneConnection() async throws {
        try await withGateway { scenario, gateway, _ in
            let requests = (0..<200).map {
                scenario.section(gateway, "/one/bytes/\($0)") + ["http2"]
            }
            let answers = try await scenario.curl(many: requests, parallel: 50)
            #expect(answers.map(\.status) == Array(repeating: 200, count: 200))
            #expect(answers.map(\.body.count) == Array(0..<200))
            let connections = try await gateway.metrics().sum("sluice_connections_total")
            #expect(connections <= 2)
        }
    }

    @Test func curlUploadsAndDownloadsMuch() async throws {
        try await withGateway { scenario, gateway, _ in
            try scenario.write("body", String(repeating: "x", count: 5_000_000))
            let upload = try await scenario.curl(
                gateway, "/one/echo", ["-T", "-", "-X", "POST"],
                input: "\(scenario.folder)/body")
            #expect(upload.status == 200, "\(upload.errors)")
            #expect(upload.text.contains("\"body_bytes\": 5000000"))
            let download = try await scenario.curl(gateway, "/one/bytes/20000000")
            #expect(download.end == .exit(0), "\(download.errors)")
            #expect(download.body.count == 20_000_000)
        }
    }

    @Test func nghttpIsServed() async throws {
        try await withGateway { scenario, gateway, _ in
            let urls = (1...20).map { gateway.url("/one/bytes/\($0 * 1_000)") }
            let run = try await scenario.finish("nghttp", ["-n", "-s", "-v"] + urls)
            #expect(run.end == .exit(0), "\(run.errors)")
            let statuses = run.output.matches(of: /:status: (\d+)/).map(\.1)
            #expect(statuses == Array(repeating: "200", count: 20), "\(run.output)")
        }
    }

    @Test(arguments: [
        ["-c", "4", "-m", "20"], ["-c", "16", "-m", "8"], ["-c", "1", "-m", "100"],
    ])
    func h2loadLosesNothing(arguments: [String]) async throws {
        try await withGateway { scenario, gateway, _ in
            let run = try await scenario.finish(
                "h2load", ["-n", "3000"] + arguments + [gateway.url("/one/bytes/200")])
            #expect(run.end == .exit(0), "\(run.errors)")
            #expect(
                run.output.contains("3000 succeeded, 0 failed, 0 errored, 0 timeout"),
                "\(run.output)")
            #expect(run.output.contains("status codes: 3000 2xx"), "\(run.output)")
            #expect(run.output.contains("Application protocol: h2"), "\(run.output)")
        }
    }

    @Test func h2loadPostsWithoutLoss() async throws {
        try await withGateway { scenario, gateway, _ in
            try scenario.write("body", String(repeating: "x", count: 20_000))
            let run = try await scenario.finish(
                "h2load",
                ["-n", "1000", "-c", "4", "-m", "10", "-d", "\(scenario.folder)/body"]
                    + [gateway.url("/one/echo")])
            #expect(run.end == .exit(0), "\(run.errors)")
            #expect(run.output.contains("status codes: 1000 2xx"), "\(run.output)")
        }
    }

    private static let httpx = DriverRun {
        try await Scenario.run { scenario in
            let upstream = try await scenario.pythonUpstream()
            try scenario.route("one", path: "/one/**", to: "http://127.0.0.1:\(upstream.http1)")
            let gateway = try await scenario.gateway()
            let rows = try await scenario.drive("httpx_calls.py", gateway, control: upstream)
            return DriverRun.Outcome(rows: rows, metrics: try await gateway.metrics())
        }
    }

    @Test(arguments: try await PythonClients.rows("httpx_calls.py"))
    func httpxIsServed(row: String) async throws {
        try await Self.httpx.expect(row)
    }
}
