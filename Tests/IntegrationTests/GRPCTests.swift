// Proves: gRPC of every kind passes between a real client and a real service, and is counted.

import Testing

@Suite struct GRPCTests {
    private static let run = DriverRun {
        try await Scenario.run { scenario in
            let echo = try await scenario.pythonService("grpc_service.py", as: PythonService.self)
            let mortal = try await scenario.pythonService("grpc_service.py", as: PythonService.self)
            let upstream = try await scenario.pythonUpstream()
            for (name, port) in [
                ("Echo", echo.port), ("Mortal", mortal.port), ("Dead", upstream.dead),
            ] {
                try scenario.route(
                    name.lowercased(), path: "/test.\(name)/**", to: "http://127.0.0.1:\(port)",
                    wire: "http2")
            }
            let gateway = try await scenario.gateway()
            let rows = try await scenario.drive("grpc_calls.py", gateway)
            #expect(gateway.process.end == nil, "\(gateway.process.errors)")
            return DriverRun.Outcome(
                rows: rows, metrics: try await scenario.settledMetrics(gateway, upstream))
        }
    }

    private static let name = "sluice_grpc_requests_total"

    @Test(arguments: try await PythonClients.rows("grpc_calls.py"))
    func callsPass(row: String) async throws {
        try await Self.run.expect(row)
    }

    @Test(arguments: [
        "not_found", "already_exists", "permission_denied", "resource_exhausted", "aborted",
        "out_of_range", "unauthenticated", "internal", "data_loss",
    ])
    func aStatusIsCountedForItsVersion(status: String) async throws {
        let metrics = try await Self.run.outcome().metrics
        let labels = "route=\"echo\",version=\"v1\",grpc_status=\"\(status)\""
        #expect(metrics.values["\(Self.name){\(labels)}"] == 1, "\(status)")
    }

    /// What no service has said is an error of the version by its own kind, and no status.
    @Test func theGatewaysOwnErrorsAreErrorsOfTheVersion() async throws {
        let metrics = try await Self.run.outcome().metrics
        #expect(metrics.sum("sluice_errors_total", "route=\"dead\"") == 2)
        #expect(metrics.sum(Self.name, "route=\"dead\"") == 0)
        #expect(metrics.faults == [])
        #expect(metrics.sum("sluice_requests_in_flight") == 0)
    }

    @Test func goodCallsAreCounted() async throws {
        let metrics = try await Self.run.outcome().metrics
        let labels = "route=\"echo\",version=\"v1\",grpc_status=\"ok\""
        // 400 at once and sixteen channels with 21 calls each, and the rest.
        #expect(metrics.values["\(Self.name){\(labels)}"] ?? 0 >= 400 + 16 * 21)
    }
}
