// How the names in a JSON path are written, so that they can be read back and do no harm.

/// Writes steps of paths.
package enum JSONPathText {
    /// Appends a member's name: `.name`, or `['a name']` where the name is no plain word.
    ///
    /// Bytes that are no UTF-8 become U+FFFD; characters that cannot be seen are escaped.
    package static func append(
        name: some Collection<UInt8>, isRecursive: Bool = false, to text: inout String
    ) {
        if isPlain(name) {
            text += isRecursive ? ".." : "."
            text += String(decoding: name, as: UTF8.self)
            return
        }
        text += isRecursive ? "..['" : "['"
        for scalar in String(decoding: name, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "'": text += "\\'"
            case "\\": text += "\\\\"
            default:
                if isHidden(scalar) {
                    appendEscaped(scalar, to: &text)
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "']"
    }

    /// Whether a name may stand behind a dot: letters, digits, `_` and `-` of ASCII.
    static func isPlain(_ name: some Collection<UInt8>) -> Bool {
        !name.isEmpty && name.allSatisfy { isPlain(Unicode.Scalar($0)) }
    }

    /// Whether a character may stand in a name behind a dot.
    static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }

    /// Whether a character would not be seen, or would change how others are seen.
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func appendEscaped(_ scalar: Unicode.Scalar, to text: inout String) {
        for unit in scalar.utf16 {
            let digits = String(unit, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}
