// Reads the fields of a head that a comparison asks for.

import Comparison

/// The lines of a head's fields, as an endpoint sent them and the parser has let them pass.
enum FieldLines {
    /// The fields with these names, given in small letters, in their order.
    static func fields(_ lines: [UInt8], named names: Set<String>) -> [Answer.Header] {
        lines.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            guard names.contains(name) else { return nil }
            let value = line[line.index(after: colon)...].trimming(isBlank)
            return Answer.Header(name: name, value: String(decoding: value, as: UTF8.self))
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}

extension BidirectionalCollection {
    /// What is left without elements like these at both ends.
    func trimming(_ isOff: (Element) -> Bool) -> SubSequence {
        guard let last = lastIndex(where: { !isOff($0) }) else { return self[endIndex...] }
        let first = firstIndex { !isOff($0) } ?? startIndex
        return self[first...last]
    }
}
