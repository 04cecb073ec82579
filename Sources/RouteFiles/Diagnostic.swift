// What is wrong with a file: where, what, why it matters, and how to mend it.

/// One problem of one file.
package struct Diagnostic: Sendable, Equatable, Comparable, CustomStringConvertible {
    /// Whether the file can be used all the same.
    package enum Severity: String, Sendable {
        case error
        case warning
    }

    /// The file's path.
    package let file: String
    /// The line, counted from 1.
    package let line: Int
    /// The column, counted from 1.
    package let column: Int
    /// Whether the file can be used all the same.
    package let severity: Severity
    /// What is wrong, why it matters, and how to mend it, with semicolons between them.
    package let message: String

    init(
        file: String, line: Int, column: Int, severity: Severity = .error, _ parts: String...
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.severity = severity
        message = parts.map(Self.printable).joined(separator: "; ")
    }

    /// `file:line:column: error: what; why it matters; how to mend it`.
    package var description: String {
        "\(Self.printable(file)):\(line):\(column): \(severity.rawValue): \(message)"
    }

    /// In the order of files and places.
    package static func < (left: Diagnostic, right: Diagnostic) -> Bool {
        (left.file, left.line, left.column, left.message)
            < (right.file, right.line, right.column, right.message)
    }

    /// Text from a file without control characters and line ends, which could deceive on a
    /// terminal or in a log.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                    default: scalar
                    }
                }))
    }
}

/// Collects the problems of all files, so that they are reported together.
final class Diagnostics {
    private(set) var items: [Diagnostic] = []

    var hasErrors: Bool { items.contains { $0.severity == .error } }

    func add(_ diagnostic: Diagnostic) {
        items.append(diagnostic)
    }
}
