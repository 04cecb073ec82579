// One TLS connection without I/O: takes ciphertext and gives plaintext, and the other way round.

import COpenSSL
package import NIOCore

/// One TLS connection. Bytes come in through `withInput` and go out through `outgoing`.
@safe package final class TLSSession {
    /// How far the handshake has come.
    package enum HandshakeResult: Sendable {
        case finished
        /// The peer has to say more first.
        case needsInput
        /// It is over; an alert may stand in `outgoing`.
        case failed(TLSError)
    }

    /// What came of a read.
    package enum ReadResult: Sendable, Equatable {
        /// So many bytes of plaintext, at least one.
        case bytes(Int)
        /// The peer has to say more first.
        case needsInput
        /// The peer has said close_notify.
        case closed
        /// The records are broken; an alert may stand in `outgoing`.
        case failed
    }

    /// Ciphertext to be sent; whoever sends it leaves an empty buffer.
    package var outgoing = ByteBuffer()
    /// The group of certificates that SNI chose; -1 if it chose none.
    package internal(set) var certificateGroup = -1
    /// Kept: the contexts' callbacks refer to this object without holding it.
    let serverContexts: ServerContexts?
    private let clientContext: ClientContext?
    private let ssl: OpaquePointer
    private var input: UnsafeRawPointer?
    private var inputCount = 0
    private var inputPosition = 0
    /// Whether OpenSSL may hold plaintext that the last read had no room for.
    private var mayHavePending = false

    /// A session with a client; nil if OpenSSL has no memory for it.
    package init?(server contexts: ServerContexts) {
        guard let group = contexts.groups.first, let ssl = unsafe SSL_new(group.context) else {
            return nil
        }
        serverContexts = contexts
        clientContext = nil
        unsafe self.ssl = ssl
        guard attach() else { return nil }
        unsafe SSL_set_accept_state(ssl)
    }

    /// A session with an upstream whose certificate must be for this name or address.
    package init?(client context: ClientContext, serverName: String) {
        guard let ssl = unsafe SSL_new(context.context) else { return nil }
        serverContexts = nil
        clientContext = context
        unsafe self.ssl = ssl
        guard attach() else { return nil }
        unsafe SSL_set_connect_state(ssl)
        if unsafe X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), serverName) != 1 {
            // Not an address: a name, which SNI tells.
            ERR_clear_error()
            let isNamed = unsafe sluice_ssl_set_host_name(ssl, serverName) == 1
            guard isNamed, unsafe SSL_set1_host(ssl, serverName) == 1 else {
                ERR_clear_error()
                return nil
            }
        }
    }

    deinit {
        unsafe SSL_free(ssl)
    }

    private func attach() -> Bool {
        guard let method = unsafe OpaquePointer(bitPattern: BufferBIO.methodAddress),
            let bio = unsafe BIO_new(method)
        else {
            return false
        }
        // unsafe: the session outlives its SSL and the BIO in it, which `deinit` frees.
        let own = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe BIO_set_data(bio, own)
        unsafe SSL_set_bio(ssl, bio, bio)
        return unsafe SSL_set_ex_data(ssl, 0, own) == 1
    }

    /// The session of an SSL that calls back.
    static func of(_ ssl: OpaquePointer?) -> TLSSession? {
        guard let ssl = unsafe ssl, let own = unsafe SSL_get_ex_data(ssl, 0) else { return nil }
        return unsafe Unmanaged<TLSSession>.fromOpaque(own).takeUnretainedValue()
    }

    // MARK: Input

    /// Lets `body` handshake and read from these bytes of ciphertext; returns how many were taken.
    @inline(__always)
    package func withInput(_ bytes: UnsafeRawBufferPointer, _ body: () -> Void) -> Int {
        unsafe input = bytes.baseAddress
        inputCount = bytes.count
        inputPosition = 0
        body()
        unsafe input = nil
        let used = inputPosition
        inputCount = 0
        inputPosition = 0
        return used
    }

    /// Goes on with the handshake.
    package func handshake() -> HandshakeResult {
        let result = unsafe SSL_do_handshake(ssl)
        if result == 1 { return .finished }
        if unsafe SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ { return .needsInput }
        if clientContext?.isVerifying == true {
            let verdict = unsafe SSL_get_verify_result(ssl)
            if verdict != X509_V_OK, let words = unsafe X509_verify_cert_error_string(verdict) {
                ERR_clear_error()
                return .failed(
                    TLSError("the certificate is not trusted: \(unsafe String(cString: words))"))
            }
        }
        return .failed(TLSError.taken(doing: "the TLS handshake failed"))
    }

    /// Decrypts at most one record into `memory`, which is not empty.
    package func read(into memory: UnsafeMutableRawBufferPointer) -> ReadResult {
        if inputPosition == inputCount && !mayHavePending { return .needsInput }
        var count = 0
        let result = unsafe SSL_read_ex(ssl, memory.baseAddress, memory.count, &count)
        if result == 1 {
            mayHavePending = count == memory.count
            return .bytes(count)
        }
        mayHavePending = false
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ: return .needsInput
        case SSL_ERROR_ZERO_RETURN: return .closed
        default:
            ERR_clear_error()
            return .failed
        }
    }

    // MARK: Output

    /// Encrypts bytes into `outgoing`; false if the session is broken.
    package func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > 0 else { return true }
        var count = 0
        if unsafe SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &count) == 1 { return true }
        ERR_clear_error()
        return false
    }

    /// Puts close_notify into `outgoing`.
    package func sendClose() {
        guard unsafe SSL_is_init_finished(ssl) == 1 else { return }
        if unsafe SSL_shutdown(ssl) < 0 { ERR_clear_error() }
    }

    // MARK: What is known

    /// Whether the handshake resumed an earlier session.
    package var wasResumed: Bool { unsafe SSL_session_reused(ssl) == 1 }

    /// Whether the certificates that SNI chose are for this host (lowercase, without a port).
    package func coversHost(_ host: UnsafeRawBufferPointer) -> Bool {
        unsafe serverContexts?.covers(group: certificateGroup, host: host) ?? false
    }

    /// Whether the handshake is over and good.
    package var isHandshakeFinished: Bool { unsafe SSL_is_init_finished(ssl) == 1 }

    /// The protocol that ALPN chose, or an empty string.
    package var negotiatedProtocol: String {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &name, &count)
        guard let name = unsafe name else { return "" }
        return unsafe String(
            decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    // MARK: The BIO's side

    fileprivate func take(_ destination: UnsafeMutablePointer<CChar>, _ most: Int) -> Int {
        let count = min(most, inputCount - inputPosition)
        guard count > 0, let input = unsafe input else { return 0 }
        unsafe UnsafeMutableRawPointer(destination).copyMemory(
            from: input + inputPosition, byteCount: count)
        inputPosition += count
        return count
    }

    fileprivate func give(_ source: UnsafePointer<CChar>, _ count: Int) {
        unsafe outgoing.writeBytes(UnsafeRawBufferPointer(start: source, count: count))
    }
}

