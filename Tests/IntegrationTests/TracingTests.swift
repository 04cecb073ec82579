// Proves: spans of a request, its try and its copy reach a collector; one that is gone costs nobody
// anything but spans.

import Foundation
import Testing
import Waiting

@Suite struct TracingTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let caller = "00f067aa0ba902b7"

    @Test func spansArriveBelowTheirParents() async throws {
        try await Scenario.run { scenario in
            let collector = try await scenario.spanCollector()
            let stable = try await scenario.model("v1")
            let shadow = try await scenario.model("v2")
            try scenario.route(
                versions: [("v1", stable.endpoint), ("v2", shadow.endpoint)], "shadow: {to: v2}\n")
            try scenario.write(
                "Routes/gateway.yaml",
                """
                tracing: {endpoint: "\(collector.endpoint)", sample: 0%}
                trusted_proxies: [127.0.0.1]
                access_log: {to: access.log}
                limits: {shadow_late: 60s}

                """)
            let gateway = try await scenario.gateway()
            // Not asked for, and never drawn: only the log has heard of its trace.
            _ = try await scenario.curl(gateway, "/v1/sentiment/quiet", ["-d", "x"])
            let answer = try await scenario.curl(
                gateway, "/v1/sentiment/x?q=1",
                ["-d", "hello", "-H", "traceparent: 00-\(Self.trace)-\(Self.caller)-01"])
            #expect(answer.status == 200)
            let spans = try await Wait.value("three spans") {
                let spans = try collector.spans()
                return spans.count >= 3 ? spans : nil
            }
            #expect(spans.count == 3 && spans.allSatisfy { $0.traceId == Self.trace })
            let request = try #require(spans.first { $0.kind == 2 })
            let attempt = try #require(
                spans.first { $0.kind == 3 && $0["sluice.shadow"] == nil })
            let copy = try #require(spans.first { $0["sluice.shadow"] != nil })
            #expect(request.parentSpanId == Self.caller)
            #expect(attempt.parentSpanId == request.spanId && copy.parentSpanId == request.spanId)
            #expect(Set(spans.map(\.spanId)).count == 3)
            #expect(request["url.path"] == "/v1/sentiment/x")
            #expect(request["http.request.method"] == "POST")
            #expect(request["http.response.status_code"] == "200")
            #expect(request["sluice.route"] == "sentiment")
            #expect(request["sluice.version"] == "v1" && copy["sluice.version"] == "v2")
            #expect(request["sluice.sampled"] == "caller")
            try await gateway.waitForMetric("sluice_trace_spans_exported_total", 3)
            try await Wait.until("two lines") {
                scenario.read("access.log").split(separator: "\n").count >= 2
            }
            let lines = scenario.read("access.log").split(separator: "\n")
            let traced = try #require(lines.first { $0.contains("/v1/sentiment/x?q=1") })
            #expect(traced.contains("\"trace_id\":\"\(Self.trace)\""))
            #expect(traced.contains("\"span_id\":\"\(request.spanId)\""))
            let quiet = try #require(lines.first { $0.contains("/v1/sentiment/quiet") })
            #expect(quiet.firstMatch(of: /"trace_id":"[0-9a-f]{32}"/) != nil)
            #expect(!quiet.contains("span_id"))
        }
    }

    @Test func theLastSpansAreSentAtTheEnd() async throws {
        try await Scenario.run { scenario in
            let collector = try await scenario.spanCollector()
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            try scenario.write(
                "Routes/gateway.yaml",
                "tracing: {endpoint: \"\(collector.endpoint)\", sample: 100%}\n")
            let gateway = try await scenario.gateway()
            let answers = try await scenario.curl(
                many: (0..<50).map { scenario.section(gateway, "/v1/sentiment/\($0)") },
                parallel: 10)
            #expect(answers.allSatisfy { $0.status == 200 })
            gateway.process.send(SIGTERM)
            #expect(try await gateway.process.waitForEnd() == .exit(0))
            let spans = try collector.spans()
            #expect(spans.count == 100 && Set(spans.map(\.traceId)).count == 50)
        }
    }

    @Test func aCollectorThatIsGoneCostsOnlySpans() async throws {
        try await Scenario.run { scenario in
            let collector = try await scenario.spanCollector()
            collector.process.destroy()
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            try scenario.write(
                "Routes/gateway.yaml",
                "tracing: {endpoint: \"\(collector.endpoint)\", sample: 100%}\n"
                    + "limits: {trace_spans: 20}\n")
            let gateway = try await scenario.gateway()
            let answers = try await scenario.curl(
                many: (0..<200).map { scenario.section(gateway, "/v1/sentiment/\($0)") },
                parallel: 10)
            #expect(answers.count == 200 && answers.allSatisfy { $0.status == 200 })
            try await Wait.until("all spans to be dropped") {
                try await gateway.metrics().sum("sluice_trace_spans_dropped_total") == 400
            }
            let metrics = try await gateway.metrics()
            #expect(metrics.sum("sluice_trace_spans_dropped_total", "full") > 0)
            #expect(metrics.sum("sluice_trace_spans_dropped_total", "failed") > 0)
            #expect(metrics.sum("sluice_trace_spans_exported_total") == 0)
        }
    }
}
