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
            return DriverRun.Outcome(
                rows: rows, metrics: try await scenario.settledMetrics(gateway, upstream))
        }
    }

    @Test(arguments: try await PythonClients.rows("events.py"))
    func streamsFlow(row: String) async throws {
        try await Self.run.expect(row)
    }

    /// How many streams of each route ended so, by the rows of the driver.
    @Test(arguments: [
        ("one", "whole", 6), ("one", "broken", 2), ("two", "whole", 4), ("two", "broken", 2),
        ("idle", "broken", 2), ("one", "client_gone", 2), ("two", "client_gone", 2),
    ])
    func endedStreamsAreCounted(route: String, outcome: String, count: Double) async throws {
        let metrics = try await Self.run.outcome().metrics
        let labels = "route=\"\(route)\",version=\"v1\",outcome=\"\(outcome)\""
        #expect(metrics.values["sluice_streams_total{\(labels)}"] == count)
    }

    /// All events by the rows of the driver, and what began of the streams that clients left.
    @Test(arguments: [("one", 80 + 2), ("two", 60 + 2), ("idle", 2)])
    func eventsAreCounted(route: String, count: Double) async throws {
        let metrics = try await Self.run.outcome().metrics
        let labels = "route=\"\(route)\",version=\"v1\""
        #expect(metrics.values["sluice_stream_events_total{\(labels)}"] == count)
        #expect(metrics.faults == [])
    }
}
