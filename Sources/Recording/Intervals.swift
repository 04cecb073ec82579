// Confidence intervals for what the figures estimate.

import Glibc

/// Intervals at 95 %, for people who look at a table; decisions have their own tests.
package enum Intervals {
    private static let deviations = 1.959_964
    private static let tail = 0.025

    /// The interval of a proportion (Wilson 1927), within 0 … 1.
    package static func proportion(_ count: Int, of total: Int) -> (low: Double, high: Double) {
        guard total > 0 else { return (0, 1) }
        let size = Double(total)
        let share = Double(count) / size
        let square = deviations * deviations
        let middle = share + square / (2 * size)
        let spread =
            deviations * (share * (1 - share) / size + square / (4 * size * size)).squareRoot()
        let scale = 1 + square / size
        let low = count == 0 ? 0 : max(0, (middle - spread) / scale)
        let high = count == total ? 1 : min(1, (middle + spread) / scale)
        return (low, high)
    }

    /// The places, counted from 1, of the ordered values between which a quantile lies; without
    /// an upper one if even the largest value is not surely above it.
    static func quantileRanks(count: Int, rank: Double) -> (low: Int, high: Int?) {
        let size = Double(count)
        let variance = size * rank * (1 - rank)
        if variance > 25 {
            // Far enough from the edges for the normal approximation.
            let spread = deviations * variance.squareRoot()
            let low = max(1, Int((size * rank - spread).rounded(.down)))
            let high = Int((size * rank + spread).rounded(.up)) + 1
            return (low, high <= count ? high : nil)
        }
        // From the nearer edge: from the farther one the first probability may round to zero.
        if rank <= 0.5 {
            let ranks = binomialRanks(count: count, rank: rank)
            return (max(1, ranks.low), ranks.high <= count ? ranks.high : nil)
        }
        let mirrored = binomialRanks(count: count, rank: 1 - rank)
        let high = count + 1 - mirrored.low
        return (max(1, count + 1 - mirrored.high), high <= count ? high : nil)
    }

    /// The same by the binomial distribution; 0 and `count + 1` stand for no bound.
    private static func binomialRanks(count: Int, rank: Double) -> (low: Int, high: Int) {
        var probability = pow(1 - rank, Double(count))
        var sum = 0.0
        var low = 0
        for below in 0...count {
            // `sum` becomes the probability that at most `below` values lie under the quantile.
            sum += probability
            if sum <= tail { low = below + 1 }
            if sum >= 1 - tail { return (low, below + 1) }
            probability *= Double(count - below) / Double(below + 1) * rank / (1 - rank)
        }
        return (low, count + 1)
    }
}
