// Two quantiles compared: the same answers as a plain search over all values there could be.

import Glibc
import Recording
import SeededRandom
import Testing

@testable import Verdict

@Suite struct QuantileComparisonTests {
    /// Values of both versions, and the least evidence over every value of the stable quantile.
    private struct PlainSearch {
        let rank: Double
        let stable: [Double]
        let candidate: [Double]

        /// Every value of the stable version, between them, and beyond them.
        private var places: [Double] {
            let values = Set(stable).sorted()
            let between = zip(values, values.dropFirst()).map { ($0 + $1) / 2 }
            return values + between + [-.infinity, .infinity]
        }

        func leastAbove(_ limit: (Double) -> Double) -> Double {
            least { place in
                evidence(atMost: rank, stable) { $0 < place }
                    + evidence(atMost: 1 - rank, candidate) { $0 > limit(place) }
            }
        }

        func leastBelow(_ limit: (Double) -> Double) -> Double {
            least { place in
                evidence(atMost: 1 - rank, stable) { $0 > place }
                    + evidence(atMost: rank, candidate) { $0 < limit(place) }
            }
        }

        private func evidence(
            atMost bound: Double, _ values: [Double], _ isCounted: (Double) -> Bool
        ) -> Double {
            PlainEvidence.against(
                atMost: bound, values.count(where: isCounted), of: values.count)
        }

        private func least(_ evidence: (Double) -> Double) -> Double {
            places.map(evidence).min() ?? 0
        }
    }

    private static let limits: [@Sendable (Double) -> Double] = [
        { $0 }, { $0 + 20 }, { $0 - 20 }, { $0 * 1.2 }, { $0 * 0.6 },
    ]

    private func random(
        _ count: Int, _ most: Int, using random: inout SeededGenerator
    ) -> (figures: LatencyFigures, values: [Double]) {
        let histogram = LatencyHistogram()
        var values: [Double] = []
        for _ in 0..<count {
            // The larger of two: not all values are equally common.
            let value = max(
                Int.random(in: 0...most, using: &random), Int.random(in: 0...most, using: &random))
            histogram.record(value)
            values.append(Double(LatencyBuckets.lowerBound(of: LatencyBuckets.index(of: value))))
        }
        return (histogram.figures(), values)
    }

    @Test(arguments: [0.5, 0.9, 0.99])
    func saysWhatAPlainSearchSays(rank: Double) {
        var random = SeededGenerator(seed: 30)
        var answers = [false: 0, true: 0]
        for _ in 0..<30 {
            let stable = self.random(
                Int.random(in: 0...300, using: &random), 60, using: &random)
            let candidate = self.random(
                Int.random(in: 0...300, using: &random),
                [30, 60, 120, 400].randomElement(using: &random) ?? 60, using: &random)
            let comparison = QuantileComparison(
                rank: rank, stable: RankedValues(stable.figures),
                candidate: RankedValues(candidate.figures))
            let search = PlainSearch(rank: rank, stable: stable.values, candidate: candidate.values)
            for limit in Self.limits {
                let above = search.leastAbove(limit)
                let below = search.leastBelow(limit)
                // Just below and just above the evidence, where only the right counts will do.
                for level in [above - 1e-9, above + 1e-9, 2] where level > 0 {
                    let isAbove = comparison.isAbove(limit, alpha: exp(-level))
                    #expect(isAbove == (above >= level))
                    #expect(!(isAbove && comparison.isBelow(limit, beta: exp(-level))))
                    answers[isAbove, default: 0] += 1
                }
                for level in [below - 1e-9, below + 1e-9, 2] where level > 0 {
                    let isBelow = comparison.isBelow(limit, beta: exp(-level))
                    #expect(isBelow == (below >= level))
                    answers[isBelow, default: 0] += 1
                }
            }
        }
        #expect(answers.values.allSatisfy { $0 > 20 })
    }

    @Test func anAbsoluteLimitIsAskedOfTheCandidateAlone() {
        var random = SeededGenerator(seed: 31)
        let candidate = self.random(2_000, 100, using: &random)
        let comparison = QuantileComparison(
            rank: 0.5, stable: RankedValues(.none), candidate: RankedValues(candidate.figures))
        let median = candidate.values.sorted()[1_000]
        #expect(comparison.isAbove(microseconds: median - 10, alpha: 0.001))
        #expect(!comparison.isAbove(microseconds: median, alpha: 0.9))
        #expect(comparison.isBelow(microseconds: median + 10, beta: 0.001))
        #expect(!comparison.isBelow(microseconds: median, beta: 0.9))
    }

    @Test func withoutValuesOfEitherNothingIsSaid() {
        var random = SeededGenerator(seed: 32)
        let some = RankedValues(self.random(10_000, 100, using: &random).figures)
        let none = RankedValues(.none)
        for (stable, candidate) in [(some, none), (none, some), (none, none)] {
            let comparison = QuantileComparison(rank: 0.9, stable: stable, candidate: candidate)
            for limit in Self.limits {
                #expect(!comparison.isAbove(limit, alpha: 0.9))
                #expect(!comparison.isBelow(limit, beta: 0.9))
            }
        }
        let absolute = QuantileComparison(rank: 0.9, stable: none, candidate: none)
        #expect(!absolute.isAbove(microseconds: 0, alpha: 0.9))
        #expect(!absolute.isBelow(microseconds: 1e12, beta: 0.9))
    }
}
