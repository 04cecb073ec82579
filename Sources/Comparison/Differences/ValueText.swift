// How the two values of a difference are shown.

/// Values as short text.
enum ValueText {
    /// Both values: those of one kind cut where they differ, others at their end.
    static func shown(
        _ kind: Difference.Kind, _ left: JSONValue?, _ right: JSONValue?,
        _ redaction: RedactionCursor, most: Int
    ) -> (left: String?, right: String?) {
        if kind == .value, let left, let right {
            return Excerpt.around(
                JSONText.of(left, redaction), JSONText.of(right, redaction), most: most)
        }
        func head(_ value: JSONValue) -> String {
            Excerpt.head(JSONText.of(value, redaction, enough: most + 1), most: most)
        }
        return (left.map(head), right.map(head))
    }

    /// The length of an array.
    static func elements(_ count: Int) -> String { count == 1 ? "1 element" : "\(count) elements" }
}
