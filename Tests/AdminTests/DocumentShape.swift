// What a Decodable type reads, found out by having it read from nothing: its members, and which it needs.

/// The members of a document.
struct DocumentShape {
    /// A member as a description of the API may name it.
    indirect enum Value: Equatable {
        case text
        case whole
        case number
        case truth
        case list(Value)
        case map(Value)
        /// Another document, by the name of its type.
        case document(String)
        /// One of these words.
        case words(Set<String>)
    }

    /// One member.
    struct Member: Equatable {
        let value: Value
        let isNeeded: Bool
    }

    /// By their names in JSON.
    fileprivate(set) var members: [String: Member] = [:]

    /// The shapes of a type and of all documents in it, by the names of their types.
    static func all(of type: any Decodable.Type) throws -> [String: DocumentShape] {
        let shapes = Shapes()
        _ = try shapes.read(type)
        return shapes.found
    }

    /// The key in JSON of a member: `shareWanted` is `share_wanted`.
    fileprivate static func name(_ key: any CodingKey) -> String {
        var name = ""
        for letter in key.stringValue {
            if letter.isUppercase { name += "_" }
            name += letter.lowercased()
        }
        return name
    }
}

/// Words of a type that is an enumeration of them.
protocol WordsOfDocument {
    static var words: Set<String> { get }
    static var anyone: Self? { get }
}

extension WordsOfDocument where Self: CaseIterable & RawRepresentable, RawValue == String {
    static var words: Set<String> { Set(allCases.map(\.rawValue)) }
    static var anyone: Self? { allCases.first }
}

/// A list of something.
private protocol ListOfDocument { static var element: any Decodable.Type { get } }
extension Array: ListOfDocument where Element: Decodable {
    static var element: any Decodable.Type { Element.self }
}
/// Something by name.
private protocol MapOfDocument { static var element: any Decodable.Type { get } }
extension Dictionary: MapOfDocument where Key == String, Value: Decodable {
    static var element: any Decodable.Type { Value.self }
}

/// All shapes that were found.
private final class Shapes {
    var found: [String: DocumentShape] = [:]

    /// What a value of a type is, and one of it.
    func read<T: Decodable>(_ type: T.Type) throws -> (shape: DocumentShape.Value, value: T) {
        let shape = try shape(of: type)
        if let words = type as? any WordsOfDocument.Type, let one = words.anyone as? T {
            return (shape, one)
        }
        let name = String(reflecting: type)
        return (shape, try T(from: NothingDecoder(shapes: self, owner: name)))
    }

    func shape(of type: any Decodable.Type) throws -> DocumentShape.Value {
        if type == String.self { return .text }
        if type == Bool.self { return .truth }
        if type == Double.self { return .number }
        if type == Int.self || type == Int64.self || type == UInt64.self { return .whole }
        if let words = type as? any WordsOfDocument.Type { return .words(words.words) }
        if let list = type as? any ListOfDocument.Type {
            return .list(try shape(visiting: list.element))
        }
        if let map = type as? any MapOfDocument.Type {
            return .map(try shape(visiting: map.element))
        }
        return .document(String(reflecting: type))
    }

    /// The shape of a type of which there may be no value: it is read for what is in it.
    func shape(visiting type: any Decodable.Type) throws -> DocumentShape.Value {
        let shape = try shape(of: type)
        if case .document(let name) = shape, found[name] == nil { _ = try read(type) }
        return shape
    }
}

/// Gives values to whoever asks, and notes what was asked for.
private struct NothingDecoder: Decoder {
    let shapes: Shapes
    let owner: String
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        if shapes.found[owner] == nil { shapes.found[owner] = DocumentShape() }
        return KeyedDecodingContainer(Keyed<Key>(shapes: shapes, owner: owner))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer { Empty() }

    func singleValueContainer() -> any SingleValueDecodingContainer { Single() }

    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let shapes: Shapes
        let owner: String
        var codingPath: [any CodingKey] { [] }
        var allKeys: [Key] { [] }

        func contains(_ key: Key) -> Bool { true }
        func decodeNil(forKey key: Key) -> Bool { false }

        private func note(_ key: Key, _ value: DocumentShape.Value, _ isNeeded: Bool) {
            shapes.found[owner]?.members[DocumentShape.name(key)] = DocumentShape.Member(
                value: value, isNeeded: isNeeded)
        }

        func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
            let (shape, value) = try shapes.read(type)
            _ = try shapes.shape(visiting: type)
            note(key, shape, true)
            return value
        }

        func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
            note(key, try shapes.shape(visiting: type), false)
            return nil
        }

        func decodeIfPresent(_ type: String.Type, forKey key: Key) -> String? {
            note(key, .text, false)
            return nil
        }
        func decodeIfPresent(_ type: Bool.Type, forKey key: Key) -> Bool? {
            note(key, .truth, false)
            return nil
        }
        func decodeIfPresent(_ type: Int.Type, forKey key: Key) -> Int? {
            note(key, .whole, false)
            return nil
        }
        func decodeIfPresent(_ type: Int64.Type, forKey key: Key) -> Int64? {
            note(key, .whole, false)
            return nil
        }
        func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) -> UInt64? {
            note(key, .whole, false)
            return nil
        }
        func decodeIfPresent(_ type: Double.Type, forKey key: Key) -> Double? {
            note(key, .number, false)
            return nil
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedDecodingContainer<Nested> {
            NothingDecoder(shapes: shapes, owner: "\(owner).\(key.stringValue)")
                .container(keyedBy: type)
        }
        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer { Empty() }
        func superDecoder() -> any Decoder { NothingDecoder(shapes: shapes, owner: owner) }
        func superDecoder(forKey key: Key) -> any Decoder { superDecoder() }
    }

    private struct Empty: UnkeyedDecodingContainer {
        var codingPath: [any CodingKey] { [] }
        var count: Int? { 0 }
        var isAtEnd: Bool { true }
        var currentIndex: Int { 0 }

        struct Nothing: Error {}
        mutating func decodeNil() -> Bool { true }
        mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { throw Nothing() }
        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) throws -> KeyedDecodingContainer<Nested> { throw Nothing() }
        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { self }
        mutating func superDecoder() throws -> any Decoder { throw Nothing() }
    }

    private struct Single: SingleValueDecodingContainer {
        var codingPath: [any CodingKey] { [] }
        func decodeNil() -> Bool { false }
        func decode<T: Decodable>(_ type: T.Type) throws -> T {
            let zero: [Any] = ["", false, 0, Int64(0), UInt64(0), 0.0]
            guard let value = zero.lazy.compactMap({ $0 as? T }).first else {
                throw Empty.Nothing()
            }
            return value
        }
    }
}
