// The outcomes of many trials under one judge, counted.

/// Collects outcomes; medians count a candidate that was never taken out as endless.
struct Tally: Sendable {
    private(set) var outcomes: [TrialOutcome] = []

    mutating func add(_ outcome: TrialOutcome) { outcomes.append(outcome) }
    mutating func add(_ other: Tally) { outcomes += other.outcomes }

    private var rolledBack: [TrialOutcome] {
        outcomes.filter { if case .rollback = $0.judgement { true } else { false } }
    }

    private var passed: Int {
        outcomes.count { if case .pass = $0.judgement { true } else { false } }
    }

    var rollbackPercent: String { percent(rolledBack.count) }

    /// Those not taken out: passed, and (after a plus) neither taken out nor passed.
    var missedPercent: String {
        let undecided = outcomes.count - rolledBack.count - passed
        return undecided == 0 ? percent(passed) : "\(percent(passed)) + \(percent(undecided))"
    }

    var medianRequests: String { median { $0.requests }.map(Self.grouped) ?? "never" }
    var medianMinutes: String {
        median { $0.milliseconds }.map { Self.decimal(Double($0) / 60_000) } ?? "never"
    }

    /// Errors that clients saw: the median and the most.
    var errorsSeen: String {
        guard rolledBack.count == outcomes.count else { return "never" }
        let most = outcomes.map(\.errors).max() ?? 0
        return "\(median { $0.errors }.map(Self.grouped) ?? "never") / \(Self.grouped(most))"
    }

    /// Seconds from the first error to the end: the median and the most.
    var secondsToRollback: String {
        guard rolledBack.count == outcomes.count else { return "never" }
        let most = outcomes.map(\.sinceFirstErrorMilliseconds).max() ?? 0
        let middle = median { $0.sinceFirstErrorMilliseconds } ?? 0
        return [middle, most].map { Self.decimal(Double($0) / 1000) }.joined(separator: " / ")
    }

    private func median(of value: (TrialOutcome) -> Int) -> Int? {
        let values = rolledBack.map(value).sorted()
        let place = outcomes.count / 2
        return place < values.count ? values[place] : nil
    }

    private func percent(_ count: Int) -> String {
        guard !outcomes.isEmpty else { return "–" }
        let percent = 100 * Double(count) / Double(outcomes.count)
        return (count == 0 ? "0" : Self.decimal(percent)) + " %"
    }

    /// With two digits that matter, none after the point from 100 on.
    static func decimal(_ value: Double) -> String {
        if value >= 100 { return grouped(Int(value.rounded())) }
        let digits = value >= 10 ? 10.0 : 100.0
        let rounded = (value * digits).rounded() / digits
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }

    /// 12345 as `12,345`.
    static func grouped(_ number: Int) -> String {
        var digits = Array(String(number))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return String(digits)
    }
}
