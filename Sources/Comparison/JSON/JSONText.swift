// Values written as JSON again: compact, redacted, and not longer than wanted.

/// Writes values until there are enough bytes.
struct JSONText {
    /// Writing stops soon after so many bytes.
    private let enough: Int
    private(set) var bytes: [UInt8] = []

    init(enough: Int = .max) { self.enough = enough }

    /// One value as text.
    static func of(
        _ value: JSONValue, _ redaction: RedactionCursor, enough: Int = .max
    ) -> [UInt8] {
        var text = JSONText(enough: enough)
        text.append(value, redaction)
        return text.bytes
    }

    mutating func append(_ value: JSONValue, _ redaction: RedactionCursor) {
        if redaction.isRedacted { return append(string: RedactionCursor.mark.utf8) }
        switch value {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .number(let number): bytes.append(contentsOf: number.text)
        case .string(let string): append(string: string)
        case .ignored: append(string: "[ignored]".utf8)
        case .array(let elements): append(elements) { redaction.element($0) }
        case .bag(let elements): append(elements) { _ in redaction.anyElement() }
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (place, member) in members.enumerated() {
                if bytes.count >= enough { break }
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                append(string: member.name)
                bytes.append(UInt8(ascii: ":"))
                append(member.value, redaction.member(member.name))
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private mutating func append(_ elements: [JSONValue], _ cursor: (Int) -> RedactionCursor) {
        bytes.append(UInt8(ascii: "["))
        for (place, element) in elements.enumerated() {
            if bytes.count >= enough { break }
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            append(element, cursor(place))
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Writes text as a string in quotes.
    mutating func append(string: some Collection<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var isHalf = false
        for (place, byte) in string.enumerated() {
            if bytes.count >= enough { break }
            if isHalf {
                // The two bytes behind 0xed that make half a surrogate pair were written with it.
                if byte & 0xc0 == 0x80 { continue }
                isHalf = false
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0a: bytes.append(contentsOf: "\\n".utf8)
            case 0x0d: bytes.append(contentsOf: "\\r".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20, 0x7f: appendEscape(UInt16(byte))
            case 0xed:
                guard let half = Self.half(string.dropFirst(place + 1)) else { fallthrough }
                appendEscape(half)
                isHalf = true
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The half of a surrogate pair that begins with 0xed and goes on so (see `JSONEscapes`).
    private static func half(_ rest: some Collection<UInt8>) -> UInt16? {
        let bytes = Array(rest.prefix(2))
        guard bytes.count == 2, bytes[0] >= 0xa0, bytes[0] & 0xc0 == 0x80, bytes[1] & 0xc0 == 0x80
        else { return nil }
        return 0xd000 | UInt16(bytes[0] & 0x3f) << 6 | UInt16(bytes[1] & 0x3f)
    }

    private mutating func appendEscape(_ unit: UInt16) {
        let digits = String(unit, radix: 16)
        bytes.append(contentsOf: "\\u".utf8)
        bytes.append(contentsOf: String(repeating: "0", count: 4 - digits.count).utf8)
        bytes.append(contentsOf: digits.utf8)
    }

    /// Writes bytes that are JSON already.
    mutating func append(json: some Collection<UInt8>) { bytes.append(contentsOf: json) }

    /// Writes a name and its colon.
    mutating func append(name: String) {
        append(string: name.utf8)
        bytes.append(UInt8(ascii: ":"))
    }
}
