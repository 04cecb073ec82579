// Bodies in both directions: every framing, every size, early answers and slow readers.

import Foundation
import NIOCore
import Plan
import Recording
import Synchronization
import Testing
import Waiting

@Suite(.timeLimit(.minutes(2)))
struct BodyTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test(arguments: [0, 1, 100, 4_095, 4_096, 16_384, 16_385, 70_000, 1_000_000])
    func passesBodiesOfEverySize(size: Int) async throws {
        let body = [UInt8](repeating: 0x61, count: size)
        let upstream = try await ScriptedUpstream.start { request in
            [
                .send("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n"),
                .sendBytes(request.body),
            ]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        var client = try await gateway.connect()
        for _ in 0..<2 {
            try await client.send(
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(size)\r\n\r\n")
            try await client.send(body)
            #expect(try await client.response().body == body)
        }
        await client.close()
        await gateway.stop()
    }

    @Test func passesChunksAndTrailers() async throws {
        let upstream = try await ScriptedUpstream.start { request in
            #expect(request.values("transfer-encoding") == ["chunked"])
            #expect(String(decoding: request.body, as: UTF8.self) == "hello[trailer X-Sum: 5]")
            return [
                .send(
                    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                        + "5;ext=1\r\nworld\r\n0\r\nX-Count: 9\r\nContent-Length: 3\r\n\r\n")
            ]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        let answer = try await gateway.ask(
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n"
                + "2\r\nhe\r\n3;a=\"b\"\r\nllo\r\n0\r\nX-Sum: 5\r\nHost: evil\r\n\r\n")
        #expect(answer.text == "world")
        #expect(answer.trailers == ["X-Count: 9\r"] || answer.trailers == ["X-Count: 9"])
        #expect(upstream.received.count == 1)
        await gateway.stop()
    }

    @Test func framesABodyThatEndsWithTheConnection() async throws {
        let upstream = try await ScriptedUpstream.start { _ in
            [.send("HTTP/1.1 200 OK\r\n\r\nuntil the end"), .close]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        var client = try await gateway.connect()
        for _ in 0..<2 {
            try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let answer = try await client.response()
            #expect(answer["transfer-encoding"] == "chunked")
            #expect(answer.text == "until the end")
        }
        await client.close()
        await gateway.stop()
    }

    @Test(
        arguments: [
            ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", 200, "100"),
            ("GET", "HTTP/1.1 204 No Content\r\n\r\n", 204, nil),
            ("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n", 304, "100"),
            ("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200, nil),
        ] as [(String, String, Int, String?)])
    func knowsAnswersWithoutABody(
        method: String, head: String, status: Int, length: String?
    ) async throws {
        let upstream = try await ScriptedUpstream.answering(head)
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        var client = try await gateway.connect()
        for _ in 0..<3 {
            try await client.send("\(method) / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            let answer = try await client.response(toHead: true)
            #expect(answer.status == status)
            #expect(answer["content-length"] == length)
        }
        #expect(client.received.isEmpty)
        #expect(upstream.connectionCount == 1)
        await client.close()
        await gateway.stop()
    }

    @Test func relaysInformationalAnswers() async throws {
        let upstream = try await ScriptedUpstream.start(at: .head) { _ in
            [
                .send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
                .send("HTTP/1.1 100 Continue\r\n\r\n"), .send(Self.ok),
            ]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        var client = try await gateway.connect()
        try await client.send(
            "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
        )
        let hints = try await client.response()
        #expect(hints.status == 103)
        #expect(hints["link"] == "</a>")
        #expect(try await client.response().status == 100)
        #expect(try await client.response().status == 200)
        #expect(upstream.received.first?.values("expect") == ["100-continue"])
        await client.close()
        await gateway.stop()
    }

    @Test func says100ItselfWhenTheUpstreamIsSilent() async throws {
        let upstream = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await GatewayUnderTest.start(
            ["v1": [upstream.port]], limits: { $0.continueMilliseconds = 1 })
        var client = try await gateway.connect()
        try await client.send(
            "POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"
        )
        #expect(try await client.response().status == 100)
        try await client.send("x")
        #expect(try await client.response().text == "ok")
        await client.close()
        await gateway.stop()
    }

    @Test func passesAnEarlyAnswerAndCloses() async throws {
        let upstream = try await ScriptedUpstream.start(at: .head) { _ in
            [.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        var client = try await gateway.connect()
        try await client.send(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nstart")
        let answer = try await client.response()
        #expect(answer.status == 403)
        #expect(answer.text == "no")
        #expect(try await client.readToEnd() == "")
        // The upstream connection with an unsent body is not used again.
        _ = try await gateway.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(upstream.connectionCount == 2)
        await gateway.stop()
    }

    @Test func stopsReadingForASlowUpstream() async throws {
        let total = 32 * 1024 * 1024
        let handed = Mutex<(any Channel)?>(nil)
        let upstream = try await ScriptedUpstream.start(at: .head, autoRead: false) { _ in
            [.hand { channel in handed.withLock { $0 = channel } }]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        let client = try await gateway.connect()
        try await client.send(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(total)\r\n\r\n")
        let piece = ByteBuffer(repeating: 0x62, count: 1024 * 1024)
        let done = Box(Atomic<Int>(0))
        for _ in 0..<(total / piece.readableBytes) {
            client.channel.writeAndFlush(piece).whenSuccess {
                done.value.wrappingAdd(1, ordering: .relaxed)
            }
        }
        // Sockets and bounded buffers take a few MiB; the rest must wait at the client.
        try await settled("the client to be held back") {
            done.value.load(ordering: .relaxed)
        }
        #expect(done.value.load(ordering: .relaxed) < 24)
        let received = gateway.recorders.snapshot().versions.values.first?.inFlight
        #expect(received == 1)
        await client.close()
        try await handed.withLock { $0 }?.close()
        await gateway.stop()
    }

    @Test func stopsReadingForASlowClient() async throws {
        let total = 64 * 1024 * 1024
        let written = Box(Atomic<Int>(0))
        let upstream = try await ScriptedUpstream.start { _ in
            [
                .send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n"),
                .hand { channel in
                    let piece = ByteBuffer(repeating: 0x63, count: 1024 * 1024)
                    for _ in 0..<64 {
                        channel.writeAndFlush(piece).whenSuccess {
                            written.value.wrappingAdd(1, ordering: .relaxed)
                        }
                    }
                },
            ]
        }
        let gateway = try await GatewayUnderTest.start(["v1": [upstream.port]])
        var client = try await gateway.connect(autoRead: false)
        try await client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try await settled("the upstream to be held back") {
            written.value.load(ordering: .relaxed)
        }
        #expect(written.value.load(ordering: .relaxed) < 32)
        try await client.channel.setOption(.autoRead, value: true).get()
        let answer = try await client.response()
        #expect(answer.body.count == total)
        await client.close()
        await gateway.stop()
    }

    /// Waits until a count has begun, and has not changed for a while: there is no event for
    /// "nothing happens".
    private func settled(_ what: String, _ count: () -> Int) async throws {
        var last = -1
        var same = 0
        try await Wait.until("\(what); the count was \(last)") {
            let now = count()
            same = now == last && now > 0 ? same + 1 : 0
            last = now
            return same >= 20
        }
    }

    private final class Box: Sendable {
        let value: Atomic<Int>
        init(_ value: consuming Atomic<Int>) { self.value = value }
    }
}
