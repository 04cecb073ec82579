// Where in the bytes of a JSON document the values stand that paths select.

import Plan

/// One walk over a document.
struct JSONFieldSearch {
    struct Found {
        /// The bytes of the value, its quotes or brackets included.
        let range: Range<Int>
        /// The change that it gets.
        let change: Int
    }

    /// The values in the order of the document, none inside of another.
    private(set) var found: [Found] = []
    /// The changes that are made somewhere.
    private(set) var reached: Set<Int> = []
    /// Where the document ends, if it is an object and not replaced itself: before its last brace.
    private(set) var documentEnd: Int?
    /// Whether the document has members.
    var hasMembers = false

    private var reader: JSONReader

    init(
        _ bytes: [UInt8], rules: PathRules, limits: ComparisonLimits
    ) throws(JSONRewriteError) {
        do {
            reader = try JSONReader(bytes, limits: limits)
            let first = try reader.next()
            try look(first, rules.start)
            let isReplaced = !rules.start.changes.isEmpty
            if first == .beginObject && !isReplaced { documentEnd = reader.range.lowerBound }
            // Whatever else stands there makes the reader throw.
            _ = try reader.next()
        } catch {
            throw .body(error)
        }
    }

    private mutating func look(
        _ token: JSONReader.Token, _ cursor: PathCursor
    ) throws(JSONFault) {
        let changes = cursor.changes
        if let change = changes.max() {
            reached.formUnion(changes)
            var start = reader.range.lowerBound
            try reader.skip(token)
            var end = reader.range.upperBound
            if token == .string {
                start -= 1
                end += 1
            }
            found.append(Found(range: start..<end, change: change))
            return
        }
        if cursor.isDone { return try reader.skip(token) }
        if token == .beginObject {
            while try reader.next() != .endObject {
                hasMembers = true
                let child = cursor.member(reader.text())
                try look(try reader.next(), child)
            }
        } else if token == .beginArray {
            var place = 0
            while true {
                let token = try reader.next()
                if token == .endArray { break }
                try look(token, cursor.element(place))
                place += 1
            }
        }
    }
}
