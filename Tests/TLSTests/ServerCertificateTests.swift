// A certificate is read with its names, kind and key, or refused with the reason.

import Foundation
import Testing

@testable import TLS

@Suite("Server certificate")
struct ServerCertificateTests {
    private func failure(chain: [UInt8], key: [UInt8]) -> String? {
        do {
            _ = try ServerCertificate(chainPEM: chain, keyPEM: key, label: "test")
            return nil
        } catch {
            return error.description
        }
    }

    @Test("of sluice certs is read back")
    func development() throws {
        let names = ["localhost", "*.models.example", "127.0.0.1", "::1"]
        let pair = try DevelopmentCertificate.make(names: names, days: 90)
        let certificate = try ServerCertificate(
            chainPEM: pair.certificatePEM, keyPEM: pair.keyPEM, label: "dev")
        #expect(certificate.names == names)
        #expect(certificate.keyKind == .ecdsa)
        #expect(certificate.label == "dev")
        let expected = Date().timeIntervalSince1970 + 90 * 86_400
        #expect(abs(Double(certificate.notAfter) - expected) < 120)
    }

    @Test(
        "knows the kind of its key",
        arguments: [ServerCertificate.KeyKind.ecdsa, .rsa, .ed25519])
    func kinds(_ kind: ServerCertificate.KeyKind) throws {
        let certificate = try Identity.make("a.example", kind: kind).certificate()
        #expect(certificate.keyKind == kind)
    }

    @Test("has its names in lower case")
    func lowercase() throws {
        #expect(try Identity.make("WWW.Example.COM").certificate().names == ["www.example.com"])
    }

    @Test("knows its end, also one that has passed or lies far off", arguments: [-1, 1, 20_000])
    func notAfter(days: Int) throws {
        var wish = Identity.Wish()
        wish.names = ["a.example"]
        (wish.firstDay, wish.lastDay) = (-2, days)
        let expected = Date().timeIntervalSince1970 + Double(days) * 86_400
        let notAfter = try Identity.make(wish).certificate().notAfter
        #expect(abs(Double(notAfter) - expected) < 120)
    }

    @Test("is refused with a key that is not its own")
    func otherKey() throws {
        let (one, other) = (try Identity.make("a.example"), try Identity.make("a.example"))
        let rsa = try Identity.make("a.example", kind: .rsa)
        let expected = "its key does not belong to the certificate"
        #expect(failure(chain: one.chainPEM, key: other.keyPEM) == expected)
        #expect(failure(chain: one.chainPEM, key: rsa.keyPEM) == expected)
        #expect(failure(chain: one.chainPEM, key: one.keyPEM) == nil)
    }

    @Test("is refused with an encrypted key, and nobody is asked for a password")
    func encryptedKey() throws {
        let identity = try Identity.make("a.example")
        let key = try identity.encryptedKeyPEM(password: "secret")
        #expect(String(decoding: key, as: UTF8.self).contains("ENCRYPTED PRIVATE KEY"))
        let reason = try #require(failure(chain: identity.chainPEM, key: key))
        #expect(reason.hasPrefix("its key cannot be read as PEM without a password"))
    }

    @Test("is refused without a certificate in it")
    func noCertificate() throws {
        let identity = try Identity.make("a.example")
        let cut = Array(identity.chainPEM.prefix(identity.chainPEM.count / 2))
        let noise = Array("-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n".utf8)
        for chain in [[], Array("hello".utf8), identity.keyPEM] {
            let reason = failure(chain: chain, key: identity.keyPEM)
            #expect(reason == "it holds no certificate in PEM form")
        }
        for chain in [cut, noise] {
            let reason = failure(chain: chain, key: identity.keyPEM)
            #expect(reason == "certificate 1 of the 1 in it cannot be read")
        }
        let reason = failure(chain: identity.chainPEM + noise, key: identity.keyPEM)
        #expect(reason == "certificate 2 of the 2 in it cannot be read")
    }

    @Test("is refused without a key in it")
    func noKey() throws {
        let identity = try Identity.make("a.example")
        let cut = Array(identity.keyPEM.prefix(identity.keyPEM.count / 2))
        for key in [[], Array("hello".utf8), identity.chainPEM, cut] {
            let reason = try #require(failure(chain: identity.chainPEM, key: key))
            #expect(reason.hasPrefix("its key cannot be read as PEM"))
        }
    }

    @Test("is refused without a name; the common name is none")
    func noName() throws {
        var wish = Identity.Wish()
        wish.commonName = "a.example"
        let identity = try Identity.make(wish)
        let reason = failure(chain: identity.chainPEM, key: identity.keyPEM)
        #expect(
            reason == "the certificate names no host: it needs a subject alternative name")
    }

    @Test("may share a file with its key and with words")
    func oneFile() throws {
        let identity = try Identity.make("a.example")
        let all = Array("my certificate\n".utf8) + identity.keyPEM + identity.chainPEM
        #expect(failure(chain: all, key: all) == nil)
    }

    @Test("leaves no error behind for the next on the thread")
    func errorQueue() throws {
        let identity = try Identity.make("a.example")
        let contexts = try ServerContexts(identity)
        let pair = try Pair(contexts)
        pair.exchange()
        _ = failure(chain: [], key: identity.keyPEM)
        _ = failure(chain: identity.chainPEM, key: [1, 2, 3])
        _ = failure(chain: identity.chainPEM, key: try Identity.make("b.example").keyPEM)
        #expect(pair.client.send("unharmed"))
        pair.exchange()
        #expect(pair.server.text == "unharmed")
    }

    // MARK: Names

    /// A name in the certificate, a host, and whether the one is for the other.
    static let hosts: [(name: String, host: String, isCovered: Bool)] = [
        ("a.example", "a.example", true), ("a.example", "b.example", false),
        ("a.example", "x.a.example", false), ("a.example", "a.example.org", false),
        ("a.example", "", false), ("a.example", "example", false),
        // A wildcard is exactly one label.
        ("*.example.com", "a.example.com", true), ("*.example.com", "a-b.example.com", true),
        ("*.example.com", "example.com", false), ("*.example.com", "a.b.example.com", false),
        ("*.example.com", ".example.com", false), ("*.example.com", "aexample.com", false),
        ("*.example.com", "a.example.org", false), ("*.example.com", "a.example.com.", false),
        ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1", "127.0.0.2", false),
        ("::1", "::1", true), ("::1", "::2", false),
    ]

    @Test("is for its names and one label under its wildcards", arguments: hosts)
    func covers(name: String, host: String, isCovered: Bool) throws {
        #expect(try Identity.make(name).certificate().covers(host) == isCovered)
    }
}
