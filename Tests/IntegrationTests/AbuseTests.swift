// Proves: abuse of HTTP/2 costs little, ends with the right word, is counted, and hurts nobody else.

import Testing

@Suite struct AbuseTests {
    /// One worker, so that those who are served meanwhile share its loop with the abuse.
    private static let run = DriverRun {
        try await Scenario.run { scenario in
            let upstream = try await scenario.pythonUpstream()
            try scenario.route("one", path: "/one/**", to: "http://127.0.0.1:\(upstream.http1)")
            try scenario.write(
                "Routes/gateway.yaml",
                """
                limits:
                  body_idle: 1s
                  request_head: 1s
                  client_idle: 2s
                  client_requests: 1000000

                """)
            let gateway = try await scenario.gateway("--workers", "1")
            let rows = try await scenario.drive(
                "abuse.py", gateway, control: upstream,
                ["--admin", gateway.admin, "--pid", "\(gateway.process.pid)"])
            #expect(gateway.process.end == nil, "\(gateway.process.errors)")
            return DriverRun.Outcome(rows: rows, metrics: try await gateway.metrics())
        }
    }

    @Test(arguments: try await PythonClients.rows("abuse.py"))
    func thisIsBoundedAndEnded(row: String) async throws {
        try await Self.run.expect(row)
    }

    @Test func nothingIsLeftUnderWay() async throws {
        let metrics = try await Self.run.outcome().metrics
        #expect(metrics.faults == [])
        #expect(metrics.sum("sluice_requests_in_flight") == 0)
    }
}
