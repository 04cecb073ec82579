// Makes certificates and keys of the kinds that the tests need.

import COpenSSL
import Foundation

@testable import TLS

/// A certificate in PEM form, with its issuers after it, and its private key.
struct Identity: Sendable {
    /// What an identity is to be.
    struct Wish {
        var kind = ServerCertificate.KeyKind.ecdsa
        var names: [String] = []
        var commonName = "test"
        /// Valid from so many days from now …
        var firstDay = -1
        /// … to so many days from now.
        var lastDay = 30
        var isAuthority = false
        var issuer: Identity?
    }

    /// Why an identity could not be made: a fault of the test.
    struct Failure: Error {}

    let chainPEM: [UInt8]
    let keyPEM: [UInt8]

    /// The certificate alone, without its issuers.
    var certificatePEM: [UInt8] {
        let text = String(decoding: chainPEM, as: UTF8.self)
        let end = "-----END CERTIFICATE-----\n"
        return Array((text.components(separatedBy: end)[0] + end).utf8)
    }

    /// An identity with a key of its own, for these names.
    static func make(
        _ names: String..., kind: ServerCertificate.KeyKind = .ecdsa, lastDay: Int = 30
    ) throws -> Identity {
        var wish = Wish()
        wish.kind = kind
        wish.names = names
        wish.lastDay = lastDay
        return try make(wish)
    }

    static func make(_ wish: Wish) throws -> Identity {
        guard let key = newKey(wish.kind), let certificate = X509_new() else { throw Failure() }
        defer {
            EVP_PKEY_free(key)
            X509_free(certificate)
        }
        X509_set_version(certificate, 2)
        ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), .random(in: 1...(1 << 60)))
        X509_gmtime_adj(X509_getm_notBefore(certificate), wish.firstDay * 86_400)
        X509_gmtime_adj(X509_getm_notAfter(certificate), wish.lastDay * 86_400)
        let subject = X509_get_subject_name(certificate)
        X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, wish.commonName, -1, -1, 0)
        X509_set_pubkey(certificate, key)
        let constraints = wish.isAuthority ? "critical,CA:TRUE" : "CA:FALSE"
        try add(NID_basic_constraints, constraints, certificate)
        if !wish.names.isEmpty {
            let isAddress = { (name: String) in name.contains(":") || Int(name.suffix(1)) != nil }
            let names = wish.names.map { isAddress($0) ? "IP:\($0)" : "DNS:\($0)" }
            try add(NID_subject_alt_name, names.joined(separator: ","), certificate)
        }
        if let issuer = wish.issuer {
            let authority = try LoadedCertificate(chainPEM: issuer.chainPEM, keyPEM: issuer.keyPEM)
            X509_set_issuer_name(certificate, X509_get_subject_name(authority.certificate))
            X509_sign(certificate, authority.key, EVP_sha256())
        } else {
            X509_set_issuer_name(certificate, subject)
            X509_sign(certificate, key, wish.kind == .ed25519 ? nil : EVP_sha256())
        }
        return Identity(
            chainPEM: text { PEM_write_bio_X509($0, certificate) } + (wish.issuer?.chainPEM ?? []),
            keyPEM: text { PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) })
    }

    /// The key, encrypted under a password.
    func encryptedKeyPEM(password: String) throws -> [UInt8] {
        let loaded = try LoadedCertificate(chainPEM: chainPEM, keyPEM: keyPEM)
        return Self.text { bio in
            PEM_write_bio_PKCS8PrivateKey(
                bio, loaded.key, EVP_aes_256_cbc(), password, Int32(password.utf8.count), nil, nil)
        }
    }

    /// The identity as a server's certificate.
    func certificate(_ label: String = "test") throws -> ServerCertificate {
        try ServerCertificate(chainPEM: chainPEM, keyPEM: keyPEM, label: label)
    }

    private static func newKey(_ kind: ServerCertificate.KeyKind) -> OpaquePointer? {
        if kind == .ecdsa { return sluice_generate_key_p256() }
        let number = kind == .rsa ? EVP_PKEY_RSA : EVP_PKEY_ED25519
        guard let context = EVP_PKEY_CTX_new_id(number, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        EVP_PKEY_keygen_init(context)
        EVP_PKEY_keygen(context, &key)
        return key
    }

    private static func add(_ kind: Int32, _ value: String, _ certificate: OpaquePointer) throws {
        guard let made = sluice_make_extension(certificate, kind, value) else { throw Failure() }
        X509_add_ext(certificate, made, -1)
        X509_EXTENSION_free(made)
    }

    private static func text(_ write: (OpaquePointer) -> Int32) -> [UInt8] {
        guard let bio = BIO_new(BIO_s_mem()) else { return [] }
        defer { BIO_free(bio) }
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        guard write(bio) == 1 else { return [] }
        let count = BIO_read(bio, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(max(0, Int(count))))
    }
}

/// A file that lasts as long as a test needs it.
@discardableResult
func withFile<Result>(
    _ bytes: [UInt8], _ body: (String) throws -> Result
) throws -> Result {
    let place = FileManager.default.temporaryDirectory
        .appendingPathComponent("sluice-test-\(UInt64.random(in: 0 ... .max)).pem")
    try Data(bytes).write(to: place)
    defer { try? FileManager.default.removeItem(at: place) }
    return try body(place.path)
}
