// What is recorded of a request: who decides, which spans there are, and what endpoints are told.

import Foundation
import Plan
import Testing

@testable import DataPlane

@Suite(.timeLimit(.minutes(1)))
struct TracingTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let caller = "00f067aa0ba902b7"
    private static let get = "GET /a/b?secret=1 HTTP/1.1\r\nHost: localhost:8443\r\n"

    private static func sink(sample: Int, room: Int = 4_096) -> TraceSink {
        var settings = TracingSettings(endpoint: "http://127.0.0.1:4318/v1/traces")
        settings.sampleBuckets = sample
        return TraceSink(settings, mostOfWorker: room, workers: 1)
    }

    /// The next so many spans, waited for.
    private static func spans(
        _ sink: TraceSink, _ count: Int, _ gateway: GatewayUnderTest
    ) async throws -> [TraceSpan] {
        try await gateway.until { sink.waitingCount >= count }
        return sink.take(atMost: .max)
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func traceID(_ span: TraceSpan) -> String {
        hex(span.request.high) + hex(span.request.low)
    }

    /// What an endpoint is told while this span is its caller.
    private static func field(_ span: TraceSpan) -> String {
        "00-\(traceID(span))-\(hex(span.span))-01"
    }

    private static func start(
        trusted: Bool, _ sink: TraceSink, _ upstream: ScriptedUpstream
    ) async throws -> GatewayUnderTest {
        var parts = RouteParts()
        parts.versions = [
            Version(
                name: "v1",
                endpoints: [Endpoint(host: "127.0.0.1", port: upstream.port, security: nil)])
        ]
        return try await GatewayUnderTest.start(routes: [parts.route], traces: sink) { settings in
            if trusted {
                settings.trustedProxies = [AddressRange(bytes: [127, 0, 0, 0], prefixBits: 8)]
            }
        }
    }

    @Test func aRequestAndItsTryAreSpansOfOneTrace() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let sink = Self.sink(sample: 100_000)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]], traces: sink)
        let before = UInt64(Date().timeIntervalSince1970 * 1e9)
        _ = try await gateway.ask(Self.get + "\r\n")
        let spans = try await Self.spans(sink, 2, gateway)
        let request = try #require(spans.first { $0.kind == .request })
        let attempt = try #require(spans.first { $0.kind == .attempt })
        #expect(spans.count == 2 && request.parent == 0 && attempt.parent == request.span)
        #expect(request.span != attempt.span && Self.traceID(request) == Self.traceID(attempt))
        #expect(upstream.received.first?.values("traceparent") == [Self.field(attempt)])
        #expect(request.status == 200 && request.error == "" && request.outcome == "answered")
        #expect(attempt.status == 200 && attempt.resends == 0)
        #expect(attempt.endpoint?.port == upstream.port && request.endpoint == nil)
        #expect(request.request.path == Array("/a/b".utf8))
        #expect(request.request.host == Array("localhost:8443".utf8))
        #expect(request.request.method == Array("GET".utf8) && request.request.step == -1)
        #expect(request.request.route == "test" && request.version == Array("v1".utf8))
        #expect(!request.request.isAsked)
        // The clock of loops is a few milliseconds old at most when a request is taken.
        let second: UInt64 = 1_000_000_000
        #expect(request.start > before - second && request.start < before + 60 * second)
        #expect(request.start <= attempt.start && attempt.end <= request.end)
        #expect(attempt.start <= attempt.end)
        await gateway.stop()
    }

    @Test(arguments: [false, true], [false, true])
    func onlyATrustedProxyDecides(isTrusted: Bool, asks: Bool) async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        // The draw would always say the opposite of what the client asks for.
        let sink = Self.sink(sample: asks ? 0 : 100_000)
        let gateway = try await Self.start(trusted: isTrusted, sink, upstream)
        _ = try await gateway.ask(
            Self.get + "Traceparent: 00-\(Self.trace)-\(Self.caller)-0\(asks ? 1 : 0)\r\n"
                + "Tracestate: a=b\r\n\r\n")
        let isSampled = isTrusted == asks
        let received = try #require(upstream.received.first)
        #expect(received.values("tracestate") == ["a=b"])
        if isSampled {
            let spans = try await Self.spans(sink, 2, gateway)
            let request = try #require(spans.first { $0.kind == .request })
            let attempt = try #require(spans.first { $0.kind == .attempt })
            #expect(Self.traceID(request) == Self.trace)
            #expect(Self.hex(request.parent) == Self.caller)
            #expect(request.request.isAsked == isTrusted)
            #expect(received.values("traceparent") == [Self.field(attempt)])
            await gateway.stop()
        } else {
            #expect(received.values("traceparent") == ["00-\(Self.trace)-\(Self.caller)-00"])
            await gateway.stop()
            #expect(sink.waitingCount == 0 && sink.counters == TraceSink.Counters())
        }
    }

    @Test(arguments: [
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "nonsense", "",
    ])
    func whatIsNoTraceParentBeginsANewTrace(text: String) async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let sink = Self.sink(sample: 100_000)
        let gateway = try await Self.start(trusted: true, sink, upstream)
        _ = try await gateway.ask(Self.get + "Traceparent: \(text)\r\nTracestate: a=b\r\n\r\n")
        let spans = try await Self.spans(sink, 2, gateway)
        let request = try #require(spans.first { $0.kind == .request })
        #expect(request.parent == 0 && Self.traceID(request) != Self.trace)
        #expect(!request.request.isAsked)
        let received = try #require(upstream.received.first)
        #expect(received.values("traceparent").count == 1)
        #expect(received.values("traceparent").first?.hasSuffix("-01") == true)
        #expect(received.values("tracestate").isEmpty)
        await gateway.stop()
    }

    @Test func eachTryIsASpanOfItsOwn() async throws {
        let upstream = try await ScriptedUpstream.start { request in
            request.connection == 0 ? [.reset] : [.send(Self.ok)]
        }
        let sink = Self.sink(sample: 100_000)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]], traces: sink)
        _ = try await gateway.ask(Self.get + "\r\n")
        let spans = try await Self.spans(sink, 3, gateway)
        let request = try #require(spans.first { $0.kind == .request })
        let tries = spans.filter { $0.kind == .attempt }
        #expect(tries.count == 2 && tries.allSatisfy { $0.parent == request.span })
        #expect(tries.map(\.error) == ["upstream_reset", ""])
        #expect(tries.map(\.resends) == [0, 1] && tries.map(\.status) == [0, 200])
        #expect(request.error == "" && request.status == 200)
        let told = upstream.received.compactMap { $0.values("traceparent").first }
        #expect(told == tries.map(Self.field))
        await gateway.stop()
    }

    @Test func whatFailsSaysWhy() async throws {
        let port = DeadPort()
        defer { port.release() }
        let sink = Self.sink(sample: 100_000)
        let gateway = try await GatewayUnderTest.start(
            ["v1": [port.number]], traces: sink, limits: { $0.retries = 0 })
        let answer = try await gateway.ask(Self.get + "\r\n")
        #expect(answer.status == 502)
        let spans = try await Self.spans(sink, 2, gateway)
        let request = try #require(spans.first { $0.kind == .request })
        let attempt = try #require(spans.first { $0.kind == .attempt })
        #expect(request.status == 502 && request.error == "upstream_connect")
        #expect(request.outcome == "connect")
        #expect(attempt.status == 0 && attempt.error == "upstream_connect")
        await gateway.stop()
    }

    @Test func anErrorOfTheModelIsOneOfTheTry() async throws {
        let upstream = try await ScriptedUpstream.answering(
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        let sink = Self.sink(sample: 100_000)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]], traces: sink)
        _ = try await gateway.ask(Self.get + "\r\n")
        let spans = try await Self.spans(sink, 2, gateway)
        // A server's span is an error from 500 on, a client's from 400 on.
        #expect(spans.first { $0.kind == .request }?.error == "")
        #expect(spans.first { $0.kind == .attempt }?.error == "404")
        await gateway.stop()
    }

    @Test func aCopyHangsBelowTheRequest() async throws {
        let primary = try await ScriptedUpstream.answering(Self.ok)
        let shadow = try await ScriptedUpstream.answering(Self.ok)
        let sink = Self.sink(sample: 100_000)
        let gateway = try await GatewayUnderTest.start(
            ["v1": [primary.port], "v2": [shadow.port]], traces: sink,
            route: { $0.shadows = [Shadow(version: 1)] })
        _ = try await gateway.ask(Self.get + "Tracestate: a=b\r\n\r\n")
        let spans = try await Self.spans(sink, 3, gateway)
        let request = try #require(spans.first { $0.kind == .request })
        let attempt = try #require(spans.first { $0.kind == .attempt })
        let copy = try #require(spans.first { $0.kind == .shadow })
        #expect(copy.parent == request.span && Self.traceID(copy) == Self.traceID(request))
        #expect(copy.version == Array("v2".utf8) && copy.endpoint?.port == shadow.port)
        #expect(copy.status == 200)
        #expect(shadow.received.first?.values("traceparent") == [Self.field(copy)])
        #expect(primary.received.first?.values("traceparent") == [Self.field(attempt)])
        await gateway.stop()
    }

    @Test func aCopyOfWhatIsNotRecordedIsNotEither() async throws {
        let primary = try await ScriptedUpstream.answering(Self.ok)
        let shadow = try await ScriptedUpstream.answering(Self.ok)
        let sink = Self.sink(sample: 0)
        let gateway = try await GatewayUnderTest.start(
            ["v1": [primary.port], "v2": [shadow.port]], traces: sink,
            route: { $0.shadows = [Shadow(version: 1)] })
        _ = try await gateway.ask(Self.get + "\r\n")
        try await gateway.until { !shadow.received.isEmpty }
        let told = shadow.received.first?.values("traceparent")
        #expect(told == primary.received.first?.values("traceparent"))
        #expect(told?.first?.hasSuffix("-00") == true)
        await gateway.stop()
        #expect(sink.waitingCount == 0)
    }

    @Test func whatFindsNoRoomIsDroppedAndCounted() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let sink = Self.sink(sample: 100_000, room: 3)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]], traces: sink)
        for _ in 0..<5 { #expect(try await gateway.ask(Self.get + "\r\n").status == 200) }
        await gateway.stop()
        #expect(sink.waitingCount == 3)
        #expect(sink.counters.full == 7)
        #expect(sink.take(atMost: 2).count == 2)
        #expect(sink.take(atMost: 2).count == 1 && sink.waitingCount == 0)
    }
}