/// The BIO between OpenSSL and a session: reads from the received buffer, writes to `outgoing`.
private enum BufferBIO {
    /// The address of OpenSSL's table of our functions, made once and never changed after; 0 if
    /// there is no memory for it.
    static let methodAddress: UInt = {
        let kind = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
        guard let method = unsafe BIO_meth_new(kind, "sluice buffers") else {
            return 0
        }
        unsafe BIO_meth_set_create(method) { bio in
            unsafe BIO_set_init(bio, 1)
            return 1
        }
        unsafe BIO_meth_set_read(method) { bio, destination, count in
            guard let destination = unsafe destination, let own = unsafe BIO_get_data(bio) else {
                return -1
            }
            // unsafe: no reference is counted; `attach` says why the session is alive.
            let taken = unsafe Unmanaged<TLSSession>.fromOpaque(own)._withUnsafeGuaranteedRef {
                unsafe $0.take(destination, Int(count))
            }
            if taken > 0 {
                unsafe BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
                return Int32(truncatingIfNeeded: taken)
            }
            unsafe BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
            return -1
        }
        unsafe BIO_meth_set_write(method) { bio, source, count in
            guard let source = unsafe source, let own = unsafe BIO_get_data(bio) else { return -1 }
            unsafe Unmanaged<TLSSession>.fromOpaque(own)._withUnsafeGuaranteedRef {
                unsafe $0.give(source, Int(count))
            }
            return count
        }
        unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in
            command == BIO_CTRL_FLUSH ? 1 : 0
        }
        return UInt(bitPattern: method)
    }()
}
