// Proves: WebSockets work through HTTP/1.1 and through HTTP/2, to the same upstream.

import Testing

@Suite struct WebSocketTests {
    private static let run = DriverRun {
        try await Scenario.run { scenario in
            let upstream = try await scenario.pythonUpstream()
            let endpoint = "http://127.0.0.1:\(upstream.http1)"
            try scenario.route("ws", path: "/ws/**", to: endpoint, "upgrade: [websocket]")
            try scenario.route("one", path: "/one/**", to: endpoint)
            let gateway = try await scenario.gateway()
            let rows = try await scenario.drive("websocket.py", gateway, control: upstream)
            #expect(gateway.process.end == nil, "\(gateway.process.errors)")
            return DriverRun.Outcome(rows: rows, metrics: try await gateway.metrics())
        }
    }

    @Test(arguments: try await PythonClients.rows("websocket.py"))
    func messagesPass(row: String) async throws {
        try await Self.run.expect(row)
    }
}
