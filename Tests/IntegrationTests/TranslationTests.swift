// Proves: between HTTP/1.1 and HTTP/2, in all four directions, each side gets what is legal there.

import Testing

@Suite struct TranslationTests {
    private static let run = DriverRun {
        try await Scenario.run { scenario in
            let upstream = try await scenario.pythonUpstream()
            try scenario.route("one", path: "/one/**", to: "http://127.0.0.1:\(upstream.http1)")
            try scenario.route(
                "two", path: "/two/**", to: "http://127.0.0.1:\(upstream.http2)", wire: "http2")
            let gateway = try await scenario.gateway()
            let rows = try await scenario.drive("translation.py", gateway, control: upstream)
            #expect(gateway.process.end == nil, "\(gateway.process.errors)")
            return DriverRun.Outcome(rows: rows, metrics: try await gateway.metrics())
        }
    }

    @Test(arguments: try await PythonClients.rows("translation.py"))
    func eachSideGetsWhatIsLegalThere(row: String) async throws {
        try await Self.run.expect(row)
    }
}
