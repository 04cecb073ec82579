// Ranks and quantiles over buckets are those of the sorted values.

import Recording
import SeededRandom
import Testing

@testable import Verdict

@Suite struct RankedValuesTests {
    /// A histogram of these values, and the values as it keeps them, sorted.
    private func filled(_ values: [Int]) -> (
        ranked: RankedValues, figures: LatencyFigures, [Double]
    ) {
        let histogram = LatencyHistogram()
        for value in values { histogram.record(value) }
        let kept = values.map {
            Double(LatencyBuckets.lowerBound(of: LatencyBuckets.index(of: $0)))
        }
        let figures = histogram.figures()
        return (RankedValues(figures), figures, kept.sorted())
    }

    private func randomValues(using random: inout SeededGenerator) -> [Int] {
        let most = [3, 200, 50_000, 1 << 40].randomElement(using: &random) ?? 1
        let count = Int.random(in: 0...300, using: &random)
        return (0..<count).map { _ in Int.random(in: 0...most, using: &random) }
    }

    @Test func countsAreThoseOfTheSortedValues() {
        var random = SeededGenerator.announced("ranks")
        for _ in 0..<SeededGenerator.rounds(100) {
            let (ranked, _, sorted) = filled(randomValues(using: &random))
            #expect(ranked.count == sorted.count)
            #expect(ranked.bounds == Array(Set(sorted)).sorted())
            for (place, bound) in ranked.bounds.enumerated() {
                #expect(ranked.count(atOrAbovePlace: place) == sorted.count { $0 >= bound })
            }
            #expect(ranked.count(atOrAbovePlace: ranked.bounds.count) == 0)
            let asked = sorted.prefix(20).flatMap { [$0 - 0.5, $0, $0 + 0.5] }
            for value in asked + [-1, 0, 1e18, .infinity, -.infinity] {
                #expect(ranked.count(atLeast: value) == sorted.count { $0 >= value })
                #expect(ranked.count(above: value) == sorted.count { $0 > value })
            }
        }
    }

    @Test(arguments: [0.5, 0.9, 0.95, 0.99])
    func quantilesAreThoseOfTheSortedValues(rank: Double) {
        var random = SeededGenerator.announced("quantiles at \(rank)")
        for _ in 0..<SeededGenerator.rounds(100) {
            let (ranked, figures, sorted) = filled(randomValues(using: &random))
            let part = Double(sorted.count) * rank
            let least = sorted.first { value in Double(sorted.count { $0 <= value }) >= part }
            #expect(ranked.quantile(rank) == least)
            // The same bucket that people are shown.
            let shown = figures.quantile(rank).map {
                LatencyBuckets.index(of: Int($0.microseconds))
            }
            #expect(ranked.quantile(rank).map { LatencyBuckets.index(of: Int($0)) } == shown)
        }
    }

    @Test func aRankThatFallsBetweenTwoValuesIsTheLower() {
        let (ranked, _, _) = filled([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
        #expect(ranked.quantile(0.5) == 5)
        #expect(ranked.quantile(0.9) == 9)
    }

    @Test func nothingHasNoQuantile() {
        let (ranked, _, _) = filled([])
        #expect(ranked.quantile(0.5) == nil)
        #expect(ranked.count == 0 && ranked.count(above: 0) == 0)
    }
}
