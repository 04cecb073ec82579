// Whatever a shadow does, the caller does not notice, and what is dropped is counted by reason.

import Comparison
import Foundation
import NIOCore
import Pairing
import Plan
import Recording
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ShadowFailureTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    private static let post = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"

    private static func upload(_ count: Int) -> String {
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(count)\r\n\r\n"
            + String(repeating: "x", count: count)
    }

    private static func start(
        _ primary: Int, _ shadow: Int, _ pairs: PairCollector? = PairCollector(),
        _ change: (inout Shadow) -> Void = { _ in },
        limits: (inout Plan.Limits) -> Void = { _ in }
    ) async throws -> GatewayUnderTest {
        try await GatewayUnderTest.start(
            ["v1": [primary], "v2": [shadow]], pairs: pairs, limits: limits,
            route: { route in
                var shadow = Shadow(version: 1)
                shadow.comparison = ComparisonRule(mode: .bytes)
                change(&shadow)
                route.shadows = [shadow]
            })
    }

    @Test func aShadowThatRefusesIsCountedAsSuch() async throws {
        let primary = try await ScriptedUpstream.answering(Self.ok)
        let dead = DeadPort()
        let pairs = PairCollector()
        let gateway = try await Self.start(primary.port, dead.number, pairs)
        for _ in 0..<5 { #expect(try await gateway.ask(Self.post).text == "ok") }
        for pair in await pairs.next(5) {
            #expect([.connect, .unavailable].contains(pair.other.outcome.kind))
            #expect(pair.primary.outcome.kind == .answered)
        }
        #expect(gateway.figures("v1").errors == 0)
        #expect(gateway.figures("v2", role: .shadow).errors == 5)
        dead.release()
        await gateway.stop()
        #expect(gateway.recorders.allShadows.heldBytes == 0)
    }

    @Test func aShadowThatHangsUsesUpOnlyItsOwnPlaces() async throws {
        let primary = try await ScriptedUpstream.answering(Self.ok)
        let shadow = try await ScriptedUpstream.start { _ in [] }
        let pairs = PairCollector()
        let gateway = try await Self.start(primary.port, shadow.port, pairs) { shadow in
            shadow.mostRequests = 3
            shadow.timeouts.firstByteMilliseconds = 300
        }
        var client = try await gateway.connect()
        for _ in 0..<20 {
            try await client.send(Self.post)
            #expect(try await client.response().text == "ok")
        }
        await client.close()
        for pair in await pairs.next(3) { #expect(pair.other.outcome.kind == .timeout) }
        let ledger = gateway.recorders.shadow(route: "test", version: "v2")
        #expect(ledger.mirrored + ledger.count(.requests) == 20)
        #expect(ledger.count(.requests) > 0)
        #expect(gateway.figures("v2", role: .shadow).errors >= 3)
        await gateway.stop()
    }

    @Test func aShadowThatReadsSlowlyIsDropped() async throws {
        let primary = try await ScriptedUpstream.answering(Self.ok)
        let shadow = try await ScriptedUpstream.start(autoRead: false) { _ in [] }
        let gateway = try await Self.start(
            primary.port, shadow.port, limits: { $0.shadowWaitingBytes = 65_536 })
        var client = try await gateway.connect()
        for _ in 0..<2 {
            try await client.send(Self.upload(12_000_000))
            #expect(try await client.response().text == "ok")
        }
        await client.close()
        try await gateway.until("v2") { $0.count(.slow) == 2 }
        #expect(primary.received.map(\.body.count) == [12_000_000, 12_000_000])
        // Dropped for being slow is no error of the version: it may only be far away.
        #expect(gateway.figures("v2", role: .shadow).errors == 0)
        await gateway.stop()
        #expect(gateway.recorders.allShadows.heldBytes == 0)
    }

    @Test func bytesBeyondTheBudgetAreNotHeld() async throws {
        let primary = try await ScriptedUpstream.answering(Self.ok)
        let shadow = try await ScriptedUpstream.start(autoRead: false) { _ in [] }
        let gateway = try await Self.start(primary.port, shadow.port) {
            $0.mostBytes = 1_000_000
        }
        var client = try await gateway.connect()
        try await client.send(Self.upload(12_000_000))
        #expect(try await client.response().text == "ok")
        await client.close()
        try await gateway.until("v2") { $0.count(.bytes) == 1 }
        await gateway.stop()
        #expect(gateway.recorders.allShadows.heldBytes == 0)
    }

    @Test func aLongAnswerIsNotReadToItsEnd() async throws {
        let primary = try await ScriptedUpstream.answering(Self.ok)
        let long = [UInt8](repeating: 0x78, count: 1 << 20)
        let shadow = try await ScriptedUpstream.start { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")]
                + Array(repeating: .sendBytes(long), count: 100)
        }
        let pairs = PairCollector()
        let gateway = try await Self.start(primary.port, shadow.port, pairs)
        #expect(try await gateway.ask(Self.post).text == "ok")
        let pair = try #require(await pairs.next(1).first)
        #expect(pair.other.isTooLarge && pair.other.body.isEmpty)
        #expect(pair.other.outcome.status == 200)
        #expect(gateway.figures("v2", role: .shadow).errors == 0)
        #expect(gateway.figures("v2", role: .shadow).receivedBytes < 3 << 20)
        await gateway.stop()
        #expect(gateway.recorders.allShadows.heldBytes == 0)
    }

    @Test func aBrokenAnswerOfTheShadowIsItsError() async throws {
        let primary = try await ScriptedUpstream.answering(Self.ok)
        let shadow = try await ScriptedUpstream.answering("SMTP 1\r\n\r\n")
        let pairs = PairCollector()
        let gateway = try await Self.start(primary.port, shadow.port, pairs)
        #expect(try await gateway.ask(Self.post).text == "ok")
        #expect(await pairs.next(1).first?.other.outcome.kind == .protocolError)
        await gateway.stop()
    }

    @Test func aStaleConnectionIsNobodysFault() async throws {
        let primary = try await ScriptedUpstream.answering(Self.ok)
        let shadow = try await ScriptedUpstream.start { request in
            request.number == 0 ? [.send(Self.ok)] : [.close]
        }
        let pairs = PairCollector()
        let gateway = try await Self.start(primary.port, shadow.port, pairs)
        #expect(try await gateway.ask(Self.post).text == "ok")
        _ = await pairs.next(1)
        #expect(try await gateway.ask(Self.post).text == "ok")
        try await gateway.until("v2") { $0.count(.stale) == 1 }
        #expect(gateway.figures("v2", role: .shadow).errors == 0)
        await gateway.stop()
    }

    @Test func theComparisonGoesOnWithoutTheCaller() async throws {
        let answers = AsyncStream.makeStream(of: (any Channel).self)
        let primary = try await ScriptedUpstream.start { _ in
            [.hand { answers.continuation.yield($0) }]
        }
        let shadow = try await ScriptedUpstream.answering(Self.ok)
        let pairs = PairCollector()
        let gateway = try await Self.start(primary.port, shadow.port, pairs)
        let client = try await gateway.connect()
        try await client.send(Self.post)
        var iterator = answers.stream.makeAsyncIterator()
        let channel = try #require(await iterator.next())
        try await client.reset()
        // The caller is counted as gone before the endpoint has answered.
        try await gateway.until {
            gateway.figures("v1").kinds[OutcomeKind.clientGone.rawValue] == 1
        }
        try await channel.writeAndFlush(ByteBuffer(string: Self.ok))
        let pair = try #require(await pairs.next(1).first)
        #expect(pair.primary.outcome.kind == .answered)
        #expect(pair.primary.body == Array("ok".utf8) && pair.other.body == Array("ok".utf8))
        #expect(gateway.figures("v1").requests == 1 && gateway.figures("v1").errors == 0)
        await gateway.stop()
        #expect(gateway.recorders.allShadows.heldBytes == 0)
    }

    @Test func aCopyEndsWithItsCallerIfTheFileSaysSo() async throws {
        let answers = AsyncStream.makeStream(of: (any Channel).self)
        let primary = try await ScriptedUpstream.start { _ in
            [.hand { answers.continuation.yield($0) }]
        }
        let shadow = try await ScriptedUpstream.start { _ in [] }
        let gateway = try await Self.start(primary.port, shadow.port) { $0.endsWithCaller = true }
        let client = try await gateway.connect()
        try await client.send(Self.post)
        var iterator = answers.stream.makeAsyncIterator()
        _ = await iterator.next()
        try await gateway.until { !shadow.received.isEmpty }
        try await client.reset()
        try await gateway.until("v2") { $0.count(.callerGone) == 1 }
        try await gateway.until("v2") { $0.requestsUnderWay == 0 }
        await gateway.stop()
    }

    @Test func aRequestThatNeverCameWholeIsDropped() async throws {
        let primary = try await ScriptedUpstream.start(at: .head) { _ in [] }
        let shadow = try await ScriptedUpstream.start(at: .head) { _ in [] }
        let gateway = try await Self.start(primary.port, shadow.port)
        let client = try await gateway.connect()
        try await client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nxx")
        try await gateway.until { !shadow.received.isEmpty }
        await client.close()
        try await gateway.until("v2") { $0.count(.requestCutOff) == 1 }
        #expect(gateway.figures("v2", role: .shadow).errors == 0)
        await gateway.stop()
        #expect(gateway.recorders.allShadows.heldBytes == 0)
    }

    @Test func pairsWithoutRoomAreDropped() async throws {
        let primary = try await ScriptedUpstream.answering(Self.ok)
        let shadow = try await ScriptedUpstream.answering(Self.ok)
        let gateway = try await Self.start(primary.port, shadow.port, PairCollector(room: 1))
        for _ in 0..<3 { _ = try await gateway.ask(Self.post) }
        try await gateway.until("v2") { $0.count(.comparisons) == 2 }
        await gateway.stop()
        #expect(gateway.recorders.allShadows.heldBytes == 0)
    }

    @Test func anEarlyAnswerEndsTheCopyToo() async throws {
        // The endpoint answers before the body has come; the client stops sending.
        let primary = try await ScriptedUpstream.start(at: .head) { _ in
            [.send("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")]
        }
        let shadow = try await ScriptedUpstream.start(at: .head) { _ in [] }
        let gateway = try await Self.start(primary.port, shadow.port)
        var client = try await gateway.connect()
        try await client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nxx")
        #expect(try await client.response().status == 413)
        try await gateway.until("v2") { $0.count(.requestCutOff) == 1 }
        await client.close()
        await gateway.stop()
    }
}
