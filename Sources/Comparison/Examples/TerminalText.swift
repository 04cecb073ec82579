// Text of answers made harmless for a terminal, without hiding what is in it.

/// Escapes what a terminal would act upon.
package enum TerminalText {
    /// The text with every control, format and separator character as `\u{…}`, so that it neither
    /// moves the cursor nor hides or turns what stands beside it.
    package static func escaped(_ text: String) -> String {
        if !text.unicodeScalars.contains(where: isHarmful) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if !isHarmful(scalar) {
                result.unicodeScalars.append(scalar)
            } else if scalar == "\n" {
                result += "\\n"
            } else if scalar == "\t" {
                result += "\\t"
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return result
    }

    private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
            true
        default: false
        }
    }
}
