// A part of a body in lines, so that two of them can stand side by side. Pure.

/// Breaks bodies into lines: JSON, whole or cut off, member by member; other text as it is.
enum BodyLines {
    private static let indentation = 2
    /// Deeper ones are not indented any further.
    private static let mostIndented = 12

    /// The lines of a body. The ellipsis of one that was cut stands on a line of its own.
    static func of(_ body: String) -> [String] {
        if body.isEmpty { return [] }
        let isCut = body.hasPrefix("…")
        let start = isCut ? body.dropFirst() : body[...]
        let looksLikeJSON = isJSON(start) || isCut && start.contains("\":")
        let lines =
            looksLikeJSON
            ? laidOut(start)
            : start.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return (isCut ? ["…"] : []) + lines
    }

    /// Whether a text begins like a document. What stands in the place of a body is in brackets,
    /// too.
    private static func isJSON(_ text: Substring) -> Bool {
        if text.first == "{" { return true }
        guard text.first == "[" else { return false }
        let inside = text.dropFirst().drop { $0.isWhitespace }
        return inside.first.map { "{[\"-]0123456789".contains($0) } == true
            || ["true", "false", "null"].contains { inside.hasPrefix($0) }
    }

    /// A line for each value and each bracket. Strings stay whole; where the text begins within
    /// one, lines break at odd places, in both bodies alike.
    private static func laidOut(_ text: Substring) -> [String] {
        var lines: [String] = []
        var line = ""
        var depth = 0
        var isInString = false
        var isEscaped = false
        func indented(_ text: String) -> String {
            String(repeating: " ", count: indentation * min(max(0, depth), mostIndented)) + text
        }
        func end() {
            if !line.isEmpty { lines.append(indented(line)) }
            line = ""
        }
        for character in text {
            if isInString {
                line.append(character)
                if !isEscaped && character == "\"" { isInString = false }
                isEscaped = !isEscaped && character == "\\"
                continue
            }
            switch character {
            case "{", "[":
                line.append(character)
                end()
                depth += 1
            case "}", "]":
                // What is empty stays on one line.
                if line.isEmpty, let last = lines.last, last.last == (character == "}" ? "{" : "[")
                {
                    lines.removeLast()
                    depth -= 1
                    line = last.trimmingPrefix { $0 == " " } + String(character)
                } else {
                    end()
                    depth -= 1
                    line.append(character)
                }
            case ",":
                line.append(character)
                end()
            case "\"":
                line.append(character)
                isInString = true
            case " ", "\n", "\r", "\t": break
            case ":": line += ": "
            default: line.append(character)
            }
        }
        end()
        return lines
    }
}
