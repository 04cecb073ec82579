// A number as JSON writes it, compared by its value without rounding.

import Plan

/// The text of a number and the tolerance that holds for it.
struct JSONNumber {
    /// As it stands in the document: `-1.50e3`.
    let text: ArraySlice<UInt8>
    /// The place of its tolerance among those of the rule.
    let tolerance: Int32

    /// -1, 0 or 1: by value, exactly.
    func order(_ other: JSONNumber) -> Int {
        if text == other.text { return 0 }
        return JSONDecimal(text).order(JSONDecimal(other.text))
    }

    /// Whether the two are as near as a tolerance allows.
    ///
    /// A few units of the last place are added: 0.8 and 0.7 differ by 0.1, though their nearest
    /// doubles do not. What no double can hold, or tell apart, is left to the exact comparison.
    func isNear(_ other: JSONNumber, _ tolerance: NumericTolerance) -> Bool {
        if order(other) == 0 { return true }
        guard !tolerance.isExact, let left = double, let right = other.double else { return false }
        let larger = max(left.magnitude, right.magnitude)
        let allowed = max(tolerance.absolute, tolerance.relative * larger)
        return (left - right).magnitude <= allowed + 4 * larger.ulp
    }

    private var double: Double? {
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
            return nil
        }
        return value
    }
}

/// A number taken apart: its significant digits and the power of ten of the first of them.
struct JSONDecimal {
    /// Exponents of more digits are not computed with: such numbers equal only what is written
    /// alike.
    private static let mostExponentDigits = 15

    private let isNegative: Bool
    /// Without zeros at either end; empty for zero.
    private let digits: [UInt8]
    /// Of the first digit; nil if the exponent is beyond all reason.
    private let power: Int?
    private let text: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) {
        self.text = text
        let mark = text.firstIndex { $0 | 0x20 == UInt8(ascii: "e") } ?? text.endIndex
        var mantissa = text[..<mark]
        let hasSign = mantissa.first == UInt8(ascii: "-")
        if hasSign { mantissa = mantissa.dropFirst() }
        let point = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.endIndex
        var digits = Array(mantissa[..<point]) + mantissa[point...].dropFirst()
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        self.digits = Array(digits.dropFirst(zeros))
        isNegative = hasSign && !self.digits.isEmpty
        let whole = point - mantissa.startIndex
        power =
            self.digits.isEmpty
            ? 0 : Self.exponent(text[mark...].dropFirst()).map { whole - zeros - 1 + $0 }
    }

    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
        let isNegative = text.first == UInt8(ascii: "-")
        let unsigned = text.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        let digits = unsigned.drop { $0 == UInt8(ascii: "0") }
        guard digits.count <= mostExponentDigits else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return isNegative ? -value : value
    }

    /// -1, 0 or 1: a total order, by value as far as values are computed.
    func order(_ other: JSONDecimal) -> Int {
        guard let power, let otherPower = other.power else {
            // All that can be computed with comes first.
            if power != nil { return -1 }
            if other.power != nil { return 1 }
            return ByteOrder.order(text, other.text)
        }
        if sign != other.sign { return sign < other.sign ? -1 : 1 }
        let magnitude =
            power != otherPower
            ? (power < otherPower ? -1 : 1) : ByteOrder.order(digits[...], other.digits[...])
        return isNegative ? -magnitude : magnitude
    }

    private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }
}

/// Bytes in the order of a dictionary.
enum ByteOrder {
    /// -1, 0 or 1.
    static func order(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        if left == right { return 0 }
        return left.lexicographicallyPrecedes(right) ? -1 : 1
    }
}
