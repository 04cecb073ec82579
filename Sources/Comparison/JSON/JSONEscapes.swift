// What the escapes in JSON strings stand for (RFC 8259 §7).

/// Reads escapes.
enum JSONEscapes {
    /// Whether this letter may follow a backslash; `u` and its digits apart.
    static func isLetter(_ letter: UInt8) -> Bool { meaning(letter) != nil }

    /// What a letter behind a backslash stands for.
    private static func meaning(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): letter
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0c
        case UInt8(ascii: "n"): 0x0a
        case UInt8(ascii: "r"): 0x0d
        case UInt8(ascii: "t"): 0x09
        default: nil
        }
    }

    /// The value of a hexadecimal digit.
    static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The bytes that a string stands for, whose escapes are known to be good.
    ///
    /// Half a surrogate pair, which JSON lets through, becomes three bytes as any other code point
    /// (as WTF-8 does), so that it equals only itself.
    static func removed(from string: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(string.count)
        var rest = string
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let letter = rest.popFirst() else {
                result.append(byte)
                continue
            }
            if letter == UInt8(ascii: "u") {
                append(codePoint(&rest), to: &result)
            } else {
                result.append(meaning(letter) ?? letter)
            }
        }
        return result
    }

    /// Takes the digits of `\u`, and the second half of a pair if there is one.
    private static func codePoint(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
        let first = unit(rest)
        rest = rest.dropFirst(4)
        guard (0xd800...0xdbff).contains(first), rest.starts(with: "\\u".utf8) else { return first }
        let second = unit(rest.dropFirst(2))
        guard (0xdc00...0xdfff).contains(second) else { return first }
        rest = rest.dropFirst(6)
        return 0x10000 + (first - 0xd800) << 10 + (second - 0xdc00)
    }

    private static func unit(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.prefix(4).reduce(0) { $0 << 4 | (digit($1) ?? 0) }
    }

    private static func append(_ point: UInt32, to bytes: inout [UInt8]) {
        if let scalar = Unicode.Scalar(point) {
            bytes.append(contentsOf: scalar.utf8)
        } else {
            bytes.append(UInt8(0xe0 | point >> 12 & 0x0f))
            bytes.append(UInt8(0x80 | point >> 6 & 0x3f))
            bytes.append(UInt8(0x80 | point & 0x3f))
        }
    }
}
