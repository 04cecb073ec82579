// Writing for people: to standard error, and over a table that refreshes.

import Foundation

/// The terminal, or whatever stands in its place.
enum Terminal {
    /// Whether somebody looks on.
    static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Writes a line to standard error.
    static func complain(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    /// Writes text to standard output at once.
    static func show(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    /// Shows a page in the place of the last one, or below it where nobody looks on.
    static func refresh(_ page: String) {
        show(isInteractive ? "\u{1B}[H\u{1B}[2J\(page)" : "\(page)\n")
    }

    /// Text from elsewhere without control characters.
    static func printable(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar in
            let category = scalar.properties.generalCategory
            return category == .control || category == .format ? "\u{FFFD}" : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
