// One difference between two answers.

/// What differs at one place.
package struct Difference: Sendable, Equatable, Codable {
    /// How the two differ.
    package enum Kind: String, Sendable, Codable {
        /// The primary has it, the shadow does not.
        case missing
        /// The shadow has it, the primary does not.
        case extra
        /// Values of different kinds.
        case type
        /// Different values of one kind.
        case value
        /// Arrays of different lengths, or one body that is the beginning of the other.
        case length
    }

    /// Where: `$.choices[0].text`, `status`, `header content-type`, `body line 3 column 7`.
    package let path: String
    /// The path by which differences are grouped: `$.choices[*].text`, `body`.
    package let group: String
    /// How the two differ.
    package let kind: Kind
    /// What the primary has, shortened and redacted; nil if it has nothing there.
    package let primary: String?
    /// What the shadow has, in the same way.
    package let shadow: String?

    /// The same difference with the sides swapped.
    package var mirrored: Difference {
        let kind: Kind =
            switch self.kind {
            case .missing: .extra
            case .extra: .missing
            default: self.kind
            }
        return Difference(path: path, group: group, kind: kind, primary: shadow, shadow: primary)
    }
}
