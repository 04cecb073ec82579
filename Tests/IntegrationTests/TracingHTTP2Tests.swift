// Proves: traces pass HTTP/2 and gRPC as they pass HTTP/1.1: spans, what endpoints are told, the log.

import Foundation
import Testing
import Waiting

@Suite struct TracingHTTP2Tests {
    /// What the upstream got, as it says itself.
    private struct Echo: Decodable {
        let protocolName: String
        let connection: Int
        let fields: [[String]]

        private enum CodingKeys: String, CodingKey {
            case protocolName = "protocol"
            case connection, fields
        }

        var traceParents: [String] {
            fields.filter { $0.first?.lowercased() == "traceparent" }.map { $0.last ?? "" }
        }
    }

    private struct Line: Decodable {
        let target: String
        let status: Int
        let trace_id: String?
        let span_id: String?
    }

    private static let caller = "00f067aa0ba902b7"

    private static func trace(_ number: Int) -> String {
        "4bf92f3577b34da6a3ce929d" + String(0x1000_0000 + number, radix: 16)
    }

    private static func field(_ number: Int, isSampled: Bool = true) -> String {
        "traceparent: 00-\(trace(number))-\(caller)-\(isSampled ? "01" : "00")"
    }

    /// A gateway whose clients are trusted, and where nothing is drawn.
    private static func gateway(
        _ scenario: Scenario, _ collector: SpanCollector
    ) async throws -> Gateway {
        try scenario.write(
            "Routes/gateway.yaml",
            """
            tracing: {endpoint: "\(collector.endpoint)", sample: 0%}
            trusted_proxies: [127.0.0.1]
            access_log: {to: access.log}

            """)
        return try await scenario.gateway()
    }

