// The OpenSSL context of one worker's connections to upstreams that are trusted in the same way.

import COpenSSL

/// Whom an upstream's certificate must come from.
package enum Trust: Sendable, Hashable {
    /// The authorities that the system trusts.
    case system
    /// The authorities in this PEM file.
    case file(String)
    /// Anybody: nothing is verified.
    case anybody
}

/// The client side's settings of one worker.
@safe package final class ClientContext {
    let context: OpaquePointer
    let isVerifying: Bool

    /// Makes a context; throws when the authorities cannot be read. `protocols` are ALPN names.
    package init(trust: Trust, protocols: [String]) throws(TLSError) {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw TLSError.taken(doing: "no TLS context could be made")
        }
        unsafe self.context = context
        isVerifying = trust != .anybody
        try unsafe TLSPolicy.apply(to: context)
        unsafe SSL_CTX_set_verify(context, isVerifying ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        switch trust {
        case .anybody: break
        case .system:
            if unsafe SSL_CTX_set_default_verify_paths(context) != 1 {
                throw TLSError.taken(doing: "the system's authorities cannot be read")
            }
        case .file(let path):
            if unsafe SSL_CTX_load_verify_file(context, path) != 1 {
                throw TLSError.taken(doing: "the authorities in \(path) cannot be read")
            }
        }
        let names = protocols.wireFormat
        if !names.isEmpty {
            unsafe _ = SSL_CTX_set_alpn_protos(context, names, UInt32(names.count))
        }
    }

    deinit {
        unsafe SSL_CTX_free(context)
    }
}
