// What is recorded can be read, merged, subtracted and asked for quantiles.

import SeededRandom
import Testing

@testable import Recording

@Suite("Latency histogram")
struct LatencyHistogramTests {
    private func figures(_ values: [Int]) -> LatencyFigures {
        let histogram = LatencyHistogram()
        for value in values { histogram.record(value) }
        return histogram.figures()
    }

    @Test("is empty at first")
    func empty() {
        let figures = LatencyHistogram().figures()
        #expect(figures == .none)
        #expect(figures.count == 0)
        #expect(figures.quantile(0.5) == nil)
        #expect(figures.count(below: 1_000) == 0)
    }

    @Test("holds what was recorded")
    func record() {
        let figures = figures([5, 5, 127, 128, 1_000, 70_000_000])
        #expect(figures.count == 6)
        #expect(figures.sumMicroseconds == 70_001_265)
        #expect(figures.buckets.map(\.count) == [2, 1, 1, 1, 1])
        #expect(
            figures.buckets.map(\.index)
                == [5, 127, 128, 1_000, 70_000_000].map {
                    LatencyBuckets.index(of: $0)
                })
        #expect(figures.count(below: 5) == 0)
        #expect(figures.count(below: 6) == 2)
        #expect(figures.count(below: 128) == 3)
        #expect(figures.count(below: 1 << 20) == 5)
        #expect(figures.count(below: 1 << 30) == 6)
    }

    @Test("is made of counts alone, but for a sum of middles")
    func counts() {
        let recorded = figures([5, 5, 127, 1_000, 70_000])
        var counts = [Int](repeating: 0, count: 1_984)
        for bucket in recorded.buckets { counts[bucket.index] = bucket.count }
        let made = LatencyFigures(counts: counts)
        #expect(made.buckets == recorded.buckets)
        #expect(made.count == 5)
        #expect(abs(made.sumMicroseconds - recorded.sumMicroseconds) <= 71_137 / 128)
        #expect(LatencyFigures(counts: [0, 0]) == .none)
    }

    @Test("takes values out of range into its first and last bucket")
    func outOfRange() {
        let figures = figures([-7, 0, 1 << 40])
        #expect(figures.buckets.map(\.index) == [0, 1_983])
        #expect(figures.buckets.map(\.count) == [2, 1])
        #expect(figures.sumMicroseconds == 1 << 40)
    }

    @Test("merges as if one had recorded all, in any order")
    func adding() {
        let seed = SeededGenerator.seed(for: "merging")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let (one, two, three) = (
                values(&generator), values(&generator), values(&generator)
            )
            let all = figures(one + two + three)
            let (a, b, c) = (figures(one), figures(two), figures(three))
            #expect(a.adding(b).adding(c) == all, "seed \(seed)")
            #expect(c.adding(a.adding(b)) == all, "seed \(seed)")
            #expect(a.adding(.none) == a && LatencyFigures.none.adding(a) == a)
        }
    }

    @Test("gives what came since")
    func since() {
        let seed = SeededGenerator.seed(for: "differences")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            let (first, second) = (values(&generator), values(&generator))
            let histogram = LatencyHistogram()
            for value in first { histogram.record(value) }
            let earlier = histogram.figures()
            for value in second { histogram.record(value) }
            #expect(histogram.figures().since(earlier) == figures(second), "seed \(seed)")
            #expect(histogram.figures().since(.none) == histogram.figures())
            #expect(earlier.since(earlier) == .none)
        }
    }

    /// Ranks that people ask for, and odd ones.
    static let ranks = [0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]

    @Test("gives quantiles within 1 % of the sorted values", arguments: ranks)
    func quantiles(rank: Double) throws {
        let seed = SeededGenerator.seed(for: "quantile \(rank)")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<30 {
            let values = values(&generator) + [Int.random(in: 1...1_000_000, using: &generator)]
            let sorted = values.sorted()
            let place = max(1, Int((Double(values.count) * rank).rounded(.up)))
            let exact = Double(sorted[place - 1])
            let quantile = try #require(figures(values).quantile(rank))
            #expect(abs(quantile.microseconds - exact) <= 0.01 * exact, "seed \(seed)")
            #expect(quantile.lowMicroseconds <= quantile.microseconds, "seed \(seed)")
            if let high = quantile.highMicroseconds {
                #expect(high > quantile.microseconds, "seed \(seed)")
            }
        }
    }

    @Test("gives a quantile's interval by the places of the sorted values")
    func quantileInterval() throws {
        // 1 … 100 µs, each exact: the 95 % interval of the median has the places 40 and 61.
        let median = try #require(figures(Array(1...100)).quantile(0.5))
        #expect(median.microseconds == 50)
        #expect(median.lowMicroseconds == 40)
        #expect(median.highMicroseconds == 62)
        // Three values say nothing about an upper bound of the 99th percentile.
        let few = try #require(figures([10, 20, 30]).quantile(0.99))
        #expect(few.microseconds == 30)
        #expect(few.highMicroseconds == nil)
        #expect(few.lowMicroseconds <= 30)
    }

    @Test("gives a 99th percentile a lower bound that is no worse for many values than for few")
    func lowerBounds() throws {
        for count in [50, 100, 150, 200, 500, 1_000, 2_000, 2_500, 2_600, 5_000] {
            let values = (0..<count).map { 100 + 50_000 * $0 / count }
            let quantile = try #require(figures(values).quantile(0.99))
            #expect(quantile.lowMicroseconds <= quantile.microseconds, "\(count) values")
            #expect(quantile.lowMicroseconds >= 40_000, "\(count) values")
        }
    }

    /// A few hundred values spread over many octaves, as latencies are.
    private func values(_ generator: inout SeededGenerator) -> [Int] {
        (0..<Int.random(in: 0...400, using: &generator)).map { _ in
            Int(generator.next() >> UInt64.random(in: 34...60, using: &generator)) + 1
        }
    }
}
