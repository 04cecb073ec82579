// SNI chooses the certificates, and the host of a request must be among their names.

import COpenSSL
import Testing

@testable import TLS

@Suite("Server contexts")
struct ServerContextsTests {
    private func group(_ contexts: ServerContexts, _ name: String) throws -> Int {
        let pair = try Pair(contexts, name: name)
        pair.exchange()
        try #require(pair.isOpen)
        return pair.server.session.certificateGroup
    }

    private func three() throws -> ServerContexts {
        try ServerContexts(
            Identity.make("a.example", "www.a.example"), Identity.make("*.b.example"),
            Identity.make("c.example", "x.b.example"))
    }

    /// Names that a client may send, and the group that answers; -1 where none is for the name.
    static let names: [(name: String, group: Int)] = [
        ("a.example", 0), ("www.a.example", 0), ("A.Example", 0), ("any.b.example", 1),
        ("ANY.b.example", 1), ("c.example", 2),
        // An exact name goes before a wildcard.
        ("x.b.example", 2),
        ("b.example", -1), ("y.x.b.example", -1), ("d.example", -1), ("localhost", -1),
        ("127.0.0.1", -1),
    ]

    @Test("are chosen by the name that the client sends", arguments: names)
    func serverName(name: String, group: Int) throws {
        #expect(try self.group(three(), name) == group)
    }

    @Test("answer strangers with the first certificate")
    func stranger() throws {
        let first = try Identity.make("a.example")
        let contexts = try ServerContexts(first, Identity.make("b.example"))
        try withFile(first.chainPEM) { path in
            // The certificate is trusted, and only its name is wrong.
            let pair = try Pair(contexts, name: "unknown.example", trust: .file(path))
            pair.exchange()
            let expected = "the certificate is not trusted: hostname mismatch"
            #expect(pair.client.state == .refused(expected))
        }
    }

    @Test("show the certificate of the chosen group")
    func shown() throws {
        let (one, other) = (try Identity.make("a.example"), try Identity.make("*.b.example"))
        let contexts = try ServerContexts(one, other)
        try withFile(other.chainPEM) { path in
            let pair = try Pair(contexts, name: "x.b.example", trust: .file(path))
            pair.exchange()
            #expect(pair.isOpen)
        }
    }

    @Test("need a certificate")
    func none() {
        #expect(throws: TLSError("there is no certificate")) {
            try ServerContexts(certificates: [], ticketKeys: .random(), protocols: [])
        }
    }

    /// Groups of `three`, hosts of requests, and whether the one is for the other.
    static let hosts: [(group: Int, host: String, isCovered: Bool)] = [
        (0, "a.example", true), (0, "www.a.example", true), (0, "c.example", false),
        (1, "q.b.example", true), (1, "b.example", false), (1, "a.example", false),
        (2, "x.b.example", true), (2, "q.b.example", false), (2, "", false),
        (-1, "a.example", false), (3, "a.example", false), (.max, "a.example", false),
    ]

    @Test("know the hosts of each group", arguments: hosts)
    func covers(group: Int, host: String, isCovered: Bool) throws {
        let contexts = try three()
        let isFor = Array(host.utf8).withUnsafeBytes { contexts.covers(group: group, host: $0) }
        #expect(isFor == isCovered)
    }

    @Test("know addresses with and without brackets")
    func coversAddresses() throws {
        let contexts = try ServerContexts(Identity.make("::1", "127.0.0.1"))
        for (host, expected) in ["[::1]": true, "::1": true, "127.0.0.1": true, "[::2]": false] {
            let isFor = Array(host.utf8).withUnsafeBytes { contexts.covers(group: 0, host: $0) }
            #expect(isFor == expected, "\(host)")
        }
        #expect(Array("[]".utf8).withUnsafeBytes { !contexts.covers(group: 0, host: $0) })
        let invalid: [UInt8] = [0xff, 0xfe, 0x5b]
        #expect(invalid.withUnsafeBytes { !contexts.covers(group: 0, host: $0) })
    }

    // MARK: Several certificates for one name

    @Test("use the certificate of a kind that is valid longest", arguments: [false, true])
    func longest(isReversed: Bool) throws {
        let identities = try [10, 300, 100].map { days in
            try Identity.make("a.example", lastDay: days).certificate("\(days) days")
        }
        let contexts = try ServerContexts(
            certificates: isReversed ? identities.reversed() : identities,
            ticketKeys: .random(), protocols: [])
        #expect(contexts.groups.map { $0.certificates.map(\.label) } == [["300 days"]])
    }

    @Test("choose for each name by itself")
    func eachName() throws {
        let old = try Identity.make("a.example", "b.example", lastDay: 10).certificate("old")
        let new = try Identity.make("b.example", lastDay: 90).certificate("new")
        let contexts = try ServerContexts(
            certificates: [old, new], ticketKeys: .random(), protocols: [])
        #expect(try group(contexts, "a.example") == 0)
        #expect(try group(contexts, "b.example") == 1)
        #expect(contexts.groups.map { $0.certificates.map(\.label) } == [["old"], ["new"]])
    }

    @Test("hold ECDSA, RSA and Ed25519 side by side, and show what the client can check")
    func kinds() throws {
        let contexts = try ServerContexts(
            Identity.make("a.example", kind: .rsa), Identity.make("a.example"),
            Identity.make("a.example", kind: .ed25519))
        #expect(contexts.groups.count == 1)
        let algorithms = [
            "ecdsa_secp256r1_sha256": EVP_PKEY_EC, "rsa_pss_rsae_sha256": EVP_PKEY_RSA,
            "ed25519": EVP_PKEY_ED25519,
        ]
        for (algorithm, kind) in algorithms {
            let client = try RawClient(signatures: algorithm)
            let server = try client.connect(to: contexts)
            #expect(server.state == .open, "\(algorithm)")
            #expect(client.isOpen && client.peerKeyKind == kind, "\(algorithm)")
        }
        // By TLS 1.2 the cipher says which.
        let ciphers = [
            "ECDHE-ECDSA-AES128-GCM-SHA256": EVP_PKEY_EC,
            "ECDHE-RSA-AES128-GCM-SHA256": EVP_PKEY_RSA,
        ]
        for (cipher, kind) in ciphers {
            let client = try RawClient(most: TLS1_2_VERSION, ciphers: cipher)
            _ = try client.connect(to: contexts)
            #expect(client.isOpen && client.peerKeyKind == kind, "\(cipher)")
        }
    }

    @Test("take a client that only knows a kind that is not there no further")
    func missingKind() throws {
        let contexts = try ServerContexts(Identity.make("a.example"))
        let client = try RawClient(signatures: "rsa_pss_rsae_sha256")
        let server = try client.connect(to: contexts)
        #expect(!client.isOpen && server.state != .open)
    }
}
