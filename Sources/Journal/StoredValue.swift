// Values in the rows of the journal: JSON, and columns that are what they should be.

import Foundation
import GRDB

/// How values are kept as JSON.
enum StoredValue {
    /// The most that any stored count may be: 65,000 of them can be added up in 64 bits.
    static let mostCount = 1 << 47

    /// The same bytes for the same value.
    static func data(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A bound that is infinite must not keep a decision out of the journal.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try encoder.encode(value)
    }

    /// The value, or nil if the bytes are none of its kind.
    static func value<T: Decodable>(_ type: T.Type, _ data: Data?) -> T? {
        guard let data else { return nil }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try? decoder.decode(type, from: data)
    }
}

extension Row {
    /// A column's value, or nil if it is of another kind; a plain subscript would trap.
    func value<T: DatabaseValueConvertible>(_ column: String, as type: T.Type) -> T? {
        let value: DatabaseValue? = self[column]
        return value.flatMap { T.fromDatabaseValue($0) }
    }
}
