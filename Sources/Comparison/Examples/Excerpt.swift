// Parts of long values, cut where two of them differ.

/// Shortens values that are to be shown.
package enum Excerpt {
    /// Stands for what was left out.
    package static let ellipsis = "…"

    /// The beginning of a value: at most so many bytes, the ellipsis not counted.
    package static func head(_ bytes: some Collection<UInt8>, most: Int) -> String {
        cut(Array(bytes.prefix(most + 1)), from: 0, most: most)
    }

    /// Both values in the same window, in which their first difference lies.
    package static func around(
        _ left: [UInt8], _ right: [UInt8], most: Int
    ) -> (left: String, right: String) {
        if left.count <= most && right.count <= most {
            return (cut(left, from: 0, most: most), cut(right, from: 0, most: most))
        }
        let same = zip(left, right).prefix { $0 == $1 }.count
        // What comes before tells where one is, what comes after is what counts.
        var start = max(0, same - most / 3)
        let least = max(0, start - longestTail)
        while start > least, isInsideCharacter(left, start) || isInsideCharacter(right, start) {
            start -= 1
        }
        return (cut(left, from: start, most: most), cut(right, from: start, most: most))
    }

    private static func cut(_ bytes: [UInt8], from start: Int, most: Int) -> String {
        if start >= bytes.count { return start > 0 ? ellipsis : "" }
        var end = min(bytes.count, start + max(0, most))
        if end < bytes.count {
            let least = max(start, end - longestTail)
            while end > least && isInsideCharacter(bytes, end) { end -= 1 }
        }
        var text = String(decoding: bytes[start..<end], as: UTF8.self)
        // Bytes that are no UTF-8 become longer.
        var isCut = end < bytes.count
        while text.utf8.count > most {
            text.unicodeScalars.removeLast()
            isCut = true
        }
        return (start > 0 ? ellipsis : "") + text + (isCut ? ellipsis : "")
    }

    /// The bytes of a character of UTF-8 after its first one.
    private static let longestTail = 3

    /// Whether a character of UTF-8 began before this place.
    private static func isInsideCharacter(_ bytes: [UInt8], _ place: Int) -> Bool {
        place < bytes.count && bytes[place] & 0xc0 == 0x80
    }
}
