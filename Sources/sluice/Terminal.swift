// Writing for people: to standard error, and over a table that refreshes.

import Foundation
import Glibc

/// The terminal, or whatever stands in its place.
enum Terminal {
    /// Whether somebody looks on.
    static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Its size in characters; nil if nobody looks on.
    static var size: (columns: Int, rows: Int)? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0
        else { return nil }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Writes a line to standard error; that nobody can read it changes nothing.
    static func complain(_ line: String) {
        try? write(line + "\n", to: STDERR_FILENO)
    }

    /// Writes text to standard output at once; throws when it cannot be written.
    static func show(_ text: String) throws(CommandFailure) {
        try write(text, to: STDOUT_FILENO)
    }

    private static func write(_ text: String, to descriptor: Int32) throws(CommandFailure) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
            } else if errno == EPIPE {
                // Whoever read has seen enough, as in `sluice watch | head`.
                throw CommandFailure(code: CommandFailure.no, message: "")
            } else if errno != EINTR {
                let reason = String(cString: strerror(errno))
                throw CommandFailure(
                    code: CommandFailure.no, message: "error: the output was lost: \(reason)")
            }
        }
    }

    /// Shows a page in the place of the last one, or below it where nobody looks on.
    static func refresh(_ page: String) throws(CommandFailure) {
        try show(isInteractive ? "\u{1B}[H\u{1B}[2J\(page)" : "\(page)\n")
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
