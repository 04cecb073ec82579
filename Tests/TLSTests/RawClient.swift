// A client of OpenSSL's own, with settings that the gateway's client never has.

import COpenSSL

@testable import TLS

/// Reads and writes memory; for old versions, chosen ciphers and sessions to be resumed.
final class RawClient {
    /// A session that a server has given, to be offered again.
    final class Ticket {
        let session: OpaquePointer
        init(_ session: OpaquePointer) { self.session = session }
        deinit { SSL_SESSION_free(session) }
    }

    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer
    private(set) var received: [UInt8] = []

    /// A client for `a.example` that speaks at most this version, and offers what it is told.
    init(
        least: Int32 = TLS1_VERSION, most: Int32 = TLS1_3_VERSION, ciphers: String? = nil,
        signatures: String? = nil, name: String = "a.example", ticket: Ticket? = nil
    ) throws {
        guard let context = SSL_CTX_new(TLS_client_method()), let ssl = SSL_new(context),
            let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem())
        else { throw Identity.Failure() }
        (self.context, self.ssl, self.input, self.output) = (context, ssl, input, output)
        SSL_set_bio(ssl, input, output)
        SSL_set_connect_state(ssl)
        sluice_ssl_set_host_name(ssl, name)
        // What each wish comes to in OpenSSL's control numbers, which are macros over this.
        SSL_ctrl(ssl, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(least), nil)
        SSL_ctrl(ssl, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(most), nil)
        if let ciphers, SSL_set_cipher_list(ssl, ciphers) != 1 { throw Identity.Failure() }
        if let signatures {
            let isSet = signatures.withCString { text in
                SSL_ctrl(ssl, SSL_CTRL_SET_SIGALGS_LIST, 0, UnsafeMutableRawPointer(mutating: text))
            }
            if isSet != 1 { throw Identity.Failure() }
        }
        if let ticket, SSL_set_session(ssl, ticket.session) != 1 { throw Identity.Failure() }
    }

    deinit {
        // Otherwise OpenSSL takes the session for one that broke, and never offers it again.
        SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    /// Makes a handshake with a new session of these contexts, and hands over what follows it.
    func connect(to contexts: ServerContexts) throws -> Side {
        guard let session = TLSSession(server: contexts) else { throw Identity.Failure() }
        let server = Side(session)
        exchange(with: server)
        return server
    }

    /// Hands the bytes of both to each other until both are still.
    func exchange(with server: Side) {
        while true {
            goOn()
            let (there, back) = (takeOutput(), server.outgoing())
            if there.isEmpty && back.isEmpty { return }
            server.take(there[...])
            BIO_write(input, back, Int32(back.count))
        }
    }

    func send(_ bytes: [UInt8]) {
        SSL_write(ssl, bytes, Int32(bytes.count))
    }

    /// Asks for another handshake on the same connection, as TLS 1.2 allowed.
    func renegotiate() {
        SSL_renegotiate(ssl)
        SSL_do_handshake(ssl)
        ERR_clear_error()
    }

    var isOpen: Bool { SSL_is_init_finished(ssl) == 1 }
    var wasResumed: Bool { SSL_session_reused(ssl) == 1 }
    var version: Int32 { SSL_version(ssl) }
    var cipher: String { String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))) }

    /// The kind of key in the server's certificate; 0 without one.
    var peerKeyKind: Int32 {
        guard let certificate = SSL_get1_peer_certificate(ssl) else { return 0 }
        defer { X509_free(certificate) }
        return EVP_PKEY_get_base_id(X509_get0_pubkey(certificate))
    }

    /// The newest session that the server has given.
    func ticket() throws -> Ticket {
        guard let session = SSL_get1_session(ssl), SSL_SESSION_is_resumable(session) == 1 else {
            throw Identity.Failure()
        }
        return Ticket(session)
    }

    private func goOn() {
        ERR_clear_error()
        if !isOpen { SSL_do_handshake(ssl) }
        if isOpen {
            var buffer = [UInt8](repeating: 0, count: 16_384)
            while true {
                let count = SSL_read(ssl, &buffer, Int32(buffer.count))
                if count <= 0 { break }
                received += buffer.prefix(Int(count))
            }
        }
        ERR_clear_error()
    }

    private func takeOutput() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        let count = BIO_read(output, &bytes, Int32(bytes.count))
        return Array(bytes.prefix(max(0, Int(count))))
    }
}
