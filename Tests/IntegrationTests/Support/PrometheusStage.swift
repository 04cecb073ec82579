// The stage of what watches a gateway: a ramp, streams, calls, and a Prometheus with our rules.

import Foundation
import Testing
import Waiting

/// A gateway with tokens, scraped every second by a Prometheus that is set up by our example.
struct PrometheusStage: Sendable {
    static let folder = "\(Scenario.packageRoot)/deploy"
    private static let viewer = "0123456789abcdef0123456789abcdef"
    private static let person = "fedcba9876543210fedcba9876543210"

    let scenario: Scenario
    let candidate: SampleModel
    let gateway: Gateway
    let prometheus: Prometheus

    /// Sets everything up; the history of a route is written for Prometheus before it starts.
    init(_ scenario: Scenario, history: Double? = nil, hold: String = "10m") async throws {
        self.scenario = scenario
        let stable = try await scenario.model("v1", latency: 2)
        candidate = try await scenario.model("v2", latency: 2)
        let upstream = try await scenario.pythonUpstream()
        for (name, token) in [("viewer", Self.viewer), ("person", Self.person)] {
            try scenario.write(name, "\(token)\n")
            chmod("\(scenario.folder)/\(name)", 0o600)
        }
        try scenario.write(
            "Routes/gateway.yaml",
            """
            admin_tokens:
              - {name: prometheus, role: viewer, file: viewer}
              - {name: ann, role: operator, file: person}

            """)
        var route = RampRoute(
            stableEndpoints: [stable.endpoint], candidateEndpoints: [candidate.endpoint])
        route.steps = "[25%, 100%]"
        route.hold = hold
        try scenario.write("Routes/sentiment.yaml", route.text)
        try scenario.route(
            "told", path: "/told/**", to: "http://127.0.0.1:\(upstream.http2)", wire: "http2")
        gateway = try await scenario.gateway()
        try Self.configure(scenario, admin: gateway.admin)
        if let history { try await Self.remember(history, scenario) }
        prometheus = try await scenario.prometheus()
        try await waitForScrape()
    }

    /// Takes our example as it is, but for places and the pace.
    private static func configure(_ scenario: Scenario, admin: String) throws {
        var text = try String(
            contentsOfFile: "\(folder)/prometheus/prometheus.yml", encoding: .utf8)
        for (old, new) in [
            ("interval: 15s", "interval: 1s"), ("127.0.0.1:9901", admin),
            (
                "# authorization: {credentials_file: /etc/prometheus/sluice-token}",
                "authorization: {credentials_file: \(scenario.folder)/viewer}"
            ),
        ] {
            try #require(text.contains(old), "\(old) is not in the example")
            text = text.replacing(old, with: new)
        }
        try scenario.write("prometheus.yml", text)
        let rules = "\(folder)/prometheus/rules"
        try FileManager.default.createDirectory(
            atPath: "\(scenario.folder)/rules", withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: rules) {
            let text = try String(contentsOfFile: "\(rules)/\(name)", encoding: .utf8)
            try scenario.write(
                "rules/\(name)", text.replacing("interval: 1m", with: "interval: 1s"))
        }
    }

    /// Has Prometheus know how often `sentiment` was asked for at this hour one and two weeks ago.
    private static func remember(_ rate: Double, _ scenario: Scenario) async throws {
        let now = Int(Date().timeIntervalSince1970)
        let lines = [335, 167].flatMap { hours in
            stride(from: -300, through: 900, by: 30).map { second in
                let time = now - hours * 3_600 - 1_800 + second
                let labels = "job=\"sluice\",route=\"sentiment\""
                return "route:sluice_requests:rate1h{\(labels)} \(rate) \(time)"
            }
        }
        let head = "# TYPE route:sluice_requests:rate1h gauge"
        try scenario.write("past", ([head] + lines + ["# EOF", ""]).joined(separator: "\n"))
        let made = try await scenario.promtool(
            ["tsdb", "create-blocks-from", "openmetrics", "past", "data"])
        try #require(made.end == .exit(0), "\(made.errors)")
    }

    /// Waits until Prometheus has what the gateway tells from now on.
    func waitForScrape() async throws {
        let before = Date().timeIntervalSince1970
        try await Wait.until("Prometheus to scrape the gateway") {
            let asked = "timestamp(up{job=\"sluice\"} == 1)"
            return try await prometheus.value(asked) ?? 0 > before
        }
    }

    /// What an admin path answers, asked with the token of Prometheus.
    private func get(_ path: String) async throws -> Answer {
        let answer = try await scenario.curl([
            "-H", "authorization: Bearer \(Self.viewer)", "http://\(gateway.admin)\(path)",
        ])
        try #require(answer.status == 200, "\(path) answered \(answer.status): \(answer.text)")
        return answer
    }

    /// The same, decoded.
    func document<T: Decodable>(_ path: String, as type: T.Type) async throws -> T {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: await get(path).body)
    }

    /// What Prometheus is told.
    func metrics() async throws -> String { try await get("/metrics").text }

    /// Asks for a verb as a person.
    func act(_ verb: String) async throws {
        let answer = try await scenario.curl([
            "-H", "authorization: Bearer \(Self.person)", "-H", "content-type: application/json",
            "-d", "{\"reason\": \"trying\"}",
            "http://\(gateway.admin)/api/v1/routes/sentiment/\(verb)",
        ])
        try #require(answer.status == 200, "\(verb) was answered \(answer.status): \(answer.text)")
    }

    /// Has the upstream answer once with a stream of three events, and once as a service of gRPC.
    func streamAndCall() async throws {
        let events = Told(
            fields: [["content-type", "text/event-stream"]],
            body: "data: 1\n\ndata: 2\n\ndata: 3\n\n", trailers: [])
        let call = Told(
            fields: [["content-type", "application/grpc"]], body: "",
            trailers: [["grpc-status", "0"]])
        for (told, kind) in [(events, "application/json"), (call, "application/grpc")] {
            let answer = try JSONEncoder().encode(told).base64EncodedString()
            let sent = try await scenario.curl(
                gateway, "/told/told",
                [
                    "--fail", "--http2", "-H", "content-type: \(kind)", "-H", "te: trailers", "-H",
                    "x-answer: \(answer)", "-d", "",
                ])
            // Where there are trailers they are what `curl` tells last.
            try #require(sent.end == .exit(0), "\(sent.errors)")
        }
    }

    /// What `told` of Tests/Clients/behaviours.py takes.
    private struct Told: Encodable {
        let fields: [[String]]
        let body: String
        let trailers: [[String]]
    }
}
