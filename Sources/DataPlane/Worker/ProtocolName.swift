// The names by which TLS agrees on a protocol (RFC 7301, RFC 9113 §3.2).

/// ALPN names.
enum ProtocolName {
    static let http2 = "h2"
    static let http1 = "http/1.1"
    static let http10 = "http/1.0"
}
