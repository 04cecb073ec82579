// How messages are written: JSON, times, and text for Slack.

import Foundation

/// Writes what receivers get.
enum MessageText {
    /// The last millisecond of the year 9999, the last that RFC 3339 can say.
    private static let lastMilliseconds = 253_402_300_799_999

    /// The same bytes for the same value.
    static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(value))
    }

    /// A text in Slack's form. What stands for itself there is escaped, and no name can make a
    /// link or call anybody.
    static func slack(_ text: String) throws -> [UInt8] {
        try json(["text": escaped(text)])
    }

    /// `&`, `<` and `>` are all that Slack has escaped; what begins a link or calls people needs
    /// one of them.
    static func escaped(_ text: String) -> String {
        // Scalars and not characters: `<` with an accent upon it is another character.
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }

    /// RFC 3339 in UTC. The milliseconds are written as they are: as part of a floating-point
    /// number they would sometimes come out as one less.
    static func time(milliseconds: Int) -> String {
        let bounded = min(max(0, milliseconds), lastMilliseconds)
        let date = Date(timeIntervalSince1970: Double(bounded / 1_000))
        let digits = String(1_000 + bounded % 1_000).dropFirst()
        return "\(date.formatted(.iso8601).dropLast()).\(digits)Z"
    }
}
