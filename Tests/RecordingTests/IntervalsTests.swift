// The intervals are those of the literature, and hold what they should as often as they should.

import SeededRandom
import Testing

@testable import Recording

@Suite("Intervals")
struct IntervalsTests {
    /// A count of successes, and the interval of Wilson (1927) without continuity correction.
    struct Wilson: Sendable, CustomTestStringConvertible {
        let count: Int
        let total: Int
        let low: Double
        let high: Double
        var testDescription: String { "\(count) of \(total)" }
    }

    /// The first four are those of Newcombe (1998), table I, method 3.
    static let known: [Wilson] = [
        .init(count: 81, total: 263, low: 0.2553, high: 0.3662),
        .init(count: 15, total: 148, low: 0.0624, high: 0.1605),
        .init(count: 0, total: 20, low: 0, high: 0.1611),
        .init(count: 1, total: 29, low: 0.0061, high: 0.1718),
        .init(count: 20, total: 20, low: 0.8389, high: 1),
        .init(count: 5, total: 10, low: 0.2366, high: 0.7634),
    ]

    @Test("of a proportion is Wilson's", arguments: known)
    func proportion(_ known: Wilson) {
        let interval = Intervals.proportion(known.count, of: known.total)
        #expect(abs(interval.low - known.low) < 0.00006)
        #expect(abs(interval.high - known.high) < 0.00006)
    }

    @Test("of a proportion stays within 0 … 1 and around the share")
    func proportionBounds() {
        #expect(Intervals.proportion(0, of: 0) == (0, 1))
        for total in [1, 2, 10, 1_000, 1_000_000, 1_000_000_000] {
            for count in [0, 1, total / 2, total - 1, total] {
                let interval = Intervals.proportion(count, of: total)
                let share = Double(count) / Double(total)
                #expect(interval.low >= 0 && interval.high <= 1)
                #expect(interval.low <= share + 1e-12 && share <= interval.high + 1e-12)
            }
        }
    }

    // MARK: Quantiles

    /// The probability that so many or fewer of `count` values lie below the quantile.
    private func binomial(_ most: Int, of count: Int, _ rank: Double) -> Double {
        // From the mode outwards, scaled at the end, so that nothing rounds to zero.
        let mode = min(count, Int(Double(count + 1) * rank))
        var weights = [Double](repeating: 0, count: count + 1)
        weights[mode] = 1
        let odds = rank / (1 - rank)
        for place in stride(from: mode, to: 0, by: -1) {
            weights[place - 1] = weights[place] * Double(place) / Double(count - place + 1) / odds
        }
        for place in mode..<count {
            weights[place + 1] = weights[place] * Double(count - place) / Double(place + 1) * odds
        }
        return weights.prefix(max(0, most + 1)).reduce(0, +) / weights.reduce(0, +)
    }

    static let counts = [1, 2, 5, 10, 30, 100, 163, 250, 500, 1_000, 2_000, 2_500, 3_000, 20_000]
    static let ranks = [0.01, 0.1, 0.5, 0.9, 0.95, 0.99, 0.999]

    @Test("of a quantile covers it with at least 94.5 %", arguments: counts, ranks)
    func quantileCoverage(count: Int, rank: Double) {
        let ranks = Intervals.quantileRanks(count: count, rank: rank)
        #expect((1...count).contains(ranks.low))
        // It holds the quantile if at least `low` and fewer than `high` values lie below it; the
        // least value is no bound at all unless that is sure enough.
        let missedBelow = ranks.low <= 1 ? 0 : binomial(ranks.low - 1, of: count, rank)
        let missedAbove = ranks.high.map { 1 - binomial($0 - 1, of: count, rank) } ?? 0
        #expect(missedBelow <= 0.0275, "low \(ranks.low)")
        #expect(missedAbove <= 0.0275, "high \(ranks.high ?? -1)")
        if let high = ranks.high { #expect(high <= count && ranks.low <= high) }
    }

    @Test("of a quantile is not wider than needed", arguments: counts, ranks)
    func quantileWidth(count: Int, rank: Double) {
        let ranks = Intervals.quantileRanks(count: count, rank: rank)
        // A few places further in would miss too often.
        let inward = 3 + count / 5_000
        if ranks.low > 1 {
            #expect(binomial(ranks.low - 1 + inward, of: count, rank) > 0.025, "low \(ranks.low)")
        }
        if let high = ranks.high {
            #expect(1 - binomial(high - 1 - inward, of: count, rank) > 0.025, "high \(high)")
        } else {
            #expect(1 - binomial(count - 1, of: count, rank) > 0.025)
        }
    }

    @Test("of a quantile has the quantile's own place in it", arguments: ranks)
    func quantilePlace(rank: Double) {
        for count in 1...3_000 {
            let ranks = Intervals.quantileRanks(count: count, rank: rank)
            let place = max(1, Int((Double(count) * rank).rounded(.up)))
            if ranks.low > place || ranks.high ?? .max < place {
                Issue.record("\(ranks) of \(count) values, and \(place)")
            }
        }
    }

    @Test("of a quantile looks the same from above and from below", arguments: counts)
    func symmetry(count: Int) {
        for rank in [0.01, 0.1, 0.3] {
            let low = Intervals.quantileRanks(count: count, rank: rank)
            let high = Intervals.quantileRanks(count: count, rank: 1 - rank)
            if let upper = low.high { #expect(abs(count + 1 - upper - high.low) <= 1) }
            if let upper = high.high { #expect(abs(count + 1 - upper - low.low) <= 1) }
        }
    }

    /// How many values, and which quantile of them.
    static let simulated: [(count: Int, rank: Double)] = [
        (40, 0.5), (100, 0.5), (400, 0.5), (200, 0.9), (500, 0.95), (300, 0.99), (1_000, 0.99),
        (2_400, 0.99), (4_000, 0.99), (150, 0.1),
    ]

    @Test("of a quantile holds the true one in 94 % of simulated samples", arguments: simulated)
    func simulation(count: Int, rank: Double) {
        var generator = SeededGenerator(seed: 4_711)
        let samples = 1_500
        var held = 0
        for _ in 0..<samples {
            // Of values drawn from 0 … 1, the true quantile is the rank itself: it lies in the
            // interval if at least `low` values and fewer than `high` are below it.
            var below = 0
            let threshold = UInt64(rank * 0x1p64)
            for _ in 0..<count where generator.next() < threshold { below += 1 }
            let ranks = Intervals.quantileRanks(count: count, rank: rank)
            if (ranks.low <= 1 || below >= ranks.low) && below < ranks.high ?? .max { held += 1 }
        }
        #expect(Double(held) / Double(samples) >= 0.94)
    }
}
