// Every raw request case, sent to a live listener over TLS.

import Plan
import Recording
import RequestCases
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HostileInputTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test func refusesOverTLSWhatTheParserRefuses() async throws {
        let upstream = try await ScriptedUpstream.start { request in
            [.send(request.firstLine.hasPrefix("HEAD") ? "HTTP/1.1 200 OK\r\n\r\n" : Self.ok)]
        }
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]],
            limits: {
                $0.connectionsPerAddress = 10_000
                $0.lingerMilliseconds = 50
                $0.retryBudgetLeast = 1_000_000
            })
        var refused = 0
        for request in RequestCases.all {
            guard case .refused(let status, _) = request.expected else { continue }
            refused += 1
            let before = upstream.received.count
            var client = try await gateway.connect(serverName: nil)
            try await client.send(request.bytes)
            let answer = try await client.response()
            #expect(answer.status == status, "\(request.name)")
            #expect(answer["content-type"] == "application/problem+json", "\(request.name)")
            #expect(answer["connection"] == "close", "\(request.name)")
            #expect(answer["x-sluice-error"] != nil, "\(request.name)")
            #expect(answer["x-request-id"] != nil, "\(request.name)")
            #expect(try await client.readToEnd() == "", "\(request.name)")
            if !request.isRefusedInBody {
                #expect(upstream.received.count == before, "\(request.name) was forwarded")
            }
        }
        #expect(refused > 200)
        await gateway.stop()
    }

    @Test func forwardsWhatTheParserAccepts() async throws {
        let upstream = try await ScriptedUpstream.start { request in
            [.send(request.firstLine.hasPrefix("HEAD") ? "HTTP/1.1 200 OK\r\n\r\n" : Self.ok)]
        }
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], limits: { $0.connectionsPerAddress = 10_000 })
        var accepted = 0
        for request in RequestCases.good where !request.name.hasPrefix("upgrade") {
            accepted += 1
            var client = try await gateway.connect(serverName: nil)
            try await client.send(request.bytes)
            var answer = try await client.response(toHead: true)
            if answer.status == 100 { answer = try await client.response(toHead: true) }
            #expect(answer.status == 200 || answer.status == 204, "\(request.name)")
            await client.close()
        }
        #expect(accepted > 50)
        await gateway.stop()
    }

    @Test func answersAHeadThatTricklesIn() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], limits: { $0.requestHeadMilliseconds = 50 })
        var client = try await gateway.connect()
        try await client.send("GET / HT")
        let answer = try await client.response()
        #expect(answer.status == 408)
        #expect(answer["x-sluice-error"] == "request_timeout")
        #expect(try await client.readToEnd() == "")
        await gateway.stop()
    }

    @Test func answersABodyThatStops() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], limits: { $0.bodyIdleMilliseconds = 50 })
        var client = try await gateway.connect()
        try await client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nabc")
        #expect(try await client.response().status == 408)
        #expect(gateway.figures("v1").count(.clientGone) == 1)
        await gateway.stop()
    }

    @Test func closesAnIdleConnection() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], limits: { $0.clientIdleMilliseconds = 50 })
        var client = try await gateway.connect()
        #expect(try await client.readToEnd() == "")
        await gateway.stop()
    }

    @Test func closesAfterItsLastRequest() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], limits: { $0.clientRequests = 2 })
        var client = try await gateway.connect()
        let get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
        try await client.send(get + get + get)
        #expect(try await client.response()["connection"] == nil)
        #expect(try await client.response()["connection"] == "close")
        #expect(try await client.readToEnd() == "")
        #expect(upstream.received.count == 2)
        await gateway.stop()
    }

    @Test func refusesMoreConnectionsThanAnAddressMayHave() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], limits: { $0.connectionsPerAddress = 2 })
        let first = try await gateway.connect()
        let second = try await gateway.connect()
        await #expect(throws: (any Error).self) { _ = try await gateway.connect() }
        await first.close()
        await second.close()
        await gateway.stop()
    }

    @Test func answersAnyBytesWithoutTheProcessEnding() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]],
            limits: {
                $0.connectionsPerAddress = 10_000
                $0.lingerMilliseconds = 1
                $0.requestHeadMilliseconds = 20
            })
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var client = try await gateway.connect()
            let count = Int.random(in: 1...400, using: &random)
            try? await client.send(
                (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
            let answer = try await client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 4"))
        }
        #expect(try await gateway.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").status == 200)
        await gateway.stop()
    }
}
