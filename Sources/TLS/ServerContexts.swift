// The OpenSSL contexts of one worker: one for each set of certificates that SNI can choose.

import COpenSSL

/// The server side's settings and certificates of one worker.
///
/// Contexts are never shared between workers: their reference counts would be.
package final class ServerContexts {
    /// A context and the certificates in it, of different key kinds.
    @safe struct Group {
        let context: OpaquePointer
        let certificates: [ServerCertificate]
    }

    private(set) var groups: [Group] = []
    private var groupsByName: [String: Int] = [:]
    fileprivate var ticketKeys: TicketKeys
    fileprivate let protocols: [UInt8]

    /// Makes the contexts. `certificates` may not be empty; the first one's group answers clients
    /// that send no name or an unknown one. `protocols` are ALPN names, the preferred one first.
    ///
    /// Where several certificates of one key kind are for the same name, the one that is valid
    /// longest is used; ECDSA, RSA and Ed25519 stand side by side.
    package init(
        certificates: [ServerCertificate], ticketKeys: TicketKeys, protocols: [String]
    ) throws(TLSError) {
        self.ticketKeys = ticketKeys
        self.protocols = protocols.wireFormat
        var indexBySet: [[Int]: Int] = [:]
        let firstNames = certificates.first?.names ?? []
        // The first certificate's names come first, so that group 0 is the one for strangers.
        for name in firstNames + certificates.flatMap(\.names) where groupsByName[name] == nil {
            let chosen = Self.choose(certificates, for: name)
            if let known = indexBySet[chosen] {
                groupsByName[name] = known
                continue
            }
            let members = chosen.map { certificates[$0] }
            let context = try unsafe makeContext(members)
            unsafe groups.append(Group(context: context, certificates: members))
            indexBySet[chosen] = groups.count - 1
            groupsByName[name] = groups.count - 1
        }
        if groups.isEmpty { throw TLSError("there is no certificate") }
    }

    deinit {
        for group in groups { unsafe SSL_CTX_free(group.context) }
    }

    /// Uses other ticket keys from the next handshake on.
    package func replace(ticketKeys: TicketKeys) {
        self.ticketKeys = ticketKeys
    }

    /// Whether a certificate of this group is for this host (lowercase, without a port).
    package func covers(group: Int, host: UnsafeRawBufferPointer) -> Bool {
        guard groups.indices.contains(group) else { return false }
        var text = unsafe String(decoding: host, as: UTF8.self)
        if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
        return groups[group].certificates.contains { $0.covers(text) }
    }

    /// The group for a server name; -1 if no certificate is for it.
    fileprivate func group(for name: String) -> Int {
        let name = name.lowercased()
        if let exact = groupsByName[name] { return exact }
        guard let dot = name.firstIndex(of: ".") else { return -1 }
        return groupsByName["*" + name[dot...]] ?? -1
    }

    /// For each key kind the certificate for this name that is valid longest.
    private static func choose(_ certificates: [ServerCertificate], for name: String) -> [Int] {
        var best: [ServerCertificate.KeyKind: Int] = [:]
        for (index, certificate) in certificates.enumerated()
        where certificate.names.contains(name) {
            let known = best[certificate.keyKind].map { certificates[$0].notAfter }
            if known ?? .min < certificate.notAfter { best[certificate.keyKind] = index }
        }
        return best.values.sorted()
    }

    private func makeContext(_ certificates: [ServerCertificate]) throws(TLSError) -> OpaquePointer
    {
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else {
            throw TLSError.taken(doing: "no TLS context could be made")
        }
        do throws(TLSError) {
            for certificate in certificates { try unsafe use(certificate, in: context) }
            try unsafe configure(context)
        } catch {
            unsafe SSL_CTX_free(context)
            throw error
        }
        return unsafe context
    }

    private func use(_ certificate: ServerCertificate, in context: OpaquePointer) throws(TLSError) {
        let loaded = try LoadedCertificate(
            chainPEM: certificate.chainPEM, keyPEM: certificate.keyPEM)
        let isUsed = unsafe SSL_CTX_use_cert_and_key(
            context, loaded.certificate, loaded.key, loaded.chain, 1)
        if isUsed != 1 {
            throw TLSError.taken(doing: "the certificate \(certificate.label) cannot be used")
        }
    }

    private func configure(_ context: OpaquePointer) throws(TLSError) {
        try unsafe TLSPolicy.apply(to: context)
        let sessionContext = Array("sluice".utf8)
        unsafe SSL_CTX_set_session_id_context(
            context, sessionContext, UInt32(sessionContext.count))
        // One is enough: whoever resumes gets the next one.
        unsafe SSL_CTX_set_num_tickets(context, 1)
        // unsafe: these contexts outlive every call back, for sessions hold the object itself.
        let own = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe sluice_ctx_set_servername_callback(context, chooseByName, own)
        unsafe sluice_ctx_set_ticket_callback(context, ticketCallback)
        if !protocols.isEmpty { unsafe SSL_CTX_set_alpn_select_cb(context, chooseProtocol, own) }
    }
}

