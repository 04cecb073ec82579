// Times of day as people read them: pure.

import Foundation
import Verdict

/// Puts moments into words.
enum Moment {
    /// How long ago it was; both in milliseconds since 1970. Clocks may differ a little.
    static func ago(_ milliseconds: Int, now: Int) -> String {
        let past = now - milliseconds
        return past < 1_000 ? "just now" : "\(FigureText.duration(past)) ago"
    }

    /// The time of day in UTC, as `2026-03-01T09:30:00Z`.
    static func day(_ milliseconds: Int) -> String {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000).formatted(.iso8601)
    }

    /// Now, in milliseconds since 1970.
    static var now: Int { Int(Date().timeIntervalSince1970 * 1_000) }
}
