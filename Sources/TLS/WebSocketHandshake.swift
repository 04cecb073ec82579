// The key of a WebSocket handshake and the proof of it (RFC 6455 §4.2.2), for translations
// between HTTP/1.1 and HTTP/2, which has neither.

import COpenSSL

/// Makes keys, and the answers to them.
package enum WebSocketHandshake {
    private static let magic = Array("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)

    /// Writes a key of these 128 random bits; returns its 24 bytes, or 0 without room for them.
    package static func writeKey(
        _ high: UInt64, _ low: UInt64, into memory: UnsafeMutableRawBufferPointer
    ) -> Int {
        var bits = (high, low)
        let text = unsafe withUnsafeBytes(of: &bits) { unsafe base64($0) }
        guard memory.count >= text.count else { return 0 }
        unsafe memory.copyBytes(from: text)
        return text.count
    }

    /// What `sec-websocket-accept` has to say to a key.
    package static func acceptValue(for key: UnsafeRawBufferPointer) -> [UInt8] {
        let text = unsafe Array(key) + magic
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        unsafe SHA1(text, text.count, &digest)
        return unsafe digest.withUnsafeBytes { unsafe base64($0) }
    }

    private static func base64(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        guard let start = bytes.baseAddress else { return [] }
        // One more than the text, for the zero that OpenSSL puts behind it.
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let count = unsafe EVP_EncodeBlock(
            &text, start.assumingMemoryBound(to: UInt8.self), Int32(clamping: bytes.count))
        return Array(text.prefix(Int(count)))
    }
}
