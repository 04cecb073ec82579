// Why bytes are no JSON document that can be compared.

/// What stands against reading bytes as JSON, with its place.
package struct JSONFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of obstacle it is.
    package enum Kind: String, Sendable {
        /// Not what RFC 8259 calls a JSON text.
        case notJSON = "not_json"
        /// More bytes than the limit.
        case tooLarge = "too_large"
        /// Arrays and objects nested deeper than the limit.
        case tooDeep = "too_deep"
        /// More values than the limit.
        case tooManyValues = "too_many_values"
    }

    /// What kind of obstacle it is.
    package let kind: Kind
    /// The byte at which reading stopped, counted from 0.
    package let offset: Int
    /// What is wrong there.
    package let reason: String

    /// `byte 17: …`
    package var description: String { "byte \(offset): \(reason)" }
}
