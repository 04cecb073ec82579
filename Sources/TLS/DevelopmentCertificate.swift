// A self-signed certificate for trying things out.

import COpenSSL
import Glibc

/// Makes the certificate of `sluice certs`.
package enum DevelopmentCertificate {
    /// A certificate in PEM form and its private key.
    package struct Pair: Sendable {
        /// The certificate.
        package let certificatePEM: [UInt8]
        /// The key, not encrypted.
        package let keyPEM: [UInt8]
    }

    /// Makes an ECDSA (P-256) certificate for these DNS names and addresses, valid from an hour
    /// ago for so many days.
    package static func make(names: [String], days: Int) throws(TLSError) -> Pair {
        guard let key = unsafe sluice_generate_key_p256(), let certificate = unsafe X509_new()
        else {
            throw TLSError.taken(doing: "no key could be made")
        }
        defer {
            unsafe EVP_PKEY_free(key)
            unsafe X509_free(certificate)
        }
        unsafe X509_set_version(certificate, 2)
        var random = SystemRandomNumberGenerator()
        unsafe ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), random.next() >> 1 | 1)
        unsafe X509_gmtime_adj(X509_getm_notBefore(certificate), -3_600)
        unsafe X509_gmtime_adj(X509_getm_notAfter(certificate), days * 86_400)
        let subject = unsafe X509_get_subject_name(certificate)
        unsafe X509_NAME_add_entry_by_txt(
            subject, "CN", MBSTRING_UTF8, "sluice development certificate", -1, -1, 0)
        unsafe X509_set_issuer_name(certificate, subject)
        unsafe X509_set_pubkey(certificate, key)
        let alternatives = names.map { isAddress($0) ? "IP:\($0)" : "DNS:\($0)" }
        try unsafe add(NID_subject_alt_name, alternatives.joined(separator: ","), to: certificate)
        // No key usage: several clients take a self-signed certificate only if it may sign itself.
        try unsafe add(NID_basic_constraints, "critical,CA:FALSE", to: certificate)
        try unsafe add(NID_ext_key_usage, "serverAuth", to: certificate)
        guard unsafe X509_sign(certificate, key, EVP_sha256()) > 0 else {
            throw TLSError.taken(doing: "the certificate could not be signed")
        }
        let certificatePEM = unsafe text { unsafe PEM_write_bio_X509($0, certificate) }
        let keyPEM = unsafe text {
            unsafe PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil)
        }
        return Pair(certificatePEM: certificatePEM, keyPEM: keyPEM)
    }

    private static func add(
        _ kind: Int32, _ value: String, to certificate: OpaquePointer
    ) throws(TLSError) {
        guard let made = unsafe sluice_make_extension(certificate, kind, value) else {
            throw TLSError.taken(doing: "the certificate cannot hold \(value)")
        }
        defer { unsafe X509_EXTENSION_free(made) }
        unsafe X509_add_ext(certificate, made, -1)
    }

    private static func isAddress(_ name: String) -> Bool {
        var memory = in6_addr()
        if unsafe inet_pton(AF_INET, name, &memory) == 1 { return true }
        return unsafe inet_pton(AF_INET6, name, &memory) == 1
    }

    private static func text(_ write: (OpaquePointer) -> Int32) -> [UInt8] {
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { return [] }
        defer { unsafe BIO_free(bio) }
        guard unsafe write(bio) == 1 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        let count = unsafe BIO_read(bio, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(max(0, Int(count))))
    }
}
