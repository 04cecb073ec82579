// What one side writes the other reads: all of it, in order, and its end.

import SeededRandom
import TLS
import Testing

@Suite("TLS data")
struct DataTests {
    private func openPair(bufferSize: Int = 16_384) throws -> Pair {
        let pair = try Pair(ServerContexts(Identity.make("a.example")), bufferSize: bufferSize)
        pair.exchange()
        try #require(pair.isOpen)
        return pair
    }

    private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    }

    /// How much is sent, the room for reading, and the pieces in which ciphertext comes.
    static let shapes: [(count: Int, bufferSize: Int, piece: Int)] = [
        (1, 16_384, .max), (16_384, 16_384, .max), (16_385, 16_384, .max),
        (1 << 20, 16_384, .max), (1 << 20, 65_536, 1_460), (1 << 20, 1_000, 70_000),
        (20_000, 1, .max), (20_000, 7, 3), (20_000, 16_384, 1), (20_000, 100, 1),
    ]

    @Test("goes both ways at once, whole and in order", arguments: shapes)
    func bothWays(count: Int, bufferSize: Int, piece: Int) throws {
        let pair = try openPair(bufferSize: bufferSize)
        let (up, down) = (noise(count, seed: 1), noise(count, seed: 2))
        #expect(pair.client.send(up) && pair.server.send(down))
        pair.exchange(piece: piece)
        #expect(pair.server.received == up)
        #expect(pair.client.received == down)
        #expect(pair.isOpen)
    }

    @Test("is one stream, whatever the writes")
    func stream() throws {
        let pair = try openPair()
        var expected: [UInt8] = []
        for round in 0..<200 {
            let bytes = noise(round * 13 % 300, seed: UInt64(round))
            #expect(pair.client.send(bytes))
            expected += bytes
            if round % 7 == 0 { pair.exchange() }
        }
        pair.exchange()
        #expect(pair.server.received == expected)
    }

    @Test("of no bytes makes no record")
    func empty() throws {
        let pair = try openPair()
        _ = pair.client.outgoing()
        #expect(pair.client.send([]))
        #expect(pair.client.outgoing().isEmpty)
    }

    @Test("that comes with the end of the handshake is not left lying")
    func early() throws {
        let pair = try Pair(ServerContexts(Identity.make("a.example")))
        pair.client.take([])
        pair.server.take(pair.client.outgoing()[...])
        pair.client.take(pair.server.outgoing()[...])
        #expect(pair.client.state == .open)
        // The client's Finished and its first request in one piece.
        #expect(pair.client.send("GET /"))
        pair.server.take(pair.client.outgoing()[...])
        #expect(pair.server.text == "GET /")
    }

    @Test("is not readable on the way")
    func secrecy() throws {
        let pair = try openPair()
        let secret = [UInt8](repeating: 0x41, count: 500)
        #expect(pair.client.send(secret))
        let record = pair.client.outgoing()
        #expect(record.count > 500)
        let hasRun = record.indices.contains { record[$0...].starts(with: secret.prefix(8)) }
        #expect(!hasRun)
    }

    // MARK: The end

    @Test("ends with close_notify, after all that came before", arguments: [1, 7, Int.max])
    func close(piece: Int) throws {
        let pair = try openPair()
        #expect(pair.client.send("last words"))
        pair.client.session.sendClose()
        pair.exchange(piece: piece)
        #expect(pair.server.text == "last words")
        #expect(pair.server.state == .closed)
        // The other direction is still open.
        #expect(pair.client.state == .open)
        #expect(pair.server.send("and mine"))
        pair.server.session.sendClose()
        pair.exchange(piece: piece)
        #expect(pair.client.text == "and mine")
        #expect(pair.client.state == .closed)
    }

    @Test("closed once stays closed")
    func closedTwice() throws {
        let pair = try openPair()
        pair.client.session.sendClose()
        pair.client.session.sendClose()
        let bytes = pair.client.outgoing()
        pair.server.take(bytes[...])
        #expect(pair.server.state == .closed)
        var buffer = [UInt8](repeating: 0, count: 100)
        var result = TLSSession.ReadResult.needsInput
        _ = bytes.withUnsafeBytes { bytes in
            pair.server.session.withInput(bytes) {
                result = buffer.withUnsafeMutableBytes { pair.server.session.read(into: $0) }
            }
        }
        #expect(result == .closed)
    }

    @Test("does not end without close_notify: a cut stream is no end")
    func truncation() throws {
        let pair = try openPair()
        #expect(pair.client.send("half of a sentence"))
        let bytes = pair.client.outgoing()
        pair.server.take(bytes.dropLast(1))
        pair.server.take([])
        #expect(pair.server.state == .open)
        #expect(pair.server.text.isEmpty)
    }

    @Test("needs no close_notify before the handshake is over")
    func closeEarly() throws {
        let pair = try Pair(ServerContexts(Identity.make("a.example")))
        pair.server.session.sendClose()
        #expect(pair.server.outgoing().isEmpty)
        pair.exchange()
        #expect(pair.isOpen)
    }
}
