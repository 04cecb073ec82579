// A certificate with its chain and its key, checked to belong together.

import COpenSSL
import Glibc

/// One identity of the gateway, ready to be loaded into each worker's contexts.
///
/// It holds PEM text and no OpenSSL object, so that workers share no reference counts.
package struct ServerCertificate: Sendable, Equatable {
    /// The kinds of keys of which a server may hold one each for the same name.
    package enum KeyKind: String, Sendable {
        case ecdsa
        case rsa
        case ed25519
    }

    /// The file's name without its extension, for people.
    package let label: String
    /// The lowercase DNS names (perhaps `*.example.com`) and addresses that it is for.
    package let names: [String]
    /// The kind of its key.
    package let keyKind: KeyKind
    /// When it stops being valid, in seconds since 1970.
    package let notAfter: Int
    let chainPEM: [UInt8]
    let keyPEM: [UInt8]

    /// Reads a chain (the server's own certificate first) and its private key from PEM text;
    /// throws when either cannot be read, or when they do not belong together.
    package init(chainPEM: [UInt8], keyPEM: [UInt8], label: String) throws(TLSError) {
        let loaded = try LoadedCertificate(chainPEM: chainPEM, keyPEM: keyPEM)
        self.label = label
        self.chainPEM = chainPEM
        self.keyPEM = keyPEM
        keyKind = try loaded.keyKind()
        names = loaded.names()
        notAfter = loaded.notAfter()
        if names.isEmpty {
            throw TLSError("the certificate names no host: it needs a subject alternative name")
        }
    }

    /// Whether it is for this lowercase host; a wildcard stands for exactly one label (RFC 9525).
    func covers(_ host: String) -> Bool {
        names.contains { name in
            if name == host { return true }
            guard name.hasPrefix("*."), let dot = host.firstIndex(of: "."), dot > host.startIndex
            else { return false }
            return host[dot...] == name.dropFirst()
        }
    }
}

/// The OpenSSL objects of one certificate.
@safe final class LoadedCertificate {
    let certificate: OpaquePointer
    let chain: OpaquePointer
    let key: OpaquePointer

    init(chainPEM: [UInt8], keyPEM: [UInt8]) throws(TLSError) {
        var certificates = unsafe Self.readCertificates(chainPEM)
        ERR_clear_error()
        // A broken one in the middle would otherwise silently make a shorter chain.
        let promised = String(decoding: chainPEM, as: UTF8.self)
            .ranges(of: "-----BEGIN CERTIFICATE-----").count
        if unsafe certificates.count < promised {
            let count = unsafe certificates.count
            unsafe certificates.forEach { unsafe X509_free($0) }
            throw TLSError("certificate \(count + 1) of the \(promised) in it cannot be read")
        }
        guard let first = unsafe certificates.first, let stack = unsafe sluice_x509_stack_new()
        else { throw TLSError("it holds no certificate in PEM form") }
        unsafe certificates.removeFirst()
        for index in unsafe certificates.indices {
            unsafe _ = sluice_x509_stack_push(stack, certificates[index])
        }
        guard let key = unsafe Self.readKey(keyPEM) else {
            let error = TLSError.taken(doing: "its key cannot be read as PEM without a password")
            unsafe X509_free(first)
            unsafe sluice_x509_stack_free(stack)
            throw error
        }
        unsafe certificate = first
        unsafe chain = stack
        unsafe self.key = key
        if unsafe X509_check_private_key(first, key) != 1 {
            ERR_clear_error()
            throw TLSError("its key does not belong to the certificate")
        }
    }

    deinit {
        unsafe X509_free(certificate)
        unsafe sluice_x509_stack_free(chain)
        unsafe EVP_PKEY_free(key)
    }

    private static func readCertificates(_ pem: [UInt8]) -> [OpaquePointer] {
        let read = unsafe withBIO(over: pem) { bio in
            var found = unsafe [OpaquePointer]()
            while let next = unsafe PEM_read_bio_X509(bio, nil, refusePassword, nil) {
                unsafe found.append(next)
            }
            return unsafe found
        }
        return unsafe read ?? []
    }

    private static func readKey(_ pem: [UInt8]) -> OpaquePointer? {
        let read = unsafe withBIO(over: pem) { bio in
            unsafe PEM_read_bio_PrivateKey(bio, nil, refusePassword, nil)
        }
        return unsafe read ?? nil
    }

    private static func withBIO<T>(over bytes: [UInt8], _ body: (OpaquePointer) -> T) -> T? {
        unsafe bytes.withUnsafeBytes { memory in
            // unsafe: the BIO reads these bytes and is freed before they end.
            guard let base = memory.baseAddress,
                let bio = unsafe BIO_new_mem_buf(base, Int32(clamping: memory.count))
            else { return nil }
            defer { unsafe BIO_free(bio) }
            return unsafe body(bio)
        }
    }

    func keyKind() throws(TLSError) -> ServerCertificate.KeyKind {
        switch unsafe EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_EC: .ecdsa
        case EVP_PKEY_RSA, EVP_PKEY_RSA_PSS: .rsa
        case EVP_PKEY_ED25519: .ed25519
        default: throw TLSError("its key is none of ECDSA, RSA and Ed25519")
        }
    }

    func notAfter() -> Int {
        guard let time = unsafe X509_get0_notAfter(certificate) else { return 0 }
        var parts = unsafe tm()
        guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return unsafe timegm(&parts)
    }

    /// The names of the subject alternative name; the common name counts for nothing (RFC 9525).
    func names() -> [String] {
        guard let list = unsafe sluice_alternative_names(certificate) else { return [] }
        defer { unsafe GENERAL_NAMES_free(list) }
        var names: [String] = []
        let count = unsafe sluice_names_count(list)
        for index in 0..<count {
            if let name = unsafe sluice_names_dns(list, index) {
                names.append((unsafe Self.text(name)).lowercased())
            } else if let address = unsafe sluice_names_address(list, index) {
                names.append(contentsOf: unsafe Self.addressText(address))
            }
        }
        return names
    }

    private static func text(_ string: UnsafePointer<ASN1_STRING>) -> String {
        let count = Int(unsafe ASN1_STRING_length(string))
        guard let data = unsafe ASN1_STRING_get0_data(string) else { return "" }
        return unsafe String(
            decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    }

    private static func addressText(_ string: UnsafePointer<ASN1_STRING>) -> [String] {
        let count = unsafe ASN1_STRING_length(string)
        guard count == 4 || count == 16, let data = unsafe ASN1_STRING_get0_data(string) else {
            return []
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = count == 4 ? AF_INET : AF_INET6
        guard unsafe inet_ntop(family, data, &text, socklen_t(text.count)) != nil else { return [] }
        return [
            String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        ]
    }
}

/// Keeps OpenSSL from asking for a password on the terminal.
private func refusePassword(
    _ buffer: UnsafeMutablePointer<CChar>?, _ size: Int32, _ isWriting: Int32,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 { -1 }
