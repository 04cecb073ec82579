// Two rates compared: the same answers as a plain search for the least evidence, and margins kept.

import Glibc
import SeededRandom
import Testing

@testable import Verdict

@Suite struct RateComparisonTests {
    /// The least evidence over many values of the stable rate, found by looking at all of them.
    private struct PlainSearch {
        let stable: (errors: Int, requests: Int)
        let candidate: (errors: Int, requests: Int)

        /// Rates on all scales, and closer together about those that were observed.
        private var rates: [Double] {
            let wide = (0...250).map { 1 / (1 + exp(-16 + 32 * Double($0) / 250)) }
            let observed = [stable, candidate].map { Double($0.errors) / Double($0.requests) }
            let (low, high) = (0.7 * (observed.min() ?? 0), 1.3 * (observed.max() ?? 1) + 0.01)
            let near = (0...400).map { min(1, low + (high - low) * Double($0) / 400) }
            return [0, 1] + wide + near
        }

        func leastAbove(_ limit: (Double) -> Double) -> Double {
            least { rate in
                let bound = limit(rate)
                if bound < 0 { return .infinity }
                return PlainEvidence.against(atLeast: rate, stable.errors, of: stable.requests)
                    + PlainEvidence.against(
                        atMost: min(1, bound), candidate.errors, of: candidate.requests)
            }
        }

        func leastBelow(_ limit: (Double) -> Double) -> Double {
            least { rate in
                let bound = limit(rate)
                if bound > 1 { return .infinity }
                return PlainEvidence.against(atMost: rate, stable.errors, of: stable.requests)
                    + PlainEvidence.against(
                        atLeast: max(0, bound), candidate.errors, of: candidate.requests)
            }
        }

        private func least(_ evidence: (Double) -> Double) -> Double {
            rates.map(evidence).min() ?? 0
        }
    }

    private static let limits: [@Sendable (Double) -> Double] = [
        { $0 }, { $0 + 0.005 }, { $0 - 0.01 }, { $0 * 1.5 }, { $0 * 0.5 },
    ]

    @Test func saysWhatAPlainSearchSays() {
        var random = SeededGenerator(seed: 20)
        var answers = [false: 0, true: 0]
        for _ in 0..<60 {
            let many = Int(pow(10, Double.random(in: 1...5, using: &random)))
            let few = max(1, many / Int.random(in: 1...20, using: &random))
            let rate = pow(10, Double.random(in: -3...(-0.3), using: &random))
            let worse = min(1, rate * Double.random(in: 0.2...5, using: &random))
            let stable = (Int(rate * Double(many)), many)
            let candidate = (Int(worse * Double(few)), few)
            let comparison = RateComparison(stable: stable, candidate: candidate)
            let search = PlainSearch(stable: stable, candidate: candidate)
            let limit = Self.limits.randomElement(using: &random) ?? { $0 }
            let above = search.leastAbove(limit)
            let below = search.leastBelow(limit)
            for level in [0.5, 3, 8] {
                let isAbove = comparison.isAbove(limit, alpha: exp(-level))
                let isBelow = comparison.isBelow(limit, beta: exp(-level))
                // The one side is certain; on the other the search is a little coarse.
                if isAbove { #expect(above >= level) } else { #expect(above < level + 0.1) }
                if isBelow { #expect(below >= level) } else { #expect(below < level + 0.1) }
                #expect(!(isAbove && isBelow))
                answers[isAbove, default: 0] += 1
                answers[isBelow, default: 0] += 1
            }
        }
        // Both answers came up often, so that something was compared.
        #expect(answers.values.allSatisfy { $0 > 40 })
    }

    @Test("equal versions pass a margin of 0.5 % at any rate of errors, given enough requests")
    func equalVersionsPass() {
        for rate in [0, 0.0001, 0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 1] {
            let counts = (Int(rate * 1e7), 10_000_000)
            let comparison = RateComparison(stable: counts, candidate: counts)
            #expect(comparison.isBelow({ $0 + 0.005 }, beta: 0.05), "at a rate of \(rate)")
            #expect(!comparison.isAbove({ $0 + 0.005 }, alpha: 0.05))
        }
    }

    @Test("a margin is what the effect must exceed: significance alone is not enough")
    func marginIsAMargin() {
        // Surely worse, by 0.1 %, and surely by less than 0.5 %.
        let comparison = RateComparison(
            stable: (10_000, 10_000_000), candidate: (20_000, 10_000_000))
        #expect(comparison.isAbove({ $0 }, alpha: 1e-9))
        #expect(!comparison.isAbove({ $0 + 0.005 }, alpha: 0.5))
        #expect(comparison.isBelow({ $0 + 0.005 }, beta: 1e-9))
    }

    @Test func withoutRequestsOfTheCandidateNothingIsSaid() {
        for stable in [(0, 0), (0, 100_000), (100_000, 100_000)] {
            let comparison = RateComparison(stable: stable, candidate: (0, 0))
            for limit in Self.limits {
                #expect(!comparison.isAbove(limit, alpha: 0.9))
                #expect(!comparison.isBelow(limit, beta: 0.9))
            }
        }
    }

    @Test func withoutRequestsOfTheStableVersionNoIncreaseIsSaidToBeOne() {
        let comparison = RateComparison(stable: (0, 0), candidate: (100_000, 100_000))
        #expect(!comparison.isAbove({ $0 + 0.005 }, alpha: 0.9))
        #expect(!comparison.isAbove({ $0 * 1.5 }, alpha: 0.9))
    }

    @Test func hugeCountsDoNotTrap() {
        let huge = 1_000_000_000_000
        let comparison = RateComparison(stable: (huge / 100, huge), candidate: (huge / 50, huge))
        #expect(comparison.isAbove({ $0 + 0.005 }, alpha: 1e-9))
        #expect(comparison.isBelow({ $0 + 0.02 }, beta: 1e-9))
    }
}
