// Proves: clients of HTTP/2 are told twice that the gateway ends, and lose nothing by it.

import Testing

@Suite struct DrainTests {
    private static let run = DriverRun {
        try await Scenario.run { scenario in
            let upstream = try await scenario.pythonUpstream()
            try scenario.route("one", path: "/one/**", to: "http://127.0.0.1:\(upstream.http1)")
            let gateway = try await scenario.gateway()
            let metrics = try await gateway.metrics()
            let rows = try await scenario.drive(
                "drain.py", gateway, control: upstream, ["--pid", "\(gateway.process.pid)"])
            #expect(try await gateway.process.waitForEnd() == .exit(0))
            #expect(gateway.process.errors.hasSuffix("ended\n"))
            return DriverRun.Outcome(rows: rows, metrics: metrics)
        }
    }

    @Test(arguments: try await PythonClients.rows("drain.py"))
    func whoIsConnectedSees(row: String) async throws {
        try await Self.run.expect(row)
    }
}
