// Reads a JSON document into the form in which it is compared.

import Plan

/// Builds a `JSONValue` and applies a rule's paths on the way.
struct JSONTreeReader {
    private var reader: JSONReader

    private init(_ reader: JSONReader) { self.reader = reader }

    /// Reads a whole document; throws why it is none that can be compared.
    static func read(
        _ bytes: [UInt8], rules: PathRules = PathRules(), limits: ComparisonLimits
    ) throws(JSONFault) -> JSONValue {
        var tree = JSONTreeReader(try JSONReader(bytes, limits: limits))
        let first = try tree.reader.next()
        let start = rules.start
        let value = try tree.value(first, start, start.tolerance ?? 0)
        // Whatever else stands there makes the reader throw.
        _ = try tree.reader.next()
        return value
    }

    private mutating func value(
        _ token: JSONReader.Token, _ cursor: PathCursor, _ tolerance: Int32
    ) throws(JSONFault) -> JSONValue {
        if cursor.isIgnored {
            try reader.skip(token)
            return .ignored
        }
        switch token {
        case .beginObject: return .object(try members(cursor, tolerance))
        case .beginArray:
            let elements = try elements(cursor, tolerance)
            guard cursor.isUnordered else { return .array(elements) }
            let kept = elements.filter { if case .ignored = $0 { false } else { true } }
            return .bag(JSONOrder.sorted(kept))
        case .string: return .string(reader.text())
        case .number:
            return .number(JSONNumber(text: reader.bytes[reader.range], tolerance: tolerance))
        case .bool(let value): return .bool(value)
        default: return .null
        }
    }

    private mutating func elements(
        _ cursor: PathCursor, _ tolerance: Int32
    ) throws(JSONFault) -> [JSONValue] {
        var elements: [JSONValue] = []
        let knowsPlaces = cursor.knowsPlaces
        var child = cursor.element(0)
        while true {
            let token = try reader.next()
            if token == .endArray { return elements }
            if knowsPlaces { child = cursor.element(elements.count) }
            elements.append(try value(token, child, child.tolerance ?? tolerance))
        }
    }

    private mutating func members(
        _ cursor: PathCursor, _ tolerance: Int32
    ) throws(JSONFault) -> [JSONMember] {
        var members: [JSONMember] = []
        var isSorted = true
        while try reader.next() != .endObject {
            let name = reader.text()
            let child = cursor.member(name)
            let value = try value(try reader.next(), child, child.tolerance ?? tolerance)
            if case .ignored = value { continue }
            if let last = members.last, ByteOrder.order(last.name, name) >= 0 { isSorted = false }
            members.append(JSONMember(name: name, value: value))
        }
        return isSorted ? members : Self.sorted(members)
    }

    /// Members by name. Of those with one name the last counts, as most readers have it.
    private static func sorted(_ members: [JSONMember]) -> [JSONMember] {
        let places = members.indices.sorted { left, right in
            let order = ByteOrder.order(members[left].name, members[right].name)
            return order == 0 ? left < right : order < 0
        }
        var result: [JSONMember] = []
        result.reserveCapacity(members.count)
        for place in places {
            if result.last?.name == members[place].name { result.removeLast() }
            result.append(members[place])
        }
        return result
    }
}
