// Reads a line that holds one flat JSON object, and knows in which column everything stands.

import Foundation

/// A strict reader (RFC 8259); arrays and objects within the object are refused.
struct JSONLine {
    /// A value, as far as a trace needs it.
    enum Value {
        case text(String)
        case number(Double)
        case boolean(Bool)
        case null
    }

    /// One member of the object.
    struct Member {
        let name: String
        let value: Value
        /// Where the value begins, counted from 1, in bytes.
        let column: Int
    }

    private let bytes: [UInt8]
    private var place = 0

    /// The members of the object that the line holds, and nothing else.
    static func members(_ bytes: [UInt8]) throws(TraceLineFault) -> [Member] {
        var line = JSONLine(bytes: bytes)
        return try line.object()
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func object() throws(TraceLineFault) -> [Member] {
        try expect("{", "the line is no JSON object")
        var members: [Member] = []
        if next != UInt8(ascii: "}") {
            repeat {
                let name = try text("a name in quotes is missing")
                try expect(":", "a colon is missing")
                let value = try member(name)
                members.append(value)
            } while skip(",")
        }
        try expect("}", "a comma or } is missing")
        if next != nil { throw fault("something follows the object") }
        return members
    }

    private mutating func member(_ name: String) throws(TraceLineFault) -> Member {
        let first = next
        let column = place + 1
        switch first {
        case UInt8(ascii: "\""):
            return Member(name: name, value: .text(try text("")), column: column)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            throw fault("a value is an array or an object itself")
        default:
            return Member(name: name, value: try bare(), column: column)
        }
    }

    /// A value without quotes.
    private mutating func bare() throws(TraceLineFault) -> Value {
        let written = bytes[place...].prefix { !",} \t\r".utf8.contains($0) }
        let text = String(decoding: written, as: UTF8.self)
        let value: Value
        if text == "null" {
            value = .null
        } else if text == "true" || text == "false" {
            value = .boolean(text == "true")
        } else {
            // Swift reads more than JSON has: `+1`, `0x10`, `nan`.
            let isPlain = written.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
            guard isPlain, !text.hasPrefix("+"), let number = Double(text), number.isFinite else {
                throw fault("a value is neither text nor a number")
            }
            value = .number(number)
        }
        place += written.count
        return value
    }

    private mutating func text(_ missing: String) throws(TraceLineFault) -> String {
        guard next == UInt8(ascii: "\"") else { throw fault(missing) }
        var end = place + 1
        var isPlain = true
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
            let isEscaped = bytes[end] == UInt8(ascii: "\\")
            if isEscaped || bytes[end] < 0x20 { isPlain = false }
            end += isEscaped ? 2 : 1
        }
        guard end < bytes.count else { throw fault("a text has no end") }
        // Escapes are rare, and best left to who knows them.
        let text =
            isPlain
            ? String(validating: bytes[place + 1..<end], as: UTF8.self)
            : try? JSONDecoder().decode(String.self, from: Data(bytes[place...end]))
        guard let text else { throw fault("a text is not written as JSON has it") }
        place = end + 1
        return text
    }

    // MARK: Steps

    /// The next byte that is no blank, where the line stands then; nil at the end.
    private var next: UInt8? {
        mutating get {
            while place < bytes.count, " \t\r".utf8.contains(bytes[place]) { place += 1 }
            return place < bytes.count ? bytes[place] : nil
        }
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: scalar) else { return false }
        place += 1
        return true
    }

    private mutating func expect(
        _ scalar: Unicode.Scalar, _ missing: String
    ) throws(TraceLineFault) {
        if !skip(scalar) { throw fault(missing) }
    }

    private func fault(_ what: String) -> TraceLineFault {
        TraceLineFault(place + 1, what, "the line cannot be read", TraceLine.example)
    }
}
