// Proves: the figures count exactly what clients sent, in formats that others can read.

import Foundation
import Testing
import Waiting

@Suite struct MetricsTests {
    private func withGateway(_ body: (Scenario, Gateway) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            let good = try await scenario.model("v1")
            let bad = try await scenario.model("v2", errors: 1)
            try scenario.route(
                versions: [("v1", good.endpoint), ("v2", bad.endpoint)],
                """
                sticky: [{header: x-user-id}]
                override: {header: x-use-version}
                split: {v1: 70%, v2: 30%}
                """)
            try await body(scenario, try await scenario.gateway())
        }
    }

    @Test func everyRequestIsCountedOnce() async throws {
        try await withGateway { scenario, gateway in
            let answers = try await scenario.curl(
                many: (0..<120).map {
                    scenario.section(gateway, "/v1/sentiment", headers: ["x-user-id: user-\($0)"])
                }, parallel: 6)
            let good = Double(answers.count { $0["x-sluice-version"] == "v1" })
            let bad = Double(answers.count { $0["x-sluice-version"] == "v2" })
            #expect(good + bad == 120)
            #expect(good > 0 && bad > 0)
            let name = "sluice_requests_total"
            try await Wait.until("120 requests") { try await gateway.metrics().sum(name) >= 120 }
            let metrics = try await gateway.metrics()
            let labels = "route=\"sentiment\",version="
            #expect(metrics.values["\(name){\(labels)\"v1\",status=\"2xx\"}"] == good)
            #expect(metrics.values["\(name){\(labels)\"v2\",status=\"5xx\"}"] == bad)
            #expect(metrics.sum(name) == 120)
            let count = "sluice_request_duration_seconds_count"
            #expect(metrics.values["\(count){\(labels)\"v1\"}"] == good)
            #expect(metrics.sum("sluice_errors_total", "kind=\"server_error\"") == bad)
            #expect(metrics.sum("sluice_requests_in_flight") == 0)
        }
    }

    @Test func theTextFollowsTheFormat() async throws {
        try await withGateway { scenario, gateway in
            _ = try await scenario.curl(
                many: (0..<20).map {
                    scenario.section(gateway, "/v1/sentiment", headers: ["x-user-id: user-\($0)"])
                } + [scenario.section(gateway, "/nowhere")])
            let answer = try await scenario.curl(["http://\(gateway.admin)/metrics"])
            #expect(answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            let metrics = Metrics(answer.text)
            #expect(metrics.faults == [])
            #expect(metrics.values.count > 50)
            #expect(
                metrics.kinds.keys.allSatisfy {
                    $0.hasPrefix("sluice_") || $0.hasPrefix("process_")
                })
            let counters = metrics.kinds.filter { $0.value == "counter" }.keys
            #expect(counters.allSatisfy { $0.hasSuffix("_total") })
            #expect(metrics.sum("sluice_problems_total", "error=\"no_route\"") == 1)
            checkHistogram(metrics, "sluice_request_duration_seconds", version: "v1")
        }
    }

    /// A histogram's buckets only grow, and the last holds everything.
    private func checkHistogram(_ metrics: Metrics, _ name: String, version: String) {
        let labels = "route=\"sentiment\",version=\"\(version)\""
        let prefix = "\(name)_bucket{\(labels),le=\""
        let buckets = metrics.values.filter { $0.key.hasPrefix(prefix) }.map { key, value in
            let bound = key.dropFirst(prefix.count).dropLast(2)
            return (bound: bound == "+Inf" ? Double.infinity : Double(bound) ?? -1, count: value)
        }.sorted { $0.bound < $1.bound }
        #expect(buckets.count > 10)
        #expect(zip(buckets, buckets.dropFirst()).allSatisfy { $0.count <= $1.count })
        #expect(buckets.last?.bound == .infinity)
        #expect(buckets.last?.count == metrics.values["\(name)_count{\(labels)}"])
    }

    @Test func theComparisonHasEveryField() async throws {
        try await withGateway { scenario, gateway in
            let requests = (0..<40).map {
                scenario.section(gateway, "/v1/sentiment", headers: ["x-user-id: user-\($0)"])
            }
            let testers = (0..<3).map { _ in
                scenario.section(gateway, "/v1/sentiment", headers: ["x-use-version: v1"])
            }
            _ = try await scenario.curl(many: requests + testers)
            let path = "/api/v1/routes/sentiment/comparison?window=60s"
            let comparison = try await Wait.value("40 requests") { () -> ComparisonDocument? in
                let document = try await gateway.document(path, as: ComparisonDocument.self)
                return document.versions.map(\.requests).reduce(0, +) >= 40 ? document : nil
            }
            #expect(comparison.route == "sentiment")
            // A gateway that is younger than the window says how long it has counted.
            #expect((1...60).contains(comparison.windowSeconds))
            #expect(comparison.versions.map(\.version) == ["v1", "v2"])
            #expect(comparison.versions.map(\.shareWanted) == [70, 30])
            #expect(comparison.versions.compactMap(\.shareAchieved).reduce(0, +) == 100)
            #expect(comparison.versions.map(\.requests).reduce(0, +) == 40)
            #expect(comparison.versions.map(\.overrides) == [3, 0])
            let bad = try #require(comparison.versions.last)
            #expect(bad.errors["server_error"] == bad.requests)
            #expect(bad.statuses["5xx"] == bad.requests)
            #expect(bad.errorRate?.value == 1)
            let good = try #require(comparison.versions.first)
            #expect(good.errors.values.reduce(0, +) == 0)
            #expect(good.errorRate?.value == 0)
            #expect((good.errorRate?.high ?? 0) > 0)
            #expect(good.inFlight == 0)
            for quantiles in [good.latencyMs, good.firstByteMs] {
                #expect(Set(quantiles.keys) == ["p50", "p90", "p95", "p99"])
                for quantile in quantiles.values {
                    #expect(quantile.low <= quantile.value)
                    #expect(quantile.value <= quantile.high ?? .infinity)
                }
            }
        }
    }

    @Test(arguments: ["window=0s", "window=25h", "window=x", "window=-1s", "window="])
    func aWindowThatIsNoneIsABadRequest(query: String) async throws {
        try await withGateway { scenario, gateway in
            let answer = try await scenario.curl([
                "http://\(gateway.admin)/api/v1/routes/sentiment/comparison?\(query)"
            ])
            #expect(answer.status == 400)
            #expect(answer["content-type"] == "application/problem+json")
        }
    }

    @Test func aRouteThatIsNotThereIsNotFound() async throws {
        try await withGateway { scenario, gateway in
            for path in ["/api/v1/routes/nowhere", "/api/v1/routes/nowhere/comparison"] {
                let answer = try await scenario.curl(["http://\(gateway.admin)\(path)"])
                #expect(answer.status == 404)
                #expect(try answer.json(Problem.self).detail.contains("sentiment"))
            }
            let one = try await scenario.curl([
                "http://\(gateway.admin)/api/v1/routes/sentiment"
            ])
            #expect(one.status == 200)
        }
    }

    @Test(arguments: ["/", "/healthz", "/readyz", "/metrics", "/api/v1/routes"])
    func thisAdminPathAnswers(path: String) async throws {
        try await withGateway { scenario, gateway in
            let answer = try await scenario.curl(["http://\(gateway.admin)\(path)"])
            #expect(path == "/" ? [200, 404].contains(answer.status) : answer.status == 200)
        }
    }
}
