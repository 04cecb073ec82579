// Two sessions agree, however their bytes are cut.

import TLS
import Testing

@Suite("TLS handshake")
struct HandshakeTests {
    static let pieces = [1, 2, 3, 5, 64, 1_000, Int.max]

    @Test("succeeds whatever the pieces in which bytes come", arguments: pieces)
    func handshake(piece: Int) throws {
        let pair = try Pair(ServerContexts(Identity.make("a.example")))
        #expect(!pair.client.session.isHandshakeFinished)
        pair.exchange(piece: piece)
        #expect(pair.client.state == .open)
        #expect(pair.server.state == .open)
        #expect(pair.client.session.isHandshakeFinished)
        #expect(pair.server.session.isHandshakeFinished)
        #expect(!pair.server.session.wasResumed)
        #expect(pair.server.session.certificateGroup == 0)
    }

    @Test("succeeds wherever a flight is cut in two")
    func everyCut() throws {
        let contexts = try ServerContexts(Identity.make("a.example"))
        var longest = 1
        var cut = 0
        while cut < longest {
            let pair = try Pair(contexts)
            pair.client.take([])
            var isClientNext = true
            // The first flights of both sides are cut at the same place.
            for _ in 0..<6 {
                let (from, to) =
                    isClientNext ? (pair.client, pair.server) : (pair.server, pair.client)
                let flight = from.outgoing()
                longest = max(longest, flight.count)
                to.take(flight.prefix(cut))
                to.take(flight.dropFirst(cut))
                isClientNext.toggle()
            }
            if !pair.isOpen { Issue.record("\(pair.client.state), \(pair.server.state) at \(cut)") }
            cut += 1
        }
        #expect(longest > 400)
    }

    @Test("is of TLS 1.3")
    func version() throws {
        let pair = try Pair(ServerContexts(Identity.make("a.example")))
        pair.client.take([])
        pair.server.take(pair.client.outgoing()[...])
        let hello = pair.server.outgoing()
        // The server hello's extension supported_versions (RFC 8446 §4.2.1).
        let chosen: [UInt8] = [0x00, 0x2b, 0x00, 0x02, 0x03, 0x04]
        let isChosen = hello.indices.contains { hello[$0...].starts(with: chosen) }
        #expect(isChosen)
    }

    @Test("needs nothing but the other side's bytes to go on")
    func waiting() throws {
        let pair = try Pair(ServerContexts(Identity.make("a.example")))
        for _ in 0..<3 {
            pair.server.take([])
            #expect(pair.server.state == .handshaking)
            #expect(pair.server.outgoing().isEmpty)
        }
        pair.exchange()
        #expect(pair.isOpen)
    }

    @Test("of one session does not disturb another's in between")
    func interleaved() throws {
        let contexts = try ServerContexts(Identity.make("a.example"))
        let good = try Pair(contexts)
        good.client.take([])
        let hello = good.client.outgoing()
        good.server.take(hello.prefix(100))
        // Meanwhile one fails on the server's side, and one on the client's.
        let broken = try Pair(contexts)
        broken.server.take(Array("GET / HTTP/1.1\r\n\r\n".utf8)[...])
        let doubted = try Pair(contexts, trust: .system)
        doubted.exchange()
        #expect(!broken.isOpen && !doubted.isOpen)
        good.server.take(hello.dropFirst(100))
        good.exchange()
        #expect(good.isOpen)
        #expect(good.client.send("ping") && good.server.send("pong"))
        // And between a write and its reading.
        let other = try Pair(contexts)
        other.server.take([22, 3, 1, 0, 2, 99, 99])
        good.exchange()
        #expect(good.server.text == "ping" && good.client.text == "pong")
    }

    // MARK: ALPN

    /// What both sides offer, and what they agree on; nil if they cannot.
    static let offers: [(server: [String], client: [String], chosen: String?)] = [
        ([], [], ""), (["h2", "http/1.1"], [], ""), ([], ["h2"], ""),
        (["http/1.1"], ["http/1.1"], "http/1.1"),
        (["h2", "http/1.1"], ["http/1.1"], "http/1.1"),
        // The server's preference counts.
        (["h2", "http/1.1"], ["http/1.1", "h2"], "h2"),
        (["http/1.1", "h2"], ["h2", "http/1.1"], "http/1.1"),
        (["http/1.1"], ["x", "y", "http/1.1"], "http/1.1"),
        (["http/1.1"], ["h2"], nil), (["http/1.1"], ["http/1.0", "http/1.11", "http"], nil),
        (["http/1.1"], [String(repeating: "x", count: 255)], nil),
    ]

    @Test("chooses a protocol that both know, or fails", arguments: offers)
    func protocols(server: [String], client: [String], chosen: String?) throws {
        let contexts = try ServerContexts(Identity.make("a.example"), protocols: server)
        let pair = try Pair(contexts, protocols: client)
        pair.exchange()
        if let chosen {
            #expect(pair.isOpen)
            #expect(pair.server.session.negotiatedProtocol == chosen)
            #expect(pair.client.session.negotiatedProtocol == chosen)
        } else {
            #expect(pair.client.state != .open && pair.client.state != .handshaking)
            #expect(pair.server.state != .open && pair.server.state != .handshaking)
        }
    }
}
