// Proves: HTTP/2 is spoken as RFC 9113 says it, section by section, over the real listener.

import Testing

@Suite struct ConformanceTests {
    private static let run = DriverRun {
        try await Scenario.run { scenario in
            let upstream = try await scenario.pythonUpstream()
            try scenario.route("one", path: "/one/**", to: "http://127.0.0.1:\(upstream.http1)")
            let gateway = try await scenario.gateway()
            let rows = try await scenario.drive("conformance.py", gateway, control: upstream)
            #expect(gateway.process.end == nil, "\(gateway.process.errors)")
            return DriverRun.Outcome(rows: rows, metrics: try await gateway.metrics())
        }
    }

    @Test(arguments: try await PythonClients.rows("conformance.py"))
    func whatIsSentIsAnsweredSo(row: String) async throws {
        try await Self.run.expect(row)
    }

    @Test func figuresStillFollowTheFormat() async throws {
        let metrics = try await Self.run.outcome().metrics
        #expect(metrics.faults == [])
        #expect(metrics.sum("sluice_requests_in_flight") == 0)
    }
}
