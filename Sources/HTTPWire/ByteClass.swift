// Classes of bytes, as bitmaps that the compiler folds into constants.

/// A set of ASCII bytes: one bit for each, in two words.
struct ByteClass {
    private let low: UInt64
    private let high: UInt64

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word = byte < 64 ? low : high
        return byte < 128 && (word &>> UInt64(byte & 63)) & 1 != 0
    }

    /// `tchar` of RFC 9110 §5.6.2: letters, digits, and ``!#$%&'*+-.^_`|~``.
    @inline(__always)
    static var token: ByteClass {
        ByteClass(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    }

    /// What may stand in a target: printable ASCII but space, `#`, `"`, `<`, `>`.
    @inline(__always)
    static var target: ByteClass {
        ByteClass(low: 0xAFFF_FFF2_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF)
    }

    /// What may stand in the name of a host: letters, digits, `-`, `.`, `_`, `~`.
    @inline(__always)
    static var host: ByteClass {
        ByteClass(low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    /// What may stand between the brackets of an IPv6 address: hexadecimal digits, `:`, `.`.
    @inline(__always)
    static var bracketed: ByteClass {
        ByteClass(low: 0x07FF_4000_0000_0000, high: 0x0000_007E_0000_007E)
    }
}

extension UInt8 {
    /// A digit's value, or nil.
    @inline(__always)
    var decimalValue: UInt8? {
        let value = self &- 0x30
        return value < 10 ? value : nil
    }

    /// A hexadecimal digit's value, or nil.
    @inline(__always)
    var hexadecimalValue: UInt8? {
        if let value = decimalValue { return value }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }

    /// Space or tab (`OWS` of RFC 9110 §5.6.3).
    @inline(__always)
    var isBlank: Bool { self == 0x20 || self == 0x09 }

    /// The lowercase form of an ASCII letter; other bytes stay.
    @inline(__always)
    var lowercased: UInt8 {
        self >= 0x41 && self <= 0x5A ? self | 0x20 : self
    }
}

/// Compares raw bytes with fixed text.
enum Text {
    /// Whether the bytes are this text exactly.
    @inline(__always)
    static func equals(_ bytes: UnsafeRawPointer, _ count: Int, _ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        let wanted = unsafe text.utf8Start
        for index in 0..<count
        where unsafe bytes.load(fromByteOffset: index, as: UInt8.self) != wanted[index] {
            return false
        }
        return true
    }

    /// Whether the bytes are this lowercase text, in any case.
    @inline(__always)
    static func matches(_ bytes: UnsafeRawPointer, _ count: Int, _ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return unsafe hasPrefix(bytes, count, text)
    }

    /// Whether the bytes begin with this lowercase text, in any case.
    @inline(__always)
    static func hasPrefix(_ bytes: UnsafeRawPointer, _ count: Int, _ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard count >= length else { return false }
        let wanted = unsafe text.utf8Start
        for index in 0..<length
        where unsafe bytes.load(fromByteOffset: index, as: UInt8.self).lowercased != wanted[index] {
            return false
        }
        return true
    }
}
