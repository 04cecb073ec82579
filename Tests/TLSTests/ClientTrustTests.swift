// An upstream is believed only with a certificate of its name from an authority that is trusted.

import TLS
import Testing

@Suite("Client trust")
struct ClientTrustTests {
    /// What became of a client that connects to this name and trusts this file.
    private func state(
        _ identity: Identity, name: String, trusting authority: Identity
    ) throws -> Side.State {
        try withFile(authority.certificatePEM) { path in
            let pair = try Pair(ServerContexts(identity), name: name, trust: .file(path))
            pair.exchange()
            if pair.client.state != .open { #expect(pair.server.state != .handshaking) }
            return pair.client.state
        }
    }

    private func refused(_ reason: String) -> Side.State {
        .refused("the certificate is not trusted: \(reason)")
    }

    @Test("is given to a certificate in the file")
    func trusted() throws {
        let identity = try Identity.make("a.example")
        #expect(try state(identity, name: "a.example", trusting: identity) == .open)
    }

    @Test("is given to the development certificate")
    func development() throws {
        let made = try DevelopmentCertificate.make(names: ["localhost", "127.0.0.1"], days: 1)
        let identity = Identity(chainPEM: made.certificatePEM, keyPEM: made.keyPEM)
        #expect(try state(identity, name: "localhost", trusting: identity) == .open)
        #expect(try state(identity, name: "127.0.0.1", trusting: identity) == .open)
    }

    @Test("is not given to another's certificate")
    func untrusted() throws {
        let identity = try Identity.make("a.example")
        let other = try Identity.make("a.example")
        let state = try state(identity, name: "a.example", trusting: other)
        #expect(state == refused("self-signed certificate"))
    }

    @Test("is not given by the system to a self-signed certificate")
    func system() throws {
        let pair = try Pair(ServerContexts(Identity.make("a.example")), trust: .system)
        pair.exchange()
        #expect(pair.client.state == refused("self-signed certificate"))
        #expect(pair.server.state != .open || pair.server.received.isEmpty)
    }

    /// Names in the certificate, the upstream's name, and why it is refused, or nil.
    static let names: [(names: [String], name: String, reason: String?)] = [
        (["a.example"], "a.example", nil), (["a.example"], "A.EXAMPLE", nil),
        (["b.example", "a.example"], "a.example", nil),
        (["a.example"], "b.example", "hostname mismatch"),
        (["a.example"], "x.a.example", "hostname mismatch"),
        (["*.example.com"], "a.example.com", nil),
        (["*.example.com"], "a.b.example.com", "hostname mismatch"),
        (["*.example.com"], "example.com", "hostname mismatch"),
        // Addresses are compared with addresses.
        (["127.0.0.1"], "127.0.0.1", nil), (["::1"], "::1", nil),
        (["::1"], "0:0:0:0:0:0:0:1", nil),
        (["127.0.0.1"], "127.0.0.2", "IP address mismatch"),
        (["localhost"], "127.0.0.1", "IP address mismatch"),
        (["127.0.0.1"], "localhost", "hostname mismatch"),
        (["10.0.0.1"], "::1", "IP address mismatch"),
    ]

    @Test("needs the upstream's name", arguments: names)
    func name(names: [String], name: String, reason: String?) throws {
        var wish = Identity.Wish()
        wish.names = names
        let identity = try Identity.make(wish)
        let state = try state(identity, name: name, trusting: identity)
        #expect(state == (reason.map(refused) ?? .open))
    }

    @Test("does not take the common name for a name")
    func commonName() throws {
        var wish = Identity.Wish()
        wish.commonName = "b.example"
        wish.names = ["a.example"]
        let identity = try Identity.make(wish)
        let state = try state(identity, name: "b.example", trusting: identity)
        #expect(state == refused("hostname mismatch"))
    }

    @Test("ends with the certificate, and begins no sooner")
    func time() throws {
        var wish = Identity.Wish()
        wish.names = ["a.example"]
        (wish.firstDay, wish.lastDay) = (-9, -1)
        let old = try Identity.make(wish)
        let state = try state(old, name: "a.example", trusting: old)
        #expect(state == refused("certificate has expired"))
        (wish.firstDay, wish.lastDay) = (1, 9)
        let early = try Identity.make(wish)
        let earlyState = try self.state(early, name: "a.example", trusting: early)
        #expect(earlyState == refused("certificate is not yet valid"))
    }

    @Test("goes from an authority over its chain to the certificate")
    func chain() throws {
        let (root, middle, leaf) = try authorities()
        #expect(try state(leaf, name: "a.example", trusting: root) == .open)
        // The intermediate was not sent: nothing leads to the root.
        let alone = Identity(chainPEM: leaf.certificatePEM, keyPEM: leaf.keyPEM)
        let state = try state(alone, name: "a.example", trusting: root)
        #expect(state == refused("unable to get local issuer certificate"))
        #expect(middle.certificatePEM != root.certificatePEM)
    }

    @Test("is not handed on by a certificate that is no authority")
    func noAuthority() throws {
        let (root, _, leaf) = try authorities()
        var wish = Identity.Wish()
        wish.names = ["evil.example"]
        wish.issuer = leaf
        let forged = try Identity.make(wish)
        let state = try state(forged, name: "evil.example", trusting: root)
        #expect(state != .open && state != .handshaking)
    }

    private func authorities() throws -> (root: Identity, middle: Identity, leaf: Identity) {
        var wish = Identity.Wish()
        (wish.commonName, wish.isAuthority) = ("root", true)
        let root = try Identity.make(wish)
        (wish.commonName, wish.issuer) = ("middle", root)
        let middle = try Identity.make(wish)
        (wish.commonName, wish.isAuthority, wish.issuer) = ("leaf", false, middle)
        wish.names = ["a.example"]
        return (root, middle, try Identity.make(wish))
    }

    @Test("is given to anybody if so told")
    func anybody() throws {
        for name in ["a.example", "b.example", "127.0.0.1"] {
            let pair = try Pair(ServerContexts(Identity.make("a.example")), name: name)
            pair.exchange()
            #expect(pair.isOpen)
        }
    }

    @Test("needs a file of authorities that can be read")
    func files() throws {
        do {
            _ = try ClientContext(trust: .file("/nonexistent/authorities.pem"), protocols: [])
            Issue.record("a file that is not there was read")
        } catch {
            let start = "the authorities in /nonexistent/authorities.pem cannot be read"
            #expect(error.description.hasPrefix(start))
        }
        for text in ["", "hello", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"] {
            try withFile(Array(text.utf8)) { path in
                #expect(throws: TLSError.self) {
                    try ClientContext(trust: .file(path), protocols: [])
                }
            }
        }
    }

    @Test("makes no session for a name that cannot be one")
    func oddNames() throws {
        let context = try ClientContext(trust: .anybody, protocols: [])
        #expect(TLSSession(client: context, serverName: String(repeating: "a", count: 300)) == nil)
    }
}