    private static func lines(_ scenario: Scenario, _ count: Int) async throws -> [Line] {
        let lines = try await Wait.value("\(count) lines") {
            let lines = scenario.read("access.log").split(
                separator: "\n", omittingEmptySubsequences: false
            ).dropLast()
            return lines.count >= count ? lines : nil
        }
        return try lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    private static func spans(
        _ collector: SpanCollector, _ count: Int
    ) async throws -> [SpanCollector.Span] {
        let spans = try await Wait.value("\(count) spans") {
            let spans = try collector.spans()
            return spans.count >= count ? spans : nil
        }
        #expect(spans.count == count && Set(spans.map(\.spanId)).count == count)
        return spans
    }

    /// The request's span and its try's, which must belong together and to the log's line.
    private static func expectTrace(
        _ number: Int, in spans: [SpanCollector.Span], _ line: Line?, told: [String]
    ) throws -> (request: SpanCollector.Span, attempt: SpanCollector.Span) {
        let own = spans.filter { $0.traceId == trace(number) }
        #expect(own.count == 2)
        let request = try #require(own.first { $0.kind == 2 })
        let attempt = try #require(own.first { $0.kind == 3 })
        #expect(request.parentSpanId == caller && attempt.parentSpanId == request.spanId)
        #expect(told == ["00-\(trace(number))-\(attempt.spanId)-01"])
        #expect(line?.trace_id == trace(number) && line?.span_id == request.spanId)
        #expect(request["sluice.sampled"] == "caller" && request["url.scheme"] == "https")
        #expect(request.startTimeUnixNano <= attempt.startTimeUnixNano)
        #expect(request.endTimeUnixNano >= attempt.startTimeUnixNano)
        return (request, attempt)
    }

    @Test(arguments: [false, true])
    func requestsOfOneConnectionHaveTracesOfTheirOwn(isSecure: Bool) async throws {
        try await Scenario.run { scenario in
            let collector = try await scenario.spanCollector()
            let upstream = try await scenario.pythonUpstream()
            let endpoint =
                isSecure
                ? "https://localhost:\(upstream.tls)" : "http://127.0.0.1:\(upstream.http2)"
            try scenario.route(
                "one", path: "/one/**", to: endpoint, wire: isSecure ? "auto" : "http2")
            let gateway = try await Self.gateway(scenario, collector)
            let count = 40
            let answers = try await scenario.curl(
                many: (0..<count).map { number in
                    // Every fourth is not recorded.
                    let field = Self.field(number, isSampled: number % 4 != 3)
                    return scenario.section(gateway, "/one/echo?\(number)", headers: [field])
                        + ["http2", "data = \"hello\""]
                }, parallel: 20)
            #expect(answers.allSatisfy { $0.status == 200 })
            let echoes = try answers.map { try JSONDecoder().decode(Echo.self, from: $0.body) }
            #expect(echoes.allSatisfy { $0.protocolName.contains("2") })
            let spans = try await Self.spans(collector, count / 4 * 3 * 2)
            let lines = try await Self.lines(scenario, count)
            for (number, echo) in echoes.enumerated() {
                let line = lines.first { $0.target == "/one/echo?\(number)" }
                if number % 4 == 3 {
                    #expect(line?.trace_id == Self.trace(number) && line?.span_id == nil)
                    let told = try #require(echo.traceParents.first)
                    #expect(told.hasPrefix("00-\(Self.trace(number))-") && told.hasSuffix("-00"))
                    #expect(!spans.contains { $0.traceId == Self.trace(number) })
                    continue
                }
                let (request, attempt) = try Self.expectTrace(
                    number, in: spans, line, told: echo.traceParents)
                for span in [request, attempt] {
                    #expect(span["http.response.status_code"] == "200")
                    #expect(span["http.request.method"] == "POST" && span["error.type"] == nil)
                    #expect(span["sluice.route"] == "one" && span["rpc.system"] == nil)
                    #expect(span["sluice.outcome"] == "answered")
                }
                #expect(attempt["url.full"] == "\(endpoint)/one/echo")
            }
        }
    }

    /// The second try has a span of its own, and its endpoint is told of that one.
    @Test(arguments: ["refused", "unprocessed"])
    func aRequestSentTwiceHasTwoTries(behaviour: String) async throws {
        try await Scenario.run { scenario in
            let collector = try await scenario.spanCollector()
            let upstream = try await scenario.pythonUpstream()
            try scenario.route(
                "one", path: "/one/**", to: "http://127.0.0.1:\(upstream.http2)", wire: "http2")
            let gateway = try await Self.gateway(scenario, collector)
            let answer = try await scenario.curl(
                gateway, "/one/\(behaviour)",
                ["--http2", "-H", "x-test-id: twice", "-H", Self.field(0)])
            let told = try answer.json(Echo.self).traceParents
            let spans = try await Self.spans(collector, 3)
            let request = try #require(spans.first { $0.kind == 2 })
            let tries = spans.filter { $0.kind == 3 }
            #expect(tries.count == 2 && tries.allSatisfy { $0.parentSpanId == request.spanId })
            let second = try #require(tries.first { $0["http.request.resend_count"] == "1" })
            let first = try #require(tries.first { $0["http.request.resend_count"] == nil })
            #expect(told == ["00-\(Self.trace(0))-\(second.spanId)-01"])
            #expect(first["error.type"] != nil && first["http.response.status_code"] == nil)
            #expect(second["error.type"] == nil && request["error.type"] == nil)
            #expect(second["http.response.status_code"] == "200")
        }
    }

    /// A call by hand in the form of gRPC, to a service by grpcio.
    private static func call(
        _ gateway: Gateway, _ method: String, _ message: String, _ number: Int
    ) async throws -> Answer {
        // Not compressed, and so long: these are short.
        try gateway.scenario.write(
            "message-\(number)",
            "\0\0\0\0\(try #require(Unicode.Scalar(message.utf8.count)))\(message)")
        return try await gateway.scenario.curl(
            gateway, "/test.Echo/\(method)",
            [
                "--http2", "-H", "content-type: application/grpc", "-H", "te: trailers", "-H",
                field(number), "--data-binary", "@\(gateway.scenario.folder)/message-\(number)",
            ])
    }

    @Test func callsByGRPCSayTheirStatus() async throws {
        try await Scenario.run { scenario in
            let collector = try await scenario.spanCollector()
            let service = try await scenario.pythonService(
                "grpc_service.py", as: PythonService.self)
            try scenario.route(
                "echo", path: "/test.Echo/**", to: "http://127.0.0.1:\(service.port)", wire: "http2"
            )
            let gateway = try await Self.gateway(scenario, collector)
            let good = try await Self.call(gateway, "Trace", "", 0)
            #expect(good.status == 200 && good["grpc-status"] == "0", "\(good.errors)")
            let told = try JSONDecoder().decode([String].self, from: good.body.dropFirst(5))
            // An error of the version, and one that is only the caller's.
            for (number, message) in [(1, "14 gone"), (2, "5 not here")] {
                let answer = try await Self.call(gateway, "Fail", message, number)
                #expect(answer.status == 200 && message.hasPrefix(answer["grpc-status"] ?? "none"))
            }
            let spans = try await Self.spans(collector, 6)
            let lines = try await Self.lines(scenario, 3)
            let (request, attempt) = try Self.expectTrace(0, in: spans, lines.first, told: told)
            for span in [request, attempt] {
                #expect(span["rpc.system"] == "grpc" && span["rpc.grpc.status_code"] == "0")
                #expect(span["http.response.status_code"] == "200" && span["error.type"] == nil)
                #expect(span["url.path"] == "/test.Echo/Trace")
            }
            let failed = [("14", "unavailable", "unavailable"), ("5", nil, "not_found")]
            for (number, (code, ofRequest, ofTry)) in zip(1..., failed) {
                let own = spans.filter { $0.traceId == Self.trace(number) }
                #expect(own.count == 2 && own.allSatisfy { $0["rpc.grpc.status_code"] == code })
                #expect(own.first { $0.kind == 2 }?["error.type"] == ofRequest)
                #expect(own.first { $0.kind == 3 }?["error.type"] == ofTry)
                #expect(lines[number].trace_id == Self.trace(number))
            }
        }
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func whatNoRouteTookIsFoundByTheTraceItCameWith(version: String) async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            try scenario.write("Routes/gateway.yaml", "access_log: {to: access.log}\n")
            let gateway = try await scenario.gateway()
            let fields: [[String]] = [
                [Self.field(0)], [Self.field(1, isSampled: false)], [],
                ["traceparent: 00-\(Self.trace(3))-\(Self.caller)"],
                ["traceparent: 00-\(Self.trace(4).uppercased())-\(Self.caller)-01"],
                [Self.field(5), Self.field(5)], ["traceparent: \"},{\""],
            ]
            for (number, fields) in fields.enumerated() {
                let answer = try await scenario.curl(
                    gateway, "/nowhere/\(number)", [version] + fields.flatMap { ["-H", $0] })
                #expect(answer.status == 404)
            }
            let lines = try await Self.lines(scenario, fields.count)
            #expect(lines.allSatisfy { $0.status == 404 && $0.span_id == nil })
            #expect(
                lines.map(\.trace_id) == [Self.trace(0), Self.trace(1)]
                    + Array(repeating: nil, count: 5))
        }
    }
}
