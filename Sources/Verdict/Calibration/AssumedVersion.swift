// A version as it is assumed to be, before there is any traffic to know it by.

import Glibc
package import Plan

/// How often a version fails, and how long its answers take: log-normally, as far as one may say
/// that of services in general.
package struct AssumedVersion: Sendable, Equatable, Codable {
    /// The rate of errors, 0 … 1.
    package let errorRate: Double
    /// The median latency, in microseconds.
    package let p50Microseconds: Double
    /// The p99 latency by the median, above 1.
    package let spread: Double

    /// Makes an assumption.
    package init(errorRate: Double, p50Microseconds: Double, spread: Double) {
        self.errorRate = errorRate
        self.p50Microseconds = p50Microseconds
        self.spread = spread
    }

    /// Its figure of a metric: a rate 0 … 1, or microseconds.
    package func figure(_ metric: Guard.Metric) -> Double {
        guard let rank = metric.rank else { return errorRate }
        return p50Microseconds * exp(deviation * Self.deviations(rank))
    }

    /// The same version with another figure of one metric: another rate of errors, or all
    /// latencies longer or shorter by the same factor.
    func having(_ metric: Guard.Metric, _ wanted: Double) -> AssumedVersion {
        if metric == .errorRate {
            return AssumedVersion(
                errorRate: min(1, wanted), p50Microseconds: p50Microseconds, spread: spread)
        }
        return AssumedVersion(
            errorRate: errorRate, p50Microseconds: p50Microseconds * wanted / figure(metric),
            spread: spread)
    }

    /// The probability of a latency below so many microseconds.
    func probability(below microseconds: Double) -> Double {
        guard microseconds > 0 else { return 0 }
        return Self.probability(below: log(microseconds / p50Microseconds) / deviation)
    }

    /// The standard deviation of the latencies' logarithm.
    private var deviation: Double { log(spread) / Self.deviations(0.99) }

    /// How many deviations above the middle the normal distribution has this rank.
    private static func deviations(_ rank: Double) -> Double {
        var low = -10.0
        var high = 10.0
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if probability(below: middle) < rank { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    private static func probability(below deviations: Double) -> Double {
        0.5 * erfc(-deviations / 2.0.squareRoot())
    }
}
