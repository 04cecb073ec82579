// Why TLS could not go on, in OpenSSL's words made fit for a log.

import COpenSSL

/// A failure of TLS: of a certificate, a context or a session.
package struct TLSError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence: what and why.
    package let description: String

    /// Makes an error of words for people.
    package init(_ description: String) {
        self.description = description
    }

    /// Takes the first reason out of the thread's queue of errors, and empties the queue.
    static func taken(doing what: String) -> TLSError {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = unsafe ERR_reason_error_string(code) else {
            return TLSError(what)
        }
        return TLSError("\(what): \(unsafe String(cString: reason))")
    }
}
