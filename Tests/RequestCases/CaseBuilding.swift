// Short ways to write down raw requests and their verdicts.

/// The limits that the cases are written for: the gateway's defaults.
package enum CaseLimits {
    /// Bytes of a head.
    package static let headBytes = 32 * 1024
    /// Fields of a head.
    package static let headFields = 100
    /// Bytes of a target.
    package static let targetBytes = 8 * 1024
    /// Bytes of a chunk's size line.
    package static let chunkLineBytes = 256
    /// Bytes of a trailer section.
    package static let trailerBytes = 8 * 1024
}

/// One byte for each scalar, so that bytes above 0x7F can be written as `\u{E9}`.
func latin(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
}

/// So many times the same text.
func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
}

/// A head of these lines, with the empty line that ends it.
func head(_ line: String, _ fields: [String]) -> String {
    ([line] + fields).map { $0 + "\r\n" }.joined() + "\r\n"
}

/// `GET` of `/cases` at `localhost` with these further fields.
func get(_ fields: String...) -> String {
    head("GET /cases HTTP/1.1", ["Host: localhost"] + fields)
}

/// `GET` of this target at `localhost`.
func get(target: String) -> String {
    head("GET \(target) HTTP/1.1", ["Host: localhost"])
}

/// `GET` with this host field.
func get(host: String) -> String {
    head("GET /cases HTTP/1.1", ["Host: \(host)"])
}

/// A request with this first line, and a host field.
func line(_ text: String) -> String {
    head(text, ["Host: localhost"])
}

/// `POST` to `/cases` at `localhost` with these further fields and body.
func post(_ fields: String..., body: String = "hello") -> String {
    head("POST /cases HTTP/1.1", ["Host: localhost"] + fields) + body
}

/// `POST` with a chunked body, written as it goes over the wire.
func chunked(_ body: String) -> String {
    post("Transfer-Encoding: chunked", body: body)
}

extension RequestCase {
    /// A request that is refused.
    static func refused(
        _ name: String, _ status: Int, _ fault: String, _ raw: String
    ) -> RequestCase {
        RequestCase(
            name: name, bytes: latin(raw), expected: .refused(status: status, fault: fault))
    }

    /// A request that is refused with 400.
    static func bad(_ name: String, _ fault: String, _ raw: String) -> RequestCase {
        refused(name, 400, fault, raw)
    }

    /// A request that is taken.
    static func good(
        _ name: String, _ raw: String, method: String = "GET", path: String = "/cases",
        host: String = "localhost", framing: String = "none", keepsAlive: Bool = true,
        body: String = ""
    ) -> RequestCase {
        let accepted = AcceptedRequest(
            method: method, path: path, host: host, framing: framing, keepsAlive: keepsAlive,
            body: latin(body))
        return RequestCase(name: name, bytes: latin(raw), expected: .accepted(accepted))
    }

    /// A `POST` that is taken.
    static func goodPost(
        _ name: String, _ raw: String, framing: String, body: String = "hello"
    ) -> RequestCase {
        good(name, raw, method: "POST", framing: framing, body: body)
    }
}
