// Long sentences on narrow terminals.

/// Breaks text between words.
enum TextWrap {
    /// The text in lines of at most so many columns, where a longer word does not forbid it. The
    /// first begins with `first`, and the others are as far to the right.
    static func lines(_ text: String, columns: Int, first: String) -> [String] {
        let indent = String(repeating: " ", count: first.count)
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty && line.count + 1 + word.count > columns {
                lines.append(line)
                line = indent
                isEmpty = true
            }
            line += isEmpty ? String(word) : " \(word)"
            isEmpty = false
        }
        return lines + [line]
    }
}
