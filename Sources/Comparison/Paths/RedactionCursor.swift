// Whether what stands at a place of a document may be shown.

/// The paths that are redacted, at one value of a document.
struct RedactionCursor {
    /// Stands for what is not shown.
    static let mark = "[redacted]"

    private let cursor: PathCursor
    /// Whether the value here, or one around it, is redacted.
    let isRedacted: Bool

    init(_ rules: PathRules) {
        cursor = rules.start
        isRedacted = cursor.isRedacted
    }

    private init(_ cursor: PathCursor, _ isRedacted: Bool) {
        self.cursor = cursor
        self.isRedacted = isRedacted || cursor.isRedacted
    }

    /// The cursor at a member.
    func member(_ name: ArraySlice<UInt8>) -> RedactionCursor {
        RedactionCursor(cursor.member(name), isRedacted)
    }

    /// The cursor at an element.
    func element(_ place: Int) -> RedactionCursor {
        RedactionCursor(cursor.element(place), isRedacted)
    }

    /// The cursor at an element of an unordered array.
    func anyElement() -> RedactionCursor { RedactionCursor(cursor.anyElement(), isRedacted) }
}
