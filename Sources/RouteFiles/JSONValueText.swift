// A value of a YAML file as JSON, to be put into bodies.

import Comparison
import Yams

/// Writes YAML as JSON.
struct JSONValueText {
    private static let mostBytes = 64 * 1_024
    private static let mostDepth = 64
    private static let plainWords = ["true", "false", "null"]

    /// What the value is, for a message.
    private let what: String
    private var bytes: [UInt8] = []

    private init(_ what: String) { self.what = what }

    /// The value as JSON, or nil after reporting why it is none.
    static func of(_ value: YAMLValue, _ what: String) -> [UInt8]? {
        var text = JSONValueText(what)
        return text.append(value, depth: 0) ? text.bytes : nil
    }

    private func refuse(
        _ place: YAMLValue, _ problem: String, _ why: String, _ mend: String
    ) -> Bool {
        place.error("\(what) \(problem)", why, mend)
        return false
    }

    private mutating func append(_ value: YAMLValue, depth: Int) -> Bool {
        // An alias may stand for much more than is written.
        if bytes.count > Self.mostBytes || depth > Self.mostDepth { return isTooLarge(value) }
        switch value.node {
        case .scalar(let scalar):
            guard appendScalar(scalar, value) else { return false }
        case .sequence(let sequence):
            bytes.append(UInt8(ascii: "["))
            for (place, node) in sequence.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                guard append(child(node, of: value), depth: depth + 1) else { return false }
            }
            bytes.append(UInt8(ascii: "]"))
        case .mapping(let mapping):
            bytes.append(UInt8(ascii: "{"))
            var names: Set<String> = []
            for (key, node) in mapping {
                if !names.isEmpty { bytes.append(UInt8(ascii: ",")) }
                guard appendName(child(key, of: value), &names) else { return false }
                bytes.append(UInt8(ascii: ":"))
                guard append(child(node, of: value), depth: depth + 1) else { return false }
            }
            bytes.append(UInt8(ascii: "}"))
        case .alias:
            return refuse(
                value, "is an alias", "it stands for nothing", "write the value itself")
        }
        return bytes.count <= Self.mostBytes || isTooLarge(value)
    }

    private func isTooLarge(_ value: YAMLValue) -> Bool {
        refuse(
            value, "is too large", "it is written into every copy",
            "keep it within 64 KiB and \(Self.mostDepth) levels")
    }

    private func child(_ node: Node, of value: YAMLValue) -> YAMLValue {
        YAMLValue(node: node, file: value.file, diagnostics: value.diagnostics)
    }

    private mutating func appendName(_ key: YAMLValue, _ names: inout Set<String>) -> Bool {
        guard let scalar = key.node.scalar else {
            return refuse(
                key, "has a name that is \(key.shown)", "names in JSON are texts", "write a text")
        }
        if scalar.style == .plain && scalar.string == "<<" {
            return refuse(
                key, "has the name <<", "mappings are not merged here",
                "write its members, or << in quotes for a member of that name")
        }
        if !names.insert(scalar.string).inserted {
            return refuse(
                key, "has \(key.shown) twice", "one of the two would be ignored",
                "remove one of them")
        }
        bytes += JSONRewrite.quoted(scalar.string)
        return true
    }

    // MARK: Scalars

    private mutating func appendScalar(_ scalar: Node.Scalar, _ value: YAMLValue) -> Bool {
        let text = scalar.string
        let isQuoted = scalar.style != .plain || scalar.tag.rawValue == Tag.Name.str.rawValue
        if isQuoted {
            bytes += JSONRewrite.quoted(text)
        } else if YAMLValue.isNothing(scalar) {
            bytes += Array("null".utf8)
        } else if Self.plainWords.contains(text) || Self.isNumber(text) {
            bytes += Array(text.utf8)
        } else if Self.looksLikeNumber(text) {
            return refuse(
                value, "is \(value.shown)", "JSON has no number like that",
                "write it like 0.5, -1 or 1e3, or in quotes as a text")
        } else {
            bytes += JSONRewrite.quoted(text)
        }
        return true
    }

    /// Whether this is a number as JSON has it (RFC 8259 §6).
    private static func isNumber(_ text: String) -> Bool {
        let unsigned = text.hasPrefix("-") ? String(text.dropFirst()) : text
        let whole = unsigned.prefix { $0.isASCII && $0.isNumber }
        return Quantities.number(unsigned) != nil && (whole == "0" || !whole.hasPrefix("0"))
    }

    /// Whether somebody may have meant a number that only YAML knows: `.5`, `+1`, `0x1F`, `1_000`.
    private static func looksLikeNumber(_ text: String) -> Bool {
        let rest = text.drop { $0 == "+" || $0 == "-" }.lowercased()
        if [".inf", ".nan"].contains(rest) { return true }
        let isHex = rest.hasPrefix("0x")
        var digits = isHex || rest.hasPrefix("0o") ? rest.dropFirst(2) : rest[...]
        if !isHex, let exponent = digits.firstIndex(of: "e") {
            let sign = digits[exponent...].dropFirst()
            let power = sign.hasPrefix("-") || sign.hasPrefix("+") ? sign.dropFirst() : sign
            if !power.isEmpty && power.allSatisfy({ $0.isASCII && $0.isNumber }) {
                digits = digits[..<exponent]
            }
        }
        let isOfDigits = digits.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || byte == 0x2E || byte == 0x5F
                || isHex && (0x61...0x66).contains(byte)
        }
        return isOfDigits && digits.contains { $0.isASCII && $0.isHexDigit }
            && digits.count { $0 == "." } <= 1
    }
}
