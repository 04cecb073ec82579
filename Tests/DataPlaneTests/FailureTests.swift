// What becomes of a request when its upstream fails, refuses, breaks or is silent.

import Plan
import Recording
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FailureTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    private static let get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    private static let post = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"

    @Test func answers503AtOnceWhenAllRefuse() async throws {
        let dead = DeadPort()
        let gateway = try await GatewayUnderTest.start(["v1": [dead.number]])
        let first = try await gateway.ask(Self.post)
        #expect(first.status == 502 || first.status == 503)
        let second = try await gateway.ask(Self.post)
        #expect(second.status == 503)
        #expect(second["x-sluice-error"] == "upstream_unavailable")
        #expect(second["content-type"] == "application/problem+json")
        #expect(second["x-sluice-version"] == "v1")
        let figures = gateway.figures("v1")
        #expect(figures.requests == 2)
        #expect(figures.errors == 2)
        dead.release()
        await gateway.stop()
    }

    @Test func goesToAnotherEndpointWhenOneRefuses() async throws {
        let dead = DeadPort()
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(
            ["v1": [dead.number, upstream.port]],
            // However slow the machine: the dead endpoint is asked again after each pause.
            limits: { $0.retryBudgetLeast = 1_000 })
        for _ in 0..<20 { #expect(try await gateway.ask(Self.post).status == 200) }
        #expect(gateway.figures("v1").errors == 0)
        dead.release()
        await gateway.stop()
    }

    @Test func comesBackToAnEndpointThatListensAgain() async throws {
        let dead = DeadPort()
        let gateway = try await GatewayUnderTest.start(
            ["v1": [dead.number]], limits: { $0.endpointRefusedMilliseconds = 1 })
        #expect(try await gateway.ask(Self.get).status >= 502)
        let upstream = try await ScriptedUpstream.start(port: dead.number) { _ in [.send(Self.ok)] }
        var status = 0
        while status != 200 { status = try await gateway.ask(Self.get).status }
        #expect(upstream.received.count == 1)
        dead.release()
        await gateway.stop()
    }

    @Test(arguments: ["GET", "POST"])
    func retriesOnceOnAStaleConnection(method: String) async throws {
        // Closes on the second request of a connection, as an idle timeout would.
        let upstream = try await ScriptedUpstream.start { request in
            request.number == 0 ? [.send(Self.ok)] : [.close]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        var client = try await gateway.connect()
        for _ in 0..<4 {
            try await client.send(
                "\(method) / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc")
            #expect(try await client.response().text == "ok")
        }
        await client.close()
        #expect(upstream.received.allSatisfy { $0.body == Array("abc".utf8) })
        #expect(gateway.figures("v1").errors == 0)
        #expect(gateway.figures("v1").retries == 3)
        await gateway.stop()
    }

    @Test func doesNotRepeatAPostThatMayHaveBeenActedOn() async throws {
        let upstream = try await ScriptedUpstream.start { _ in [.close] }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        let answer = try await gateway.ask(Self.post)
        #expect(answer.status == 502)
        #expect(answer["x-sluice-error"] == "upstream_reset")
        #expect(upstream.received.count == 1)
        #expect(gateway.figures("v1").count(.reset) == 1)
        await gateway.stop()
    }

    @Test func repeatsAGetOnce() async throws {
        let upstream = try await ScriptedUpstream.start { _ in [.reset] }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        let answer = try await gateway.ask(Self.get)
        #expect(answer.status == 502)
        #expect(upstream.received.count == 2)
        await gateway.stop()
    }

    @Test(arguments: [
        "garbage\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nX: a\nY: b\r\n\r\n", "HTTP/1.1 200 OK\r\n folded\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    ])
    func answers502ToBrokenHeads(text: String) async throws {
        let upstream = try await ScriptedUpstream.answering(text)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        let answer = try await gateway.ask(Self.post)
        #expect(answer.status == 502)
        #expect(answer["x-sluice-error"] == "upstream_protocol")
        #expect(gateway.figures("v1").count(.protocolError) == 1)
        await gateway.stop()
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ])
    func cutsAnAnswerThatBreaks(text: String) async throws {
        let upstream = try await ScriptedUpstream.start { _ in [.send(text), .close] }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        var client = try await gateway.connect()
        try await client.send(Self.get)
        let all = try await client.readToEnd()
        #expect(all.contains("abc"))
        #expect(!all.hasSuffix("0\r\n\r\n"))
        #expect(gateway.figures("v1").count(.reset) == 1)
        await gateway.stop()
    }

    @Test func closesAnUpstreamThatSaysTooMuch() async throws {
        let upstream = try await ScriptedUpstream.start { _ in
            [.send(Self.ok + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        var client = try await gateway.connect()
        for _ in 0..<3 {
            try await client.send(Self.get)
            #expect(try await client.response().text == "ok")
        }
        #expect(upstream.connectionCount == 3)
        await client.close()
        await gateway.stop()
    }

    @Test func timesOutAwaitingTheFirstByte() async throws {
        let upstream = try await ScriptedUpstream.start { _ in [] }
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], route: { $0.timeouts.firstByteMilliseconds = 50 })
        let answer = try await gateway.ask(Self.get)
        #expect(answer.status == 504)
        #expect(answer["x-sluice-error"] == "upstream_timeout")
        #expect(gateway.figures("v1").count(.timeout) == 1)
        await gateway.stop()
    }

    @Test func cutsAnAnswerThatStalls() async throws {
        let upstream = try await ScriptedUpstream.start { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")]
        }
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], route: { $0.timeouts.idleMilliseconds = 50 })
        var client = try await gateway.connect()
        try await client.send(Self.get)
        #expect(try await client.readToEnd().hasSuffix("abc"))
        #expect(gateway.figures("v1").count(.timeout) == 1)
        await gateway.stop()
    }

    @Test func endsAnExchangeThatTakesTooLong() async throws {
        let upstream = try await ScriptedUpstream.start { _ in [] }
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], route: { $0.timeouts.totalMilliseconds = 50 })
        #expect(try await gateway.ask(Self.get).status == 504)
        await gateway.stop()
    }

    @Test func setsAFailingEndpointAsideButNotTheLast() async throws {
        let good = try await ScriptedUpstream.answering(Self.ok)
        let bad = try await ScriptedUpstream.start { _ in [.send("nonsense\r\n\r\n")] }
        let gateway = try await GatewayUnderTest.start(
            ["v1": [good.port, bad.port]], limits: { $0.endpointFailures = 3 })
        for _ in 0..<60 { _ = try await gateway.ask(Self.post) }
        #expect(bad.received.count == 3)
        #expect(good.received.count == 57)
        await gateway.stop()
    }

    @Test func doesNotBlameTheVersionForAClientThatLeaves() async throws {
        let upstream = try await ScriptedUpstream.start { _ in [] }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        let client = try await gateway.connect()
        try await client.send(Self.get)
        while upstream.received.isEmpty { await Task.yield() }
        try await client.reset()
        while gateway.figures("v1").requests == 0 { await Task.yield() }
        #expect(gateway.figures("v1").count(.clientGone) == 1)
        #expect(gateway.figures("v1").errors == 0)
        await gateway.stop()
    }
}
