// WebSocket tunnels and half-closed connections.

import NIOCore
import Plan
import Recording
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TunnelTests {
    private static let upgrade =
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n"
        + "Sec-WebSocket-Key: x\r\n\r\n"
    private static let switched =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: y\r\n\r\n"

    /// Sends back what it gets, in capitals.
    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: unwrapInboundIn(data)).uppercased()
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }

    private static func echoing(_ channel: any Channel) {
        channel.eventLoop.execute {
            try? channel.pipeline.syncOperations.addHandler(Echo())
        }
    }

    @Test func tunnelsRawBytesAfterThe101() async throws {
        let upstream = try await ScriptedUpstream.start { _ in
            [.hand(Self.echoing), .send(Self.switched)]
        }
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], route: { $0.allowsUpgrade = true })
        var client = try await gateway.connect()
        try await client.send(Self.upgrade)
        let head = try await client.read(through: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 101 "))
        #expect(head.lowercased().contains("upgrade: websocket\r\n"))
        #expect(head.lowercased().contains("connection: upgrade\r\n"))
        #expect(head.contains("Sec-WebSocket-Accept: y\r\n"))
        for word in ["hello", "world"] {
            try await client.send(word)
            #expect(try await client.take(5) == Array(word.uppercased().utf8))
        }
        let big = String(repeating: "abcdefgh", count: 100_000)
        try await client.send(big)
        #expect(try await client.take(big.utf8.count) == Array(big.uppercased().utf8))
        await client.close()
        while gateway.figures("v1").requests == 0 { await Task.yield() }
        #expect(gateway.figures("v1").errors == 0)
        #expect(upstream.received.first?.values("upgrade") == ["websocket"])
        await gateway.stop()
    }

    @Test func endsTheTunnelWithTheUpstream() async throws {
        let upstream = try await ScriptedUpstream.start { _ in
            [.send(Self.switched + "bye"), .close]
        }
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], route: { $0.allowsUpgrade = true })
        var client = try await gateway.connect()
        try await client.send(Self.upgrade)
        #expect(try await client.readToEnd().hasSuffix("\r\n\r\nbye"))
        #expect(gateway.figures("v1").errors == 0)
        await gateway.stop()
    }

    @Test func refusesAnUpgradeWhereItIsNotAllowed() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.switched)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        let answer = try await gateway.ask(Self.upgrade)
        #expect(answer.status == 403)
        #expect(answer["x-sluice-error"] == "upgrade_refused")
        #expect(upstream.connectionCount == 0)
        await gateway.stop()
    }

    @Test func dropsAnUpgradeToAnythingElse() async throws {
        let upstream = try await ScriptedUpstream.answering(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], route: { $0.allowsUpgrade = true })
        let answer = try await gateway.ask(
            "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                + "Upgrade: h2c\r\nHTTP2-Settings: x\r\n\r\n")
        #expect(answer.status == 200)
        #expect(upstream.received.first?.values("upgrade") == [])
        #expect(upstream.received.first?.values("http2-settings") == [])
        await gateway.stop()
    }

    @Test func passesAnOrdinaryAnswerToAnUpgrade() async throws {
        let upstream = try await ScriptedUpstream.answering(
            "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno")
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], route: { $0.allowsUpgrade = true })
        #expect(try await gateway.ask(Self.upgrade).text == "no")
        await gateway.stop()
    }

    @Test func answersAClientThatHasClosedItsSide() async throws {
        let release = Mutex<(any Channel)?>(nil)
        let upstream = try await ScriptedUpstream.start { _ in
            [.hand { channel in release.withLock { $0 = channel } }]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        let client = try HalfClosingClient(
            port: gateway.port, certificate: gateway.certificate)
        client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        client.closeOutput()
        while release.withLock({ $0 == nil }) { await Task.yield() }
        let channel = release.withLock { $0 }
        try await channel?.writeAndFlush(
            ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate"))
        #expect(client.readToEnd().hasSuffix("late"))
        await gateway.stop()
    }
}
