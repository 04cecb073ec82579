// What a request looks like at the upstream, and its answer at the client.

import Plan
import Recording
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ForwardingTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test func passesRequestAndAnswer() async throws {
        let upstream = try await ScriptedUpstream.answering(
            "HTTP/1.1 200 Fine\r\nContent-Length: 5\r\nX-Mine: a\r\nConnection: keep-alive\r\n"
                + "Keep-Alive: timeout=5\r\nX-Sluice-Version: lie\r\n\r\nhello")
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        let answer = try await gateway.ask(
            "POST /a/b?c=%20d HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nX-Id: 7\r\n\r\nxyz"
        )
        #expect(answer.line == "HTTP/1.1 200 Fine")
        #expect(answer.text == "hello")
        #expect(answer["x-mine"] == "a")
        #expect(answer["x-sluice-version"] == "v1")
        #expect(answer["keep-alive"] == nil)
        #expect(answer["connection"] == nil)
        #expect(answer["x-request-id"]?.count == 32)
        let request = try #require(upstream.received.first)
        #expect(request.firstLine == "POST /a/b?c=%20d HTTP/1.1")
        #expect(request.body == Array("xyz".utf8))
        #expect(request.values("host") == ["localhost"])
        #expect(request.values("x-id") == ["7"])
        #expect(request.values("via") == ["1.1 sluice"])
        #expect(request.values("x-forwarded-for") == ["127.0.0.1"])
        #expect(request.values("x-forwarded-proto") == ["https"])
        #expect(request.values("x-forwarded-host") == ["localhost"])
        #expect(request.values("x-request-id") == [answer["x-request-id"] ?? ""])
        #expect(request.values("traceparent").first?.count == 55)
        #expect(request.values("forwarded") == [])
        await gateway.stop()
    }

    @Test func dropsWhatTheClientMayNotSay() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        _ = try await gateway.ask(
            "GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\n"
                + "X-Real-IP: 6.6.6.6\r\nX-Sluice-Version: v9\r\nX-Forwarded-Proto: http\r\n"
                + "Proxy-Connection: keep-alive\r\nTE: gzip\r\nX-Hop: 1\r\nConnection: x-hop\r\n"
                + "Traceparent: nonsense\r\n\r\n")
        let request = try #require(upstream.received.first)
        #expect(request.values("x-forwarded-for") == ["127.0.0.1"])
        #expect(request.values("x-forwarded-proto") == ["https"])
        for name in [
            "forwarded", "x-real-ip", "x-sluice-version", "proxy-connection", "te", "x-hop",
        ] {
            #expect(request.values(name) == [], "\(name)")
        }
        #expect(request.values("traceparent").first?.hasPrefix("00-") == true)
        await gateway.stop()
    }

    @Test func believesATrustedProxy() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        var parts = RouteParts()
        parts.versions = [
            Version(
                name: "v1",
                endpoints: [Endpoint(host: "127.0.0.1", port: upstream.port, security: nil)])
        ]
        let gateway = try await GatewayUnderTest.start(routes: [parts.route]) { settings in
            settings.trustedProxies = [AddressRange(bytes: [127, 0, 0, 0], prefixBits: 8)]
            settings.sendsForwarded = true
        }
        _ = try await gateway.ask(
            "GET / HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 6.6.6.6\r\n"
                + "X-Forwarded-Proto: http\r\n\r\n")
        let request = try #require(upstream.received.first)
        #expect(request.values("x-forwarded-for") == ["6.6.6.6", "127.0.0.1"])
        #expect(request.values("x-forwarded-proto") == ["http"])
        #expect(request.values("forwarded") == ["for=127.0.0.1;host=\"localhost\";proto=https"])
        await gateway.stop()
    }

    @Test func keepsAValidRequestIdAndTrace() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let answer = try await gateway.ask(
            "GET / HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: abc-123\r\nTraceparent: \(trace)\r\n"
                + "Tracestate: a=b\r\n\r\n")
        #expect(answer["x-request-id"] == "abc-123")
        #expect(upstream.received.first?.values("traceparent") == [trace])
        #expect(upstream.received.first?.values("tracestate") == ["a=b"])
        let other = try await gateway.ask(
            "GET / HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a<b>\r\n\r\n")
        #expect(other["x-request-id"]?.count == 32)
        await gateway.stop()
    }

    @Test func rewritesAnAbsoluteTarget() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        _ = try await gateway.ask(
            "GET https://LOCALHOST:8443?x HTTP/1.1\r\nHost: other.example.com\r\n\r\n")
        #expect(upstream.received.first?.firstLine == "GET /?x HTTP/1.1")
        #expect(upstream.received.first?.values("host") == ["LOCALHOST:8443"])
        await gateway.stop()
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        let upstream = try await ScriptedUpstream.start { request in
            let name = request.firstLine.split(separator: " ")[1]
            return [.send("HTTP/1.1 200 OK\r\nContent-Length: \(name.utf8.count)\r\n\r\n\(name)")]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        var client = try await gateway.connect()
        let names = (0..<50).map { "/\($0)" }
        try await client.send(
            names.map { "GET \($0) HTTP/1.1\r\nHost: localhost\r\n\r\n" }.joined())
        for name in names { #expect(try await client.response().text == name) }
        await client.close()
        await gateway.stop()
    }

    @Test func keepsBothSidesAlive() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        var client = try await gateway.connect()
        for _ in 0..<20 {
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(try await client.response().text == "ok")
        }
        await client.close()
        #expect(upstream.connectionCount == 1)
        #expect(gateway.figures("v1").requests == 20)
        await gateway.stop()
    }

    @Test func closesWhenAskedTo() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        var client = try await gateway.connect()
        try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        let answer = try await client.response()
        #expect(answer["connection"] == "close")
        #expect(try await client.readToEnd() == "")
        await gateway.stop()
    }

    @Test func serves10Clients() async throws {
        let upstream = try await ScriptedUpstream.start { _ in
            [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        // HTTP/1.0 knows no chunks: the body ends with the connection.
        var old = try await gateway.connect()
        try await old.send("GET / HTTP/1.0\r\n\r\n")
        let answer = try await old.response()
        #expect(answer["transfer-encoding"] == nil)
        #expect(answer["connection"] == "close")
        #expect(answer.text == "abc")
        await gateway.stop()
    }

    @Test func answersAboutItself() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        let answer = try await gateway.ask("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(answer.status == 204)
        #expect(upstream.connectionCount == 0)
        await gateway.stop()
    }

    @Test func refusesAHostThatTheCertificateDoesNotCover() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        let refused = try await gateway.ask("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n")
        #expect(refused.status == 421)
        #expect(refused["x-sluice-error"] == "misdirected_request")
        let covered = try await gateway.ask("GET / HTTP/1.1\r\nHost: a.example.com\r\n\r\n")
        #expect(covered.status == 200)
        // Without SNI nothing was chosen by name, and any host may be asked for.
        var nameless = try await gateway.connect(serverName: nil)
        try await nameless.send("GET / HTTP/1.1\r\nHost: other.test\r\n\r\n")
        #expect(try await nameless.response().status == 200)
        await nameless.close()
        await gateway.stop()
    }
}
