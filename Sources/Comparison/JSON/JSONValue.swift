// A JSON document in the form in which documents are compared.

/// One value. Members are in the order of their names, each name once; unordered arrays are in the
/// order of their elements' values; what is ignored is left out.
enum JSONValue {
    case null
    case bool(Bool)
    case number(JSONNumber)
    /// The string's bytes, without escapes.
    case string(ArraySlice<UInt8>)
    case array([JSONValue])
    /// An array whose elements may stand in any order.
    case bag([JSONValue])
    case object([JSONMember])
    /// An element of an array that is ignored; it keeps the places of the others.
    case ignored

    /// What kind of value it is, for people.
    var kindName: String {
        switch self {
        case .null, .ignored: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array, .bag: "an array"
        case .object: "an object"
        }
    }
}

/// A member of an object.
struct JSONMember {
    let name: ArraySlice<UInt8>
    let value: JSONValue
}

/// Looking things up in documents whose shape is known.
extension JSONValue {
    /// The member of this name; nil if it is not there, or this is no object.
    subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name.elementsEqual(name.utf8) }?.value
    }

    /// The elements of an array; none of anything else.
    var elements: [JSONValue] {
        if case .array(let elements) = self { return elements }
        return []
    }

    /// The bytes of a string.
    var string: ArraySlice<UInt8>? {
        if case .string(let bytes) = self { return bytes }
        return nil
    }

    /// A whole number from 0 on that is written plainly.
    var index: Int? {
        guard case .number(let number) = self, number.text.count <= 9 else { return nil }
        return Int(String(decoding: number.text, as: UTF8.self)).flatMap { $0 >= 0 ? $0 : nil }
    }
}
