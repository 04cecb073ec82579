// The binomial distribution, for exact expectations and for how far chance goes.

import Glibc

/// So many successes of independent trials that succeed with the same probability.
enum Binomial {
    /// The expectation of what has this logarithm for each number of successes.
    static func expectation(
        _ trials: Int, _ probability: Double, of logarithm: (Int) -> Double
    ) -> Double {
        // Logarithms, as the largest values are those of outcomes that hardly ever come.
        (0...trials).reduce(0) {
            $0 + exp(logProbability($1, of: trials, probability) + logarithm($1))
        }
    }

    /// The most successes that are still believable: more come with a probability below 1e-6.
    static func most(of trials: Int, _ probability: Double) -> Int {
        var tail = 0.0
        for count in stride(from: trials, through: 0, by: -1) {
            tail += exp(logProbability(count, of: trials, probability))
            if tail > 1e-6 { return count }
        }
        return 0
    }

    private static func logProbability(
        _ count: Int, of trials: Int, _ probability: Double
    ) -> Double {
        let (successes, failures) = (Double(count), Double(trials - count))
        let ways = lgamma(successes + failures + 1) - lgamma(successes + 1) - lgamma(failures + 1)
        // 0 · log 0 is 0 here.
        let good = count == 0 ? 0 : successes * log(probability)
        let bad = count == trials ? 0 : failures * log1p(-probability)
        return ways + good + bad
    }
}
