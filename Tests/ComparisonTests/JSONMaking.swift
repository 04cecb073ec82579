// Random JSON documents, and many ways to write the same one.

import SeededRandom

/// A document that knows its meaning and can be written in many ways.
indirect enum MadeJSON: Equatable {
    case null
    case bool(Bool)
    /// A number that is `value / 100`.
    case number(Int)
    case string(String)
    case array([MadeJSON])
    case object([(name: String, value: MadeJSON)])

    static func == (left: MadeJSON, right: MadeJSON) -> Bool { left.plain == right.plain }

    // MARK: Drawing

    private static let names = ["id", "a", "b", "score", "text", "ü", "a b", "it's", ""]
    private static let texts = [
        "", "Paris", "München", "😀", "a\"b\\c", "line\nbreak", "\u{1}", "/", "null",
    ]

    /// A random document.
    static func drawn(_ depth: Int = 4, using random: inout SeededGenerator) -> MadeJSON {
        switch Int.random(in: 0...(depth > 0 ? 9 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2, 3: return .number(Int.random(in: -500...500, using: &random))
        case 4, 5: return .string(texts.randomElement(using: &random) ?? "")
        case 6, 7:
            let count = Int.random(in: 0...4, using: &random)
            return .array((0..<count).map { _ in drawn(depth - 1, using: &random) })
        default:
            let count = Int.random(in: 0...5, using: &random)
            let chosen = names.shuffled(using: &random).prefix(count)
            return .object(chosen.map { ($0, drawn(depth - 1, using: &random)) })
        }
    }

    /// The same with the members of all objects in another order, and the elements of all arrays
    /// too if that is wanted.
    func shuffled(arrays: Bool, using random: inout SeededGenerator) -> MadeJSON {
        switch self {
        case .array(let elements):
            let inner = elements.map { $0.shuffled(arrays: arrays, using: &random) }
            return .array(arrays ? inner.shuffled(using: &random) : inner)
        case .object(let members):
            let inner = members.map { ($0.name, $0.value.shuffled(arrays: arrays, using: &random)) }
            return .object(inner.shuffled(using: &random))
        default: return self
        }
    }

    // MARK: Changing

    /// The number of values in it.
    var size: Int {
        switch self {
        case .array(let elements): 1 + elements.reduce(0) { $0 + $1.size }
        case .object(let members): 1 + members.reduce(0) { $0 + $1.value.size }
        default: 1
        }
    }

    /// The same with one value replaced by another one, which is not equal to it.
    func mutated(using random: inout SeededGenerator) -> MadeJSON {
        replaced(at: Int.random(in: 0..<size, using: &random)) { old in
            var new = MadeJSON.drawn(1, using: &random)
            while new == old { new = MadeJSON.drawn(1, using: &random) }
            return new
        }
    }

    /// The same with one value, by its place in the order of the document, replaced.
    func replaced(at place: Int, _ body: (MadeJSON) -> MadeJSON) -> MadeJSON {
        if place == 0 { return body(self) }
        var left = place - 1
        func inside(_ value: MadeJSON) -> MadeJSON {
            defer { left -= value.size }
            return (0..<value.size).contains(left) ? value.replaced(at: left, body) : value
        }
        switch self {
        case .array(let elements): return .array(elements.map(inside))
        case .object(let members): return .object(members.map { ($0.name, inside($0.value)) })
        default: return self
        }
    }

    // MARK: Writing

    /// One fixed way to write it, members by name.
    var plain: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let value): "\(Double(value) / 100)"
        case .string(let text): MadeJSON.quoted(text)
        case .array(let elements): "[\(elements.map(\.plain).joined(separator: ","))]"
        case .object(let members):
            "{"
                + members.sorted { $0.name < $1.name }
                .map { "\(MadeJSON.quoted($0.name)):\($0.value.plain)" }.joined(separator: ",")
                + "}"
        }
    }

    /// The bytes of `plain`.
    var bytes: [UInt8] { Array(plain.utf8) }

    /// One of many ways to write it: white space, escapes and numbers vary.
    func written(using random: inout SeededGenerator) -> [UInt8] {
        Array(text(using: &random).utf8)
    }

    private func text(using random: inout SeededGenerator) -> String {
        func space() -> String {
            ["", "", " ", "\n", "\t \r\n"].randomElement(using: &random) ?? ""
        }
        switch self {
        case .number(let value): return MadeJSON.number(value, using: &random)
        case .string(let text): return MadeJSON.escaped(text, using: &random)
        case .array(let elements):
            let inner = elements.map { space() + $0.text(using: &random) + space() }
            return "[" + space() + inner.joined(separator: ",") + "]"
        case .object(let members):
            let inner = members.map {
                space() + MadeJSON.escaped($0.name, using: &random) + space() + ":" + space()
                    + $0.value.text(using: &random) + space()
            }
            return "{" + space() + inner.joined(separator: ",") + "}"
        default: return plain
        }
    }

    private static func number(_ value: Int, using random: inout SeededGenerator) -> String {
        let size = abs(value)
        let sign = value < 0 ? "-" : ""
        let cents = String(size % 100 + 100).dropFirst()
        switch Int.random(in: 0...3, using: &random) {
        case 0: return "\(sign)\(size / 100).\(cents)"
        case 1: return "\(sign)\(size)e-2"
        case 2: return "\(sign)\(size / 100).\(cents)000E+0"
        default: return size == 0 ? "0e7" : "\(sign)\(size)00e-004"
        }
    }

    private static func quoted(_ text: String) -> String {
        "\""
            + text.unicodeScalars.map {
                $0.value < 0x20 || "\"\\".unicodeScalars.contains($0) ? unit($0) : String($0)
            }.joined() + "\""
    }

    private static func escaped(_ text: String, using random: inout SeededGenerator) -> String {
        let inner = text.unicodeScalars.map { scalar in
            let mustBeEscaped = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if scalar == "/" && Bool.random(using: &random) { return "\\/" }
            if scalar == "\n" && Bool.random(using: &random) { return "\\n" }
            return mustBeEscaped || Int.random(in: 0...3, using: &random) == 0
                ? unit(scalar) : String(scalar)
        }
        return "\"" + inner.joined() + "\""
    }

    private static func unit(_ scalar: Unicode.Scalar) -> String {
        String(scalar).utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }.joined()
    }
}
