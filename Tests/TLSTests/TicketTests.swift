// Sessions are resumed by tickets, on any worker, over one change of keys.

import COpenSSL
import Testing

@testable import TLS

@Suite("TLS session tickets")
struct TicketTests {
    static let versions = [TLS1_2_VERSION, TLS1_3_VERSION]

    private let identity: Identity

    init() throws {
        identity = try Identity.make("a.example", "b.example")
    }

    private func contexts(_ keys: TicketKeys) throws -> ServerContexts {
        try ServerContexts(
            certificates: [identity.certificate()], ticketKeys: keys, protocols: [])
    }

    /// A ticket of a first handshake.
    private func ticket(_ contexts: ServerContexts, _ version: Int32) throws -> RawClient.Ticket {
        let client = try RawClient(most: version)
        let server = try client.connect(to: contexts)
        try #require(server.state == .open && client.isOpen)
        #expect(!server.session.wasResumed && !client.wasResumed)
        return try client.ticket()
    }

    /// Whether a handshake with a ticket resumes; it must succeed in any case.
    private func isResumed(
        _ contexts: ServerContexts, _ version: Int32, _ ticket: RawClient.Ticket
    ) throws -> Bool {
        let client = try RawClient(most: version, ticket: ticket)
        let server = try client.connect(to: contexts)
        #expect(client.isOpen && server.state == .open)
        #expect(client.wasResumed == server.session.wasResumed)
        client.send([1, 2, 3])
        client.exchange(with: server)
        #expect(server.received == [1, 2, 3])
        return server.session.wasResumed
    }

    @Test("resume on the same worker and on another", arguments: versions)
    func resumption(version: Int32) throws {
        let keys = TicketKeys.random()
        let contexts = try contexts(keys)
        #expect(try isResumed(contexts, version, ticket(contexts, version)))
        let other = try self.contexts(keys)
        #expect(try isResumed(other, version, ticket(contexts, version)))
    }

    @Test("do not resume under the keys of another process", arguments: versions)
    func strangeKeys(version: Int32) throws {
        let (one, other) = (try contexts(.random()), try contexts(.random()))
        #expect(try !isResumed(other, version, ticket(one, version)))
    }

    @Test("resume after one change of keys, and not after two", arguments: versions)
    func rotation(version: Int32) throws {
        var keys = TicketKeys.random()
        let contexts = try contexts(keys)
        let (first, second) = (try ticket(contexts, version), try ticket(contexts, version))
        keys = keys.rotated()
        contexts.replace(ticketKeys: keys)
        #expect(try isResumed(contexts, version, first))
        keys = keys.rotated()
        contexts.replace(ticketKeys: keys)
        #expect(try !isResumed(contexts, version, second))
    }

    @Test("are made anew when an old key opened them", arguments: versions)
    func renewal(version: Int32) throws {
        var keys = TicketKeys.random()
        let contexts = try contexts(keys)
        let old = try ticket(contexts, version)
        keys = keys.rotated()
        contexts.replace(ticketKeys: keys)
        let client = try RawClient(most: version, ticket: old)
        let server = try client.connect(to: contexts)
        #expect(server.session.wasResumed)
        let new = try client.ticket()
        contexts.replace(ticketKeys: keys.rotated())
        // The old key is gone: only a ticket under the newer one still opens.
        #expect(try isResumed(contexts, version, new))
    }

    @Test("of TLS 1.3 are given anew with every resumption, for each is used once")
    func renewalEachTime() throws {
        let contexts = try contexts(.random())
        var ticket = try ticket(contexts, TLS1_3_VERSION)
        for _ in 0..<3 {
            let client = try RawClient(ticket: ticket)
            let server = try client.connect(to: contexts)
            #expect(server.session.wasResumed)
            let next = try client.ticket()
            #expect(next.session != ticket.session)
            ticket = next
        }
    }

    @Test("resume what the chosen group began, by its name")
    func groups() throws {
        let keys = TicketKeys.random()
        let contexts = try ServerContexts(
            certificates: [
                identity.certificate(), Identity.make("c.example").certificate(),
            ], ticketKeys: keys, protocols: ["http/1.1"])
        let client = try RawClient(name: "c.example")
        let server = try client.connect(to: contexts)
        #expect(server.session.certificateGroup == 1)
        let again = try RawClient(name: "c.example", ticket: client.ticket())
        let resumed = try again.connect(to: contexts)
        #expect(resumed.session.wasResumed)
        #expect(resumed.session.certificateGroup == 1)
    }

    @Test("keep their keys to 16, 32 and 32 random bytes")
    func keys() {
        let keys = TicketKeys.random()
        #expect(keys.current.name.count == 16)
        #expect(keys.current.cipher.count == 32 && keys.current.mac.count == 32)
        #expect(keys.previous == nil)
        let rotated = keys.rotated()
        #expect(rotated.previous == keys.current && rotated.current != keys.current)
        #expect(TicketKeys.random() != TicketKeys.random())
        #expect(keys.current.cipher != keys.current.mac)
    }
}
