// A second, slow and plain reading of a head, to compare the fast one with.

/// A head split by its line ends, with nothing taken on trust.
struct NaiveHead {
    let firstLine: String
    /// Names in lowercase with values without the blanks around them.
    var fields: [(name: String, value: String)] = []
    /// The whole lines, with their line ends.
    var lines: [[UInt8]] = []

    private static let token = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~".utf8)

    /// Splits a head; nil if it is not made of lines `name: value CRLF`, or has odd bytes.
    init?(_ bytes: [UInt8]) {
        var parts: [[UInt8]] = [[]]
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x0D {
                guard index + 1 < bytes.count, bytes[index + 1] == 0x0A else { return nil }
                parts.append([])
                index += 2
                continue
            }
            guard byte == 0x09 || byte >= 0x20 && byte != 0x7F else { return nil }
            parts[parts.count - 1].append(byte)
            index += 1
        }
        // An empty line, and nothing behind its line end.
        guard parts.count >= 3, parts.removeLast().isEmpty, parts.removeLast().isEmpty else {
            return nil
        }
        firstLine = String(decoding: parts.removeFirst(), as: UTF8.self)
        for part in parts {
            let pieces = part.split(separator: 0x3A, maxSplits: 1, omittingEmptySubsequences: false)
            guard pieces.count == 2, !pieces[0].isEmpty,
                pieces[0].allSatisfy({ Self.token.contains($0) })
            else { return nil }
            let value = Self.trimmed(String(decoding: pieces[1], as: UTF8.self)[...])
            let name = String(decoding: pieces[0], as: UTF8.self).lowercased()
            fields.append((name, value))
            lines.append(part + [0x0D, 0x0A])
        }
    }

    /// The text without the blanks around it.
    private static func trimmed(_ text: Substring) -> String {
        let led = text.drop { $0 == " " || $0 == "\t" }
        return String(led.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// The values of this lowercase name.
    func values(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    private static let connectionFields: Set = [
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "te",
        "transfer-encoding", "upgrade", "http2-settings",
    ]
    /// What `Connection` may not strip, nor whatever begins like the prefixes below.
    private static let kept: Set = [
        "host", "content-length", "expect", "forwarded", "x-real-ip", "x-request-id", "via",
        "close",
    ]
    private static let keptPrefixes = ["x-forwarded-", "x-sluice-"]

    /// The lines that go on: none of the connection's own, and none that it nominates.
    var passedOn: [UInt8] {
        let members = values("connection").flatMap { $0.split(separator: ",") }
        let nominated = Set(members.map { Self.trimmed($0).lowercased() })
        let going = zip(fields, lines).filter { field, _ in
            if Self.connectionFields.contains(field.name) { return false }
            let isKept =
                Self.kept.contains(field.name)
                || Self.keptPrefixes.contains { field.name.hasPrefix($0) }
            return isKept || !nominated.contains(field.name)
        }
        return going.flatMap { $0.1 }
    }

    /// The framing in the words of the table of cases, or nil if there is any doubt about it.
    func framing(isHTTP10: Bool) -> String? {
        let lengths = values("content-length")
        let codings = values("transfer-encoding")
        switch (lengths.count, codings.count) {
        case (0, 0): return "none"
        case (1, 0):
            guard lengths[0].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                let length = Int64(lengths[0])
            else { return nil }
            return length == 0 ? "none" : "length \(length)"
        case (0, 1): return !isHTTP10 && codings[0].lowercased() == "chunked" ? "chunked" : nil
        default: return nil
        }
    }
}
