// Spans reach a real receiver as OTLP has them in JSON; what cannot be sent is dropped and counted.

import Foundation
import Logging
import Plan
import Testing
import Waiting

@testable import Control
@testable import DataPlane

@Suite(.timeLimit(.minutes(1))) struct TraceExporterTests {
    private static func sink(_ endpoint: String, room: Int = 4_096) -> TraceSink {
        var settings = TracingSettings(endpoint: endpoint)
        settings.headers = [TracingSettings.Header(name: "x-api-key", value: "secret")]
        settings.service = "edge"
        return TraceSink(settings, mostOfWorker: room, workers: 1)
    }

    private static func exporter(
        _ sink: TraceSink, _ change: (inout TraceLimits) -> Void = { _ in }
    ) -> TraceExporter {
        var limits = TraceLimits()
        limits.waitMilliseconds = 1
        limits.lookMilliseconds = 5
        limits.pauseMilliseconds = 5
        limits.endMilliseconds = 30_000
        change(&limits)
        return TraceExporter(sink, logger: Logger(label: "test"), limits: limits)
    }

    private static func span(
        _ kind: TraceSpan.Kind = .request, _ number: UInt64 = 1, parent: UInt64 = 0,
        path: String = "/a", method: String = "GET", isKnown: Bool = true, error: String = "",
        grpc: Int? = nil
    ) -> TraceSpan {
        let request = TracedRequest(
            high: 0x4bf9, low: 0xe473_6000_0000_0001, isAsked: false, method: Array(method.utf8),
            isKnownMethod: isKnown, path: Array(path.utf8),
            host: Array("api.example.com:8443".utf8),
            route: "sentiment", step: 3)
        let endpoint = Endpoint(host: "10.0.0.1", port: 9_001, security: nil)
        return TraceSpan(
            kind: kind, request: request, span: number, parent: parent,
            start: 1_700_000_000_000_000_001, end: 1_700_000_000_500_000_000,
            version: Array("v2".utf8), endpoint: kind == .request ? nil : endpoint, status: 200,
            grpcStatus: grpc, error: error, resends: kind == .attempt ? 1 : 0, outcome: "answered")
    }

    /// The spans of a body, and the resource's attributes.
    private static func parse(
        _ body: String
    ) throws -> (spans: [[String: Any]], resource: [String: Any]) {
        let object = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any]
        let group = try #require((object?["resourceSpans"] as? [[String: Any]])?.first)
        let scope = try #require((group["scopeSpans"] as? [[String: Any]])?.first)
        let resource = try #require(group["resource"] as? [String: Any])
        return (try #require(scope["spans"] as? [[String: Any]]), attributes(resource))
    }

    /// Strings as they are, 64-bit numbers as strings behind an `i`.
    private static func attributes(_ object: [String: Any]) -> [String: String] {
        var found: [String: String] = [:]
        for entry in object["attributes"] as? [[String: Any]] ?? [] {
            guard let key = entry["key"] as? String, let value = entry["value"] as? [String: Any]
            else { continue }
            if let text = value["stringValue"] as? String { found[key] = text }
            if let number = value["intValue"] as? String { found[key] = "i\(number)" }
        }
        return found
    }

    /// Runs an exporter while the body waits for what it does, then ends it: what is under way by
    /// then is settled and counted on return.
    private func running(
        _ exporter: TraceExporter, _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await exporter.run() }
            try await body()
            await exporter.end()
            group.cancelAll()
        }
    }

    @Test func spansArePostedAsOTLPHasThem() async throws {
        let receiver = try await WebhookReceiver([.status(200)])
        let sink = Self.sink(receiver.url("/v1/traces"))
        sink.leave([
            Self.span(), Self.span(.attempt, 2, parent: 1, error: "upstream_reset"),
            Self.span(.shadow, 3, parent: 1, grpc: 14),
        ])
        try await running(Self.exporter(sink)) {
            var messages = receiver.messages.makeAsyncIterator()
            let message = try #require(await messages.next())
            #expect(message.path == "/v1/traces")
            #expect(message.headers["content-type"] == "application/json")
            #expect(message.headers["x-api-key"] == "secret")
            let (spans, resource) = try Self.parse(message.body)
            #expect(resource as? [String: String] == ["service.name": "edge"])
            try #require(spans.count == 3)
            let request = spans[0]
            #expect(request["traceId"] as? String == "0000000000004bf9e473600000000001")
            #expect(request["spanId"] as? String == "0000000000000001")
            #expect(request["parentSpanId"] == nil && request["status"] == nil)
            #expect(request["kind"] as? Int == 2 && request["name"] as? String == "GET sentiment")
            #expect(request["startTimeUnixNano"] as? String == "1700000000000000001")
            #expect(request["endTimeUnixNano"] as? String == "1700000000500000000")
            #expect(
                Self.attributes(request) == [
                    "http.request.method": "GET", "url.path": "/a", "url.scheme": "https",
                    "http.response.status_code": "i200", "server.address": "api.example.com",
                    "server.port": "i8443", "sluice.route": "sentiment", "sluice.version": "v2",
                    "sluice.step": "i3", "sluice.outcome": "answered", "sluice.sampled": "draw",
                ])
            let attempt = Self.attributes(spans[1])
            #expect(spans[1]["kind"] as? Int == 3)
            #expect(spans[1]["parentSpanId"] as? String == "0000000000000001")
            #expect((spans[1]["status"] as? [String: Any])?["code"] as? Int == 2)
            #expect(attempt["error.type"] == "upstream_reset")
            #expect(attempt["http.request.resend_count"] == "i1")
            #expect(attempt["url.full"] == "http://10.0.0.1:9001/a")
            #expect(attempt["server.address"] == "10.0.0.1" && attempt["server.port"] == "i9001")
            let copy = Self.attributes(spans[2])
            #expect(copy["sluice.shadow"] == "copy" && copy["rpc.system"] == "grpc")
            #expect(copy["rpc.grpc.status_code"] == "i14")
        }
        #expect(sink.counters.exported == 3)
        #expect(sink.counters.failed == 0 && sink.waitingCount == 0)
        await receiver.close()
    }

    @Test(arguments: ["/\"},{\"x\":\"", "/\\", "/\u{1}\u{1f}\u{7f}", "/\u{E9}\u{4E2D}"])
    func whatCallersSayBreaksNothing(text: String) throws {
        let body = SpanDocument.body(
            [Self.span(path: text, method: text, isKnown: false)], service: text)
        let (spans, resource) = try Self.parse(String(decoding: body, as: UTF8.self))
        let attributes = Self.attributes(try #require(spans.first))
        #expect(resource["service.name"] as? String == text && attributes["url.path"] == text)
        #expect(attributes["http.request.method"] == "_OTHER")
        #expect(attributes["http.request.method_original"] == text)
        #expect(spans.first?["name"] as? String == "HTTP sentiment")
    }

    @Test func aBatchThatWasNotTakenIsSentAgain() async throws {
        let receiver = try await WebhookReceiver([.status(503), .status(429), .status(200)])
        let sink = Self.sink(receiver.url())
        sink.leave([Self.span()])
        try await running(Self.exporter(sink)) {
            var messages = receiver.messages.makeAsyncIterator()
            let first = try #require(await messages.next())
            for _ in 0..<2 { #expect(await messages.next()?.body == first.body) }
        }
        #expect(sink.counters.exported == 1)
        #expect(sink.counters.failed == 0)
        await receiver.close()
    }

    @Test func whatIsRefusedIsNotSentAgain() async throws {
        let receiver = try await WebhookReceiver([.status(400)])
        let sink = Self.sink(receiver.url())
        sink.leave([Self.span(), Self.span()])
        try await running(Self.exporter(sink)) {
            var messages = receiver.messages.makeAsyncIterator()
            for count in [2, 1] {
                let message = try #require(await messages.next())
                #expect(try Self.parse(message.body).spans.count == count)
                // Comes in a batch of its own, after this one is settled.
                if count == 2 { sink.leave([Self.span()]) }
            }
        }
        #expect(sink.counters.rejected == 2 && sink.counters.exported == 1)
        await receiver.close()
        var rest = 0
        for await _ in receiver.messages { rest += 1 }
        #expect(rest == 0)
    }

    @Test func spansForNobodyAreDroppedAfterTheirTries() async throws {
        let receiver = try await WebhookReceiver()
        let url = receiver.url()
        await receiver.close()
        let sink = Self.sink(url, room: 10)
        sink.leave((0..<25).map { Self.span(.request, UInt64($0 + 1)) })
        #expect(sink.counters.full == 15 && sink.waitingCount == 10)
        try await running(Self.exporter(sink) { $0.batch = 4 }) {
            // There is no event for it: a post that fails reaches nobody.
            try await Wait.until("ten spans to be given up") { sink.counters.failed == 10 }
        }
        #expect(sink.counters.exported == 0 && sink.waitingCount == 0)
    }

    @Test func batchesAreBounded() async throws {
        let receiver = try await WebhookReceiver()
        let sink = Self.sink(receiver.url())
        sink.leave((0..<10).map { Self.span(.request, UInt64($0 + 1)) })
        try await running(Self.exporter(sink) { $0.batch = 4 }) {
            var messages = receiver.messages.makeAsyncIterator()
            var sizes: [Int] = []
            while sizes.reduce(0, +) < 10 {
                sizes.append(try Self.parse(try #require(await messages.next()).body).spans.count)
            }
            #expect(sizes == [4, 4, 2])
        }
        await receiver.close()
    }

    @Test func theEndSendsWhatWaitsAndWaitsForNobodySilent() async throws {
        let receiver = try await WebhookReceiver()
        let sink = Self.sink(receiver.url())
        sink.leave([Self.span()])
        await Self.exporter(sink).end()
        #expect(sink.counters.exported == 1)
        await receiver.close()
        let silent = try await WebhookReceiver([.silence, .silence])
        let other = Self.sink(silent.url())
        other.leave([Self.span(), Self.span()])
        await Self.exporter(other) { $0.endMilliseconds = 100 }.end()
        #expect(other.counters.failed == 2 && other.waitingCount == 0)
        await silent.close()
    }

    @Test(arguments: [
        ("{}", 0), ("", 0), ("{\"partialSuccess\":{\"rejectedSpans\":\"3\"}}", 3),
        ("{\"partialSuccess\":{\"rejectedSpans\":2}}", 2), ("[1]", 0),
        ("{\"partialSuccess\":7}", 0),
    ])
    func aCollectorMayRejectSome(answer: String, count: Int) {
        #expect(TraceExporter.rejected([UInt8](answer.utf8)) == count)
    }
}
