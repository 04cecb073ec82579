// Times of day as the gateway's own log has them.

import Glibc

/// Writes times of day.
enum LogTime {
    /// RFC 3339 in UTC, with microseconds: `2026-03-01T09:30:00.250000Z`.
    static func utc(microseconds: Int) -> String {
        var seconds = time_t(microseconds / 1_000_000)
        var parts = unsafe tm()
        guard unsafe gmtime_r(&seconds, &parts) != nil else { return "1970-01-01T00:00:00.000000Z" }
        return unsafe "\(day(parts)).\(digits(microseconds % 1_000_000, 6))Z"
    }

    /// To the second, in the time of the place: `2026-03-01T10:30:00+0100`.
    static func local(microseconds: Int) -> String {
        var seconds = time_t(microseconds / 1_000_000)
        var parts = unsafe tm()
        guard unsafe localtime_r(&seconds, &parts) != nil else { return "1970-01-01T00:00:00+0000" }
        let minutes = unsafe Int(parts.tm_gmtoff) / 60
        let zone = digits(abs(minutes) / 60, 2) + digits(abs(minutes) % 60, 2)
        return unsafe "\(day(parts))\(minutes < 0 ? "-" : "+")\(zone)"
    }

    private static func day(_ parts: tm) -> String {
        let date = unsafe [
            digits(Int(parts.tm_year) + 1_900, 4), digits(Int(parts.tm_mon) + 1, 2),
            digits(Int(parts.tm_mday), 2),
        ]
        let time = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { digits(Int($0), 2) }
        return "\(date.joined(separator: "-"))T\(time.joined(separator: ":"))"
    }

    private static func digits(_ number: Int, _ count: Int) -> String {
        let text = String(max(0, number))
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