extension [String] {
    /// The names as ALPN lists them: each with its length in front (RFC 7301 §3.1).
    var wireFormat: [UInt8] {
        flatMap { (name: String) -> [UInt8] in
            [UInt8(clamping: name.utf8.count)] + [UInt8](name.utf8.prefix(255))
        }
    }
}

/// What OpenSSL calls back for SNI.
private typealias NameCallback =
    @convention(c) (
        OpaquePointer?, UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?
    ) -> Int32

/// SNI: takes the context whose certificates are for the name.
private let chooseByName: NameCallback = { ssl, _, argument in
    guard let argument = unsafe argument,
        let name = unsafe SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name),
        let session = unsafe TLSSession.of(ssl)
    else { return SSL_TLSEXT_ERR_NOACK }
    let contexts = unsafe Unmanaged<ServerContexts>.fromOpaque(argument)
        .takeUnretainedValue()
    let group = contexts.group(for: unsafe String(cString: name))
    guard group >= 0 else { return SSL_TLSEXT_ERR_NOACK }
    session.certificateGroup = group
    if group > 0 { unsafe SSL_set_SSL_CTX(ssl, contexts.groups[group].context) }
    return SSL_TLSEXT_ERR_OK
}

/// ALPN: the first of our protocols that the client offers; a client that offers none of them is
/// refused (RFC 7301 §3.2).
private let chooseProtocol: SSL_CTX_alpn_select_cb_func = {
    _, chosen, chosenCount, offered, offeredCount, argument in
    guard let argument = unsafe argument else { return SSL_TLSEXT_ERR_NOACK }
    let contexts = unsafe Unmanaged<ServerContexts>.fromOpaque(argument).takeUnretainedValue()
    return unsafe contexts.protocols.withUnsafeBufferPointer { own in
        var result: UnsafeMutablePointer<UInt8>?
        var count: UInt8 = 0
        let found = unsafe SSL_select_next_proto(
            &result, &count, own.baseAddress, UInt32(own.count), offered, offeredCount)
        guard found == OPENSSL_NPN_NEGOTIATED, let offered = unsafe offered else {
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }
        // The result lies in our list, which may go away: the client's own bytes are given back.
        guard let match = unsafe find(result, count, in: offered, offeredCount) else {
            return SSL_TLSEXT_ERR_ALERT_FATAL
        }
        unsafe chosen?.pointee = match
        unsafe chosenCount?.pointee = count
        return SSL_TLSEXT_ERR_OK
    }
}

private func find(
    _ name: UnsafePointer<UInt8>?, _ count: UInt8, in list: UnsafePointer<UInt8>,
    _ listCount: UInt32
) -> UnsafePointer<UInt8>? {
    guard let name = unsafe name else { return nil }
    var position = 0
    while position < Int(listCount) {
        let length = Int(unsafe list[position])
        guard position + 1 + length <= Int(listCount) else { return nil }
        let candidate = unsafe list + position + 1
        if length == Int(count), unsafe memcmp(candidate, name, length) == 0 {
            return unsafe candidate
        }
        position += 1 + length
    }
    return nil
}

/// Session tickets (RFC 5077, RFC 8446 §4.6.1): AES-256-CBC with HMAC-SHA-256.
private let ticketCallback:
    @convention(c) (
        OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?, OpaquePointer?,
        OpaquePointer?, Int32
    ) -> Int32 = { ssl, name, vector, cipher, mac, isEncrypting in
        guard let session = unsafe TLSSession.of(ssl),
            let keys = session.serverContexts?.ticketKeys,
            let name = unsafe name, let vector = unsafe vector
        else { return -1 }
        if isEncrypting == 1 {
            let key = keys.current
            unsafe name.update(from: key.name, count: TicketKeys.nameBytes)
            guard unsafe RAND_bytes(vector, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) == 1,
                unsafe EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipher, vector) == 1,
                unsafe sluice_ticket_mac_set_key(mac, key.mac, key.mac.count) == 1
            else { return -1 }
            return 1
        }
        let isCurrent = unsafe memcmp(name, keys.current.name, TicketKeys.nameBytes) == 0
        guard let key = isCurrent ? keys.current : keys.previous,
            unsafe memcmp(name, key.name, TicketKeys.nameBytes) == 0
        else { return 0 }
        guard unsafe sluice_ticket_mac_set_key(mac, key.mac, key.mac.count) == 1,
            unsafe EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.cipher, vector) == 1
        else { return -1 }
        // TLS 1.3 clients use a ticket once and need a new one (RFC 8446 appendix C.4).
        return isCurrent && (unsafe SSL_version(ssl)) < TLS1_3_VERSION ? 1 : 2
    }
