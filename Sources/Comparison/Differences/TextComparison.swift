// Where two texts differ first.

import Plan

/// Texts are compared byte by byte: white space and line ends count, since what is generated may
/// be code.
enum TextComparison {
    /// The difference of two texts that are not the same.
    static func difference(
        _ left: [UInt8], _ right: [UInt8], _ rule: ComparisonRule
    ) -> Difference {
        let same = zip(left, right).prefix { $0 == $1 }.count
        let place = position(same, left, right)
        let shown =
            rule.redaction.paths.isEmpty
            ? Excerpt.around(left, right, most: rule.limits.valueBytes)
            : (left: RedactionCursor.mark, right: RedactionCursor.mark)
        return Difference(
            path: "body line \(place.line) column \(place.column)", group: "body",
            kind: same == min(left.count, right.count) ? .length : .value, primary: shown.left,
            shadow: shown.right)
    }

    /// Line and column, counted from 1, at which two texts part; columns count characters of UTF-8.
    private static func position(
        _ offset: Int, _ left: [UInt8], _ right: [UInt8]
    ) -> (line: Int, column: Int) {
        var line = 1
        var column = 1
        for byte in left[..<offset] {
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xc0 != 0x80 {
                column += 1
            }
        }
        // The first bytes of two characters may be the same.
        let isInside = [left, right].contains { $0.count > offset && $0[offset] & 0xc0 == 0x80 }
        return (line, isInside ? max(1, column - 1) : column)
    }
}
