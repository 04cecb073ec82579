// Proves: streams of events flow as they come, through both protocols, and break visibly.

import Testing

@Suite struct EventStreamTests {
    private static let run = DriverRun {
        try await Scenario.run { scenario in
            let upstream = try await scenario.pythonUpstream()
            let quick = "timeout: {first_byte: 500ms}"
            let one = "http://127.0.0.1:\(upstream.http1)"
            try scenario.route("one", path: "/one/**", to: one, quick)
            try scenario.route(
                "two", path: "/two/**", to: "http://127.0.0.1:\(upstream.http2)", wire: "http2",
                quick)
            try scenario.route("idle", path: "/idle/**", to: one, "timeout: {idle: 500ms}")
            let gateway = try await scenario.gateway()
            let rows = try await scenario.drive("events.py", gateway, control: upstream)
            #expect(gateway.process.end == nil, "\(gateway.process.errors)")
            return DriverRun.Outcome(rows: rows, metrics: try await gateway.metrics())
        }
    }

    @Test(arguments: try await PythonClients.rows("events.py"))
    func streamsFlow(row: String) async throws {
        try await Self.run.expect(row)
    }
}
