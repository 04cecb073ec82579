// What every context of the gateway has in common: versions, ciphers, groups, memory.

import COpenSSL

/// The gateway's choice among OpenSSL's settings, the same for clients and upstreams.
enum TLSPolicy {
    /// For TLS 1.2: forward secrecy and authenticated encryption only (RFC 9325 §4.2).
    private static let ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20"
    private static let groups = "X25519:P-256:P-384"

    static func apply(to context: OpaquePointer) throws(TLSError) {
        guard unsafe sluice_ctx_set_versions(context, TLS1_2_VERSION, TLS1_3_VERSION) == 1,
            unsafe SSL_CTX_set_cipher_list(context, ciphers) == 1,
            unsafe sluice_ctx_set_groups(context, groups) == 1
        else { throw TLSError.taken(doing: "the system's OpenSSL lacks what the gateway needs") }
        // An idle connection gives its record buffers back; a write may be repeated from
        // another place, for plaintext is staged in buffers that move.
        unsafe sluice_ctx_set_mode(
            context, Int(SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER))
        unsafe SSL_CTX_set_options(
            context,
            sluice_option_no_renegotiation() | sluice_option_no_compression()
                | sluice_option_server_preference())
        // Sessions live in tickets alone. Early data stays off, as it is by default.
        unsafe sluice_ctx_set_session_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        unsafe sluice_ctx_set_read_ahead(context, 0)
    }
}
