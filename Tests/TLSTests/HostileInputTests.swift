// Broken and hostile bytes fail the session, and nothing else.

import SeededRandom
import TLS
import Testing

@Suite("TLS hostile input")
struct HostileInputTests {
    @Test("a request in cleartext is told as such")
    func cleartext() throws {
        let pair = try Pair(ServerContexts(Identity.make("a.example")))
        pair.server.take(Array("GET / HTTP/1.1\r\nhost: a.example\r\n\r\n".utf8)[...])
        #expect(pair.server.state == .refused("the TLS handshake failed: http request"))
    }

    @Test("random bytes are refused")
    func randomBytes() throws {
        let seed = SeededGenerator.seed(for: "random bytes")
        var generator = SeededGenerator(seed: seed)
        let contexts = try ServerContexts(Identity.make("a.example"), protocols: ["http/1.1"])
        var refused = 0
        for round in 0..<1_000 {
            let pair = try Pair(contexts)
            var bytes = (0..<Int.random(in: 0...600, using: &generator)).map { _ in
                UInt8(truncatingIfNeeded: generator.next())
            }
            // Half of them as a handshake record of the right length, so that they are looked at.
            if round % 2 == 0 {
                let size = bytes.count
                bytes = [22, 3, 1, UInt8(size >> 8), UInt8(size & 255)] + bytes
                if size > 4, round % 4 == 0 {
                    bytes.replaceSubrange(
                        5..<9, with: [1, 0, UInt8((size - 4) >> 8), UInt8((size - 4) & 255)])
                }
            }
            let side = round % 3 == 0 ? pair.client : pair.server
            side.take([])
            let piece = Int.random(in: 1...700, using: &generator)
            var rest = bytes[...]
            while !rest.isEmpty {
                side.take(rest.prefix(piece))
                rest = rest.dropFirst(piece)
            }
            if side.state == .open || side.state == .closed {
                Issue.record("\(side.state) after \(bytes), seed \(seed)")
            }
            if side.state != .handshaking { refused += 1 }
        }
        // The others wait for the rest of a record.
        #expect(refused > 500, "seed \(seed)")
    }

    @Test("a client hello with a wrong byte never opens a session by itself")
    func mutatedHello() throws {
        let seed = SeededGenerator.seed(for: "mutated hellos")
        var generator = SeededGenerator(seed: seed)
        let contexts = try ServerContexts(
            Identity.make("a.example"), protocols: ["h2", "http/1.1"])
        for _ in 0..<1_000 {
            let pair = try Pair(contexts, protocols: ["http/1.1"])
            pair.client.take([])
            var hello = pair.client.outgoing()
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let place = Int.random(in: 0..<hello.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: hello[place] = UInt8(truncatingIfNeeded: generator.next())
                case 1: hello.removeSubrange(place..<min(place + 3, hello.count))
                default: hello.insert(contentsOf: [0, 255, 1], at: place)
                }
            }
            pair.server.take(hello[...])
            pair.server.take(hello[...])
            #expect(pair.server.state != .open, "seed \(seed)")
        }
    }

    @Test("a record changed on the way is never read", arguments: 0..<30)
    func tampered(place: Int) throws {
        let pair = try Pair(ServerContexts(Identity.make("a.example")))
        pair.exchange()
        #expect(pair.client.send("attack at dawn"))
        var record = pair.client.outgoing()
        // The place from the end: the tag, the ciphertext, then the header.
        record[record.count - 1 - place % record.count] ^= 1
        pair.server.take(record[...])
        #expect(pair.server.received.isEmpty)
        #expect(pair.server.state == .broken || pair.server.state == .open)
        // What was cut off or lengthened by its header fails with what comes next.
        for _ in 0..<40 where pair.server.state == .open {
            #expect(pair.client.send([UInt8](repeating: 7, count: 2_000)))
            pair.server.take(pair.client.outgoing()[...])
        }
        #expect(pair.server.state == .broken)
        #expect(pair.server.received.isEmpty)
        // The client hears of it.
        #expect(!pair.server.outgoing().isEmpty)
    }

    @Test("a broken session stays broken, and harms no other")
    func broken() throws {
        let contexts = try ServerContexts(Identity.make("a.example"))
        let seed = SeededGenerator.seed(for: "broken sessions")
        var generator = SeededGenerator(seed: seed)
        let witness = try Pair(contexts)
        witness.exchange()
        var broken = 0
        for _ in 0..<200 {
            let pair = try Pair(contexts)
            pair.exchange()
            let garbage = (0..<Int.random(in: 30...300, using: &generator)).map { _ in
                UInt8(truncatingIfNeeded: generator.next())
            }
            pair.server.take(garbage[...])
            pair.server.take(garbage[...])
            _ = pair.server.send("x")
            pair.server.session.sendClose()
            // Random bytes may begin as a record of up to 18 KiB that has not come whole.
            #expect(pair.server.state == .broken || pair.server.state == .open, "seed \(seed)")
            #expect(pair.server.received.isEmpty, "seed \(seed)")
            if pair.server.state == .broken { broken += 1 }
            #expect(witness.client.send("still"), "seed \(seed)")
            witness.exchange()
        }
        #expect(broken > 180, "seed \(seed)")
        #expect(witness.isOpen)
        #expect(witness.server.received.count == 5 * 200)
    }

    @Test("a server's answer with a wrong byte is refused by the client")
    func mutatedAnswer() throws {
        let seed = SeededGenerator.seed(for: "mutated answers")
        var generator = SeededGenerator(seed: seed)
        let contexts = try ServerContexts(Identity.make("a.example"))
        var accepted = 0
        for _ in 0..<300 {
            let pair = try Pair(contexts)
            pair.client.take([])
            pair.server.take(pair.client.outgoing()[...])
            var answer = pair.server.outgoing()
            answer[Int.random(in: 0..<answer.count, using: &generator)] ^=
                1 << UInt8.random(in: 0..<8, using: &generator)
            pair.client.take(answer[...])
            // A changed length may leave it waiting; a few bytes of the records' headers mean
            // nothing any more (RFC 8446 §5.1), and then all goes on as if they had not changed.
            if pair.client.state == .open {
                accepted += 1
                pair.exchange()
                #expect(pair.isOpen, "seed \(seed)")
            }
        }
        #expect(accepted < 15, "seed \(seed)")
    }
}
