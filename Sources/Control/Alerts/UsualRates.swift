// How many requests a route usually gets at this hour, from the journal's history.

import Journal
import Recording

/// Usual requests a second of routes, worked out anew now and then, a route at a time.
///
/// Usual is the median of the same hour one to four weeks ago, if two of those weeks are known;
/// else of the same hour on the last seven days, of which three must be known. As far back as the
/// history goes.
struct UsualRates: Sendable {
    static let weeks = [7, 14, 21, 28]
    static let days = Array(1...7)
    static let leastWeeks = 2
    static let leastDays = 3
    private static let secondsOfHour = 3_600.0
    private static let minutesOfDay = 1_440
    private static let halfHour = 30
    /// What was worked out holds for so many minutes.
    private static let minutesKept = 10
    /// Rows of one hour that are read at most.
    private static let mostRows = 10_000

    private struct Known: Sendable {
        let minute: Int
        let perSecond: Double?
    }

    private var known: [String: Known] = [:]

    /// Requests a second, where they are known.
    var perSecond: [String: Double] { known.compactMapValues(\.perSecond) }

    /// Works out what is oldest of these routes, if it is old enough; other routes are forgotten.
    mutating func refresh(
        _ routes: [String], in journal: Journal, minute: Int, historyMinutes: Int
    ) throws(JournalError) {
        known = known.filter { routes.contains($0.key) }
        let ages = routes.map { (route: $0, minute: known[$0]?.minute ?? Int.min) }
        guard let oldest = ages.min(by: { $0.minute < $1.minute }),
            // Also if the clock was set back.
            !(oldest.minute...oldest.minute.addingMost(Self.minutesKept)).contains(minute)
        else { return }
        var rates: [Int: Double] = [:]
        for day in Set(Self.days + Self.weeks) {
            let middle = minute - day * Self.minutesOfDay
            // Half an hour that is forgotten already would halve it.
            guard day * Self.minutesOfDay + Self.halfHour <= historyMinutes else { continue }
            let rows = try journal.history(
                route: oldest.route, fromMinute: middle - Self.halfHour,
                toMinute: middle + Self.halfHour - 1, limit: Self.mostRows)
            if rows.isEmpty { continue }
            let requests = rows.reduce(0) { $0 + $1.figures.requests }
            rates[day] = Double(requests) / Self.secondsOfHour
        }
        known[oldest.route] = Known(minute: minute, perSecond: Self.usual(rates))
    }

    /// The usual rate from those of the same hour so many days ago; nil if too few are known.
    static func usual(_ rates: [Int: Double]) -> Double? {
        let ofWeeks = weeks.compactMap { rates[$0] }
        if ofWeeks.count >= leastWeeks { return median(ofWeeks) }
        let ofDays = days.compactMap { rates[$0] }
        return ofDays.count >= leastDays ? median(ofDays) : nil
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1
            ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

extension Int {
    /// The sum, or the most that there is.
    fileprivate func addingMost(_ other: Int) -> Int {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? .max : sum
    }
}
