// However often one looks, a wrong answer is as rare as was promised: by counting, not by sampling.

import Glibc
import Testing

@testable import Verdict

@Suite struct ExactErrorTests {
    // MARK: One rate

    /// The probability that the evidence against "at most `bound`" ever reaches 1/α in so many
    /// trials, looked at after each, when the rate of each trial is given.
    private func everRefuted(
        _ bound: Double, _ alpha: Double, trials: Int, rate: (Int) -> Double
    ) -> Double {
        let mixture = BernoulliMixture(atMost: bound)
        // The probability of each number of successes that has not led to an answer yet.
        var open = [1.0]
        var refuted = 0.0
        for trial in 1...trials {
            var next = [Double](repeating: 0, count: trial + 1)
            for (successes, probability) in open.enumerated() {
                next[successes] += probability * (1 - rate(trial))
                next[successes + 1] += probability * rate(trial)
            }
            for successes in next.indices
            where mixture.logEvidence(successes, of: trial) >= -log(alpha) {
                refuted += next[successes]
                next[successes] = 0
            }
            open = next
        }
        return refuted
    }

    @Test(arguments: [0.01, 0.2, 0.5, 0.9], [0.05, 0.3])
    func aRateAtItsBoundIsSeldomRefuted(bound: Double, alpha: Double) {
        let refuted = everRefuted(bound, alpha, trials: 250) { _ in bound }
        #expect(refuted <= alpha)
        // So much of it is used that the promise means something.
        #expect(refuted > alpha / 20)
    }

    @Test("only the running mean of a changing rate must keep the bound")
    func changingRate() {
        let refuted = everRefuted(0.1, 0.1, trials: 200) { $0 <= 100 ? 0.02 : 0.18 }
        #expect(refuted <= 0.1)
        let daily = everRefuted(0.1, 0.1, trials: 200) { 0.1 - 0.09 * sin(Double($0) / 10) }
        #expect(daily <= 0.1)
    }

    // MARK: Two rates

    /// Which counts of two versions with equally many requests lead to an answer.
    private struct Answers {
        private static let most = 30
        private var isReached: [[[Bool]]] = []

        init(_ answer: (RateComparison) -> Bool) {
            for requests in 1...Self.most {
                isReached.append(
                    (0...requests).map { stable in
                        (0...requests).map { candidate in
                            answer(
                                RateComparison(
                                    stable: (stable, requests), candidate: (candidate, requests)))
                        }
                    })
            }
        }

        /// The probability that the answer is ever reached, looked at after each pair of requests.
        func everReached(_ rates: (Int) -> (stable: Double, candidate: Double)) -> Double {
            var open = [[1.0]]
            var reached = 0.0
            for (pair, isReached) in isReached.enumerated() {
                let rate = rates(pair)
                let size = pair + 2
                var next = [[Double]](
                    repeating: [Double](repeating: 0, count: size), count: size)
                for (stable, row) in open.enumerated() {
                    for (candidate, probability) in row.enumerated() where probability > 0 {
                        for (isBad, part) in [(0, 1 - rate.stable), (1, rate.stable)] {
                            let both = probability * part
                            next[stable + isBad][candidate] += both * (1 - rate.candidate)
                            next[stable + isBad][candidate + 1] += both * rate.candidate
                        }
                    }
                }
                for stable in next.indices {
                    for candidate in next.indices where isReached[stable][candidate] {
                        reached += next[stable][candidate]
                        next[stable][candidate] = 0
                    }
                }
                open = next
            }
            return reached
        }
    }

    private static let alpha = 0.2
    private static let rates = [0.02, 0.1, 0.3, 0.5, 0.8]

    @Test func equalVersionsSeldomFail() {
        let fails = Answers { $0.isAbove({ $0 }, alpha: Self.alpha) }
        for rate in Self.rates {
            #expect(fails.everReached { _ in (rate, rate) } <= Self.alpha)
        }
        // A day that is bad for both fools nobody.
        #expect(fails.everReached { $0 < 15 ? (0.05, 0.05) : (0.7, 0.7) } <= Self.alpha)
        // And it is not that nothing ever fails.
        #expect(fails.everReached { _ in (0.1, 0.9) } > 0.9)
    }

    @Test func whatIsJustAtTheMarginSeldomFails() {
        let byDifference = Answers { $0.isAbove({ $0 + 0.15 }, alpha: Self.alpha) }
        let byRatio = Answers { $0.isAbove({ $0 * 1.25 }, alpha: Self.alpha) }
        for rate in Self.rates {
            #expect(byDifference.everReached { _ in (rate, rate + 0.15) } <= Self.alpha)
            #expect(byRatio.everReached { _ in (rate, rate * 1.25) } <= Self.alpha)
        }
        #expect(byDifference.everReached { _ in (0.05, 0.9) } > 0.9)
        #expect(byRatio.everReached { _ in (0.1, 0.9) } > 0.9)
    }

    @Test func whatIsJustAtTheMarginSeldomPasses() {
        let byDifference = Answers { $0.isBelow({ $0 + 0.15 }, beta: Self.alpha) }
        for rate in Self.rates {
            #expect(byDifference.everReached { _ in (rate, rate + 0.15) } <= Self.alpha)
        }
        let drift = byDifference.everReached { $0 % 2 == 0 ? (0.05, 0.2) : (0.7, 0.85) }
        #expect(drift <= Self.alpha)
        #expect(byDifference.everReached { _ in (0.9, 0.1) } > 0.9)
    }
}
