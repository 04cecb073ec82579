// Text on a terminal: how wide it is, and how it is broken and filled up. Pure.

import Comparison

/// Text from elsewhere in the cells of a terminal.
enum CellText {
    /// How many cells a text takes. Its control characters must be escaped already.
    static func width(_ text: some StringProtocol) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: return wide.contains { $0.contains(scalar.value) } ? 2 : 1
        }
    }

    /// What terminals show twice as wide (Unicode Standard Annex 11), roughly.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff,
        0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd,
    ]

    /// The text in lines of at most so many cells, at least one; broken anywhere.
    static func lines(_ text: String, columns: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var used = 0
        for character in text {
            let size = width(String(character))
            if used > 0 && used + size > columns {
                lines.append(line)
                line = ""
                used = 0
            }
            line.append(character)
            used += size
        }
        return lines + [line]
    }

    /// The text with blanks up to so many cells.
    static func filled(_ text: String, columns: Int) -> String {
        text + String(repeating: " ", count: max(0, columns - width(text)))
    }

    /// The beginning of a text, of at most so many cells.
    static func cut(_ text: String, columns: Int) -> String {
        if width(text) <= columns { return text }
        return (lines(text, columns: max(1, columns - 1)).first ?? "") + "…"
    }
}
