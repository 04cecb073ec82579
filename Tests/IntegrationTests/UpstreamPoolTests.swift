// Proves: HTTP/2 upstreams are chosen by ALPN, kept within their limits, and asked again where safe.

import Testing

@Suite struct UpstreamPoolTests {
    private static let run = DriverRun {
        try await Scenario.run { scenario in
            let upstream = try await scenario.pythonUpstream()
            for (name, port) in [("two", upstream.http2), ("few", upstream.few)] {
                try scenario.route(
                    name, path: "/\(name)/**", to: "http://127.0.0.1:\(port)", wire: "http2")
            }
            for (name, port, wire) in [
                ("tls", upstream.tls, "http2"), ("auto", upstream.tls, "auto"),
                ("auto1", upstream.tls1, "auto"), ("wrong", upstream.tls1, "http2"),
            ] {
                try scenario.route(
                    name, path: "/\(name)/**", to: "https://localhost:\(port)", wire: wire)
            }
            // The rows make upstreams fail on purpose: none is to be set aside for it.
            try scenario.write(
                "Routes/gateway.yaml",
                "limits: {endpoint_failures: 1000, retry_budget_least: 100}\n")
            let gateway = try await scenario.gateway()
            let rows = try await scenario.drive("pool.py", gateway, control: upstream)
            #expect(gateway.process.end == nil, "\(gateway.process.errors)")
            return DriverRun.Outcome(rows: rows, metrics: try await gateway.metrics())
        }
    }

    @Test(arguments: try await PythonClients.rows("pool.py"))
    func upstreamsAreTreatedSo(row: String) async throws {
        try await Self.run.expect(row)
    }
}
