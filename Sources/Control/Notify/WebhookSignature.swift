// Signs a message, so that its receiver knows that it comes from here and is no old one.

import COpenSSL
import Foundation

/// The signature of Standard Webhooks, "Signature scheme".
enum WebhookSignature {
    private static let digestBytes = 32

    /// The value of `webhook-signature`; nil if the system's OpenSSL offers no HMAC.
    static func value(
        messageID: String, second: Int, body: [UInt8], secret: WebhookSecret
    ) -> String? {
        let signed = [UInt8]("\(messageID).\(second).".utf8) + body
        var digest = [UInt8](repeating: 0, count: digestBytes)
        var length = 0
        // unsafe: OpenSSL reads and writes within the arrays, whose lengths it is told.
        let made = unsafe EVP_Q_mac(
            nil, "HMAC", nil, "SHA256", nil, secret.key, secret.key.count, signed, signed.count,
            &digest, digest.count, &length)
        guard unsafe made != nil, length == digestBytes else { return nil }
        return "v1,\(Data(digest).base64EncodedString())"
    }
}
