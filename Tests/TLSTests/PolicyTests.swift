// What the gateway refuses of TLS: old versions, weak ciphers, renegotiation.

import COpenSSL
import Testing

@testable import TLS

@Suite("TLS policy")
struct PolicyTests {
    private func contexts() throws -> ServerContexts {
        try ServerContexts(Identity.make("a.example"), Identity.make("a.example", kind: .rsa))
    }

    @Test("allows TLS 1.2 and 1.3", arguments: [TLS1_2_VERSION, TLS1_3_VERSION])
    func allowed(version: Int32) throws {
        let client = try RawClient(most: version)
        let server = try client.connect(to: contexts())
        #expect(client.isOpen && server.state == .open && client.version == version)
        client.send(Array("over \(version)".utf8))
        #expect(server.send("back"))
        client.exchange(with: server)
        #expect(server.text == "over \(version)")
        #expect(String(decoding: client.received, as: UTF8.self) == "back")
    }

    @Test("refuses what is older", arguments: [TLS1_VERSION, TLS1_1_VERSION])
    func refused(version: Int32) throws {
        // The client's own security level would forbid it: level 0 lets it try.
        let client = try RawClient(most: version, ciphers: "ALL:@SECLEVEL=0")
        let server = try client.connect(to: contexts())
        #expect(!client.isOpen)
        #expect(
            server.state == .refused("the TLS handshake failed: unsupported protocol"))
    }

    @Test(
        "allows ciphers of TLS 1.2 with forward secrecy and authentication only",
        arguments: [
            ("ECDHE-ECDSA-AES256-GCM-SHA384", true), ("ECDHE-RSA-AES128-GCM-SHA256", true),
            ("ECDHE-RSA-CHACHA20-POLY1305", true), ("ECDHE-RSA-AES128-SHA256", false),
            ("ECDHE-ECDSA-AES128-SHA", false), ("AES128-GCM-SHA256", false),
            ("AES256-SHA", false), ("DHE-RSA-AES128-GCM-SHA256", false),
        ])
    func ciphers(cipher: String, isAllowed: Bool) throws {
        let client = try RawClient(most: TLS1_2_VERSION, ciphers: cipher + ":@SECLEVEL=0")
        let server = try client.connect(to: contexts())
        #expect(client.isOpen == isAllowed)
        if isAllowed {
            #expect(client.cipher == cipher)
        } else {
            #expect(server.state == .refused("the TLS handshake failed: no shared cipher"))
        }
    }

    @Test("refuses to renegotiate, at little cost")
    func renegotiation() throws {
        let client = try RawClient(most: TLS1_2_VERSION)
        let server = try client.connect(to: contexts())
        #expect(client.isOpen)
        client.renegotiate()
        client.exchange(with: server)
        // No second handshake was answered.
        #expect(!client.isOpen || server.state == .broken)
        #expect(server.received.isEmpty)
    }

    @Test("gives the gateway's own client the same rules")
    func client() throws {
        // A server hello of TLS 1.1 is no answer that the client takes.
        let context = try ClientContext(trust: .anybody, protocols: [])
        let session = try #require(TLSSession(client: context, serverName: "a.example"))
        let side = Side(session)
        side.take([])
        _ = side.outgoing()
        let random = [UInt8](repeating: 7, count: 32)
        let body: [UInt8] = [3, 2] + random + [0, 0xc0, 0x13, 0]
        let hello: [UInt8] = [2, 0, 0, UInt8(body.count)] + body
        side.take(([22, 3, 2, 0, UInt8(hello.count)] + hello)[...])
        #expect(side.state == .refused("the TLS handshake failed: unsupported protocol"))
    }
}
