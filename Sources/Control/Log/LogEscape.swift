// Characters that could end a line of the log, hide in it, or move what stands beside them: pure.

import Plan

/// Characters that may not stand in a line as they are.
enum LogEscape {
    /// How a character is written; nil for as it is.
    static func of(
        _ scalar: Unicode.Scalar, _ format: LogSettings.Format, inQuotes: Bool
    ) -> String? {
        switch scalar {
        case "\"", "\\": return inQuotes ? "\\\(scalar)" : nil
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: break
        default: return nil
        }
        switch format {
        case .text: return "\\u{\(String(scalar.value, radix: 16))}"
        case .json:
            return scalar.utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }
}
