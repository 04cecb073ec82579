// The time of day as HTTP writes it, made once a second.

import Glibc

/// Remembers the text of the present second.
struct DateClock {
    private var second: time_t = 0
    private var bytes: [UInt8] = []

    /// The present time as an IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT`.
    mutating func text() -> [UInt8] {
        let now = time(nil)
        if now == second { return bytes }
        second = now
        var seconds = now
        var parts = unsafe tm()
        unsafe gmtime_r(&seconds, &parts)
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let day = unsafe days[min(max(Int(parts.tm_wday), 0), 6)]
        let month = unsafe months[min(max(Int(parts.tm_mon), 0), 11)]
        let date = unsafe "\(day), \(two(parts.tm_mday)) \(month) \(1900 + parts.tm_year)"
        let time = unsafe "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        bytes = Array("\(date) \(time) GMT".utf8)
        return bytes
    }

    private func two(_ number: Int32) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
