// Reads JSON token by token: strictly, within limits, and knowing where each token stands.

import Plan

/// One walk over the bytes of a JSON text (RFC 8259, strictly: nothing else is let through).
///
/// A leading byte order mark is skipped, as §8.1 allows. Numbers are kept as they are written,
/// and names may stand twice in an object: what that means is the caller's business.
struct JSONReader {
    enum Token: Equatable {
        case beginObject
        case endObject
        case beginArray
        case endArray
        /// The name of a member; its value comes next.
        case name
        case string
        case number
        case bool(Bool)
        case null
        /// The text is over.
        case end
    }

    /// What may come next.
    private enum Expectation {
        case value
        case valueOrEnd
        case name
        case nameOrEnd
        case commaOrEnd
        case nothing
    }

    let bytes: [UInt8]
    private let limits: ComparisonLimits
    private var place = 0
    private var expectation = Expectation.value
    /// The containers around the next token; true for objects.
    private var containers: [Bool] = []
    private var valueCount = 0

    /// Where the last token stands; of names and strings without their quotes.
    private(set) var range = 0..<0
    /// Whether the last name or string has escapes in it.
    private(set) var hasEscapes = false

    init(_ bytes: [UInt8], limits: ComparisonLimits) throws(JSONFault) {
        self.bytes = bytes
        self.limits = limits
        if bytes.count > limits.bodyBytes {
            throw JSONFault(
                kind: .tooLarge, offset: limits.bodyBytes,
                reason: "more than \(limits.bodyBytes) bytes")
        }
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw JSONFault(
                kind: .notJSON, offset: error.byteOffsets.lowerBound, reason: "this is no UTF-8")
        }
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) { place = 3 }
    }

    private var byte: UInt8? { place < bytes.count ? bytes[place] : nil }

    private func fault(_ reason: String, at offset: Int? = nil) -> JSONFault {
        JSONFault(kind: .notJSON, offset: offset ?? place, reason: reason)
    }

    /// The next token; `end` once the text is over.
    mutating func next() throws(JSONFault) -> Token {
        skipSpace()
        if expectation == .commaOrEnd {
            let isObject = containers.last == true
            if byte == UInt8(ascii: ",") {
                place += 1
                expectation = isObject ? .name : .value
                skipSpace()
            } else if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                return close()
            } else {
                throw fault(isObject ? "expected , or } here" : "expected , or ] here")
            }
        }
        switch expectation {
        case .nameOrEnd where byte == UInt8(ascii: "}"): return close()
        case .valueOrEnd where byte == UInt8(ascii: "]"): return close()
        case .name, .nameOrEnd: return try name()
        case .nothing:
            if byte != nil { throw fault("the text goes on behind its value") }
            range = place..<place
            return .end
        default: return try value()
        }
    }

    /// Passes over the value that begins with this token.
    mutating func skip(_ first: Token) throws(JSONFault) {
        guard first == .beginObject || first == .beginArray else { return }
        let around = containers.count - 1
        while containers.count > around { _ = try next() }
    }

    /// The bytes of the last name or string, without escapes.
    func text() -> ArraySlice<UInt8> {
        hasEscapes ? JSONEscapes.removed(from: bytes[range])[...] : bytes[range]
    }

    // MARK: Tokens

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { place += 1 }
    }

    private mutating func close() -> Token {
        range = place..<place + 1
        place += 1
        let isObject = containers.popLast() == true
        expectation = containers.isEmpty ? .nothing : .commaOrEnd
        return isObject ? .endObject : .endArray
    }

    private mutating func name() throws(JSONFault) -> Token {
        guard byte == UInt8(ascii: "\"") else {
            throw fault(expectation == .name ? "expected a name here" : "expected a name or } here")
        }
        try string()
        skipSpace()
        guard byte == UInt8(ascii: ":") else { throw fault("expected : here") }
        place += 1
        expectation = .value
        return .name
    }

    private mutating func value() throws(JSONFault) -> Token {
        guard let first = byte else { throw fault("the text ends where a value is expected") }
        valueCount += 1
        if valueCount > limits.values {
            throw JSONFault(
                kind: .tooManyValues, offset: place, reason: "more than \(limits.values) values")
        }
        let token: Token
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return try open(first == UInt8(ascii: "{"))
        case UInt8(ascii: "\""):
            try string()
            token = .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try number()
            token = .number
        case UInt8(ascii: "t"): token = try word("true", .bool(true))
        case UInt8(ascii: "f"): token = try word("false", .bool(false))
        case UInt8(ascii: "n"): token = try word("null", .null)
        default: throw fault("expected a value here")
        }
        expectation = containers.isEmpty ? .nothing : .commaOrEnd
        return token
    }

    private mutating func open(_ isObject: Bool) throws(JSONFault) -> Token {
        if containers.count == limits.depth {
            throw JSONFault(
                kind: .tooDeep, offset: place, reason: "nested deeper than \(limits.depth)")
        }
        range = place..<place + 1
        place += 1
        containers.append(isObject)
        expectation = isObject ? .nameOrEnd : .valueOrEnd
        return isObject ? .beginObject : .beginArray
    }

    private mutating func word(_ word: StaticString, _ token: Token) throws(JSONFault) -> Token {
        let start = place
        for expected in "\(word)".utf8 {
            guard byte == expected else { throw fault("expected a value here", at: start) }
            place += 1
        }
        range = start..<place
        return token
    }

    private mutating func string() throws(JSONFault) {
        let start = place
        place += 1
        hasEscapes = false
        while let byte {
            switch byte {
            case UInt8(ascii: "\""):
                range = start + 1..<place
                place += 1
                return
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try escape()
            case 0..<0x20: throw fault("a control character stands in a string as it is")
            default: place += 1
            }
        }
        throw fault("this string is not closed", at: start)
    }

    private mutating func escape() throws(JSONFault) {
        let start = place
        place += 1
        guard let letter = byte else { throw fault("this string is not closed", at: start) }
        place += 1
        if letter == UInt8(ascii: "u") {
            for _ in 0..<4 {
                guard let byte, JSONEscapes.digit(byte) != nil else {
                    throw fault("\\u is followed by four hexadecimal digits", at: start)
                }
                place += 1
            }
        } else if !JSONEscapes.isLetter(letter) {
            throw fault("no such escape", at: start)
        }
    }

    private mutating func number() throws(JSONFault) {
        let start = place
        if byte == UInt8(ascii: "-") { place += 1 }
        let isZero = byte == UInt8(ascii: "0")
        let whole = try digits()
        if isZero && whole > 1 { throw fault("a number has leading zeros", at: start) }
        if byte == UInt8(ascii: ".") {
            place += 1
            _ = try digits()
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            place += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { place += 1 }
            _ = try digits()
        }
        range = start..<place
    }

    private mutating func digits() throws(JSONFault) -> Int {
        let start = place
        while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
        if place == start { throw fault("expected a digit here") }
        return place - start
    }
}
