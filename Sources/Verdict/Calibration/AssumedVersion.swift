// A version as it is assumed to be, before there is any traffic to know it by.

import Glibc
package import Plan

/// How often a version fails, and how long its answers take: log-normally, as far as one may say
/// that of services in general. Of its streams the same is said, as if every answer were one.
package struct AssumedVersion: Sendable, Equatable, Codable {
    /// What a time between two events is, if nobody says otherwise: 20 tokens a second.
    package static let usualEventGapMicroseconds = 50_000.0

    /// The rate of errors, 0 … 1.
    package private(set) var errorRate: Double
    /// The median latency, in microseconds.
    package private(set) var p50Microseconds: Double
    /// The median time to the first byte, in microseconds.
    package private(set) var firstByteP50Microseconds: Double
    /// The median time between two events of a stream, in microseconds.
    package private(set) var eventGapP50Microseconds: Double
    /// The rate of streams that break, 0 … 1.
    package private(set) var streamErrorRate: Double
    /// The rate of pairs of its own answers that differ, 0 … 1.
    package private(set) var disagreementRate: Double
    /// The p99 of each of these times by its median, above 1.
    package let spread: Double

    /// Makes an assumption. What is not said is taken from the whole answers: the first byte comes
    /// with the last one, and streams break as often as requests fail.
    package init(
        errorRate: Double, p50Microseconds: Double, spread: Double,
        firstByteP50Microseconds: Double? = nil,
        eventGapP50Microseconds: Double = usualEventGapMicroseconds, streamErrorRate: Double? = nil,
        disagreementRate: Double = 0
    ) {
        self.errorRate = errorRate
        self.p50Microseconds = p50Microseconds
        self.spread = spread
        self.firstByteP50Microseconds = firstByteP50Microseconds ?? p50Microseconds
        self.eventGapP50Microseconds = eventGapP50Microseconds
        self.streamErrorRate = streamErrorRate ?? errorRate
        self.disagreementRate = disagreementRate
    }

    /// Its figure of a metric: a rate 0 … 1, or microseconds.
    package func figure(_ metric: Guard.Metric) -> Double {
        guard let rank = metric.rank else {
            return metric.subject == .pairs ? 1 - disagreementRate : rate(metric)
        }
        return median(metric) * exp(deviation * Self.deviations(rank))
    }

    /// The rate of errors, or of pairs that differ, that a metric is about, 0 … 1.
    func rate(_ metric: Guard.Metric) -> Double {
        switch metric.subject {
        case .streams: streamErrorRate
        case .pairs: disagreementRate
        case .requests, .latency, .firstByte, .eventGap: errorRate
        }
    }

    /// The same version with another figure of one metric: another rate of errors, or all times of
    /// this kind longer or shorter by the same factor.
    func having(_ metric: Guard.Metric, _ wanted: Double) -> AssumedVersion {
        var other = self
        let factor = wanted / figure(metric)
        switch metric.subject {
        case .requests: other.errorRate = min(1, wanted)
        case .streams: other.streamErrorRate = min(1, wanted)
        case .pairs: other.disagreementRate = max(0, min(1, 1 - wanted))
        case .latency: other.p50Microseconds *= factor
        case .firstByte: other.firstByteP50Microseconds *= factor
        case .eventGap: other.eventGapP50Microseconds *= factor
        }
        return other
    }

    /// The probability that a time of this metric is below so many microseconds.
    func probability(_ metric: Guard.Metric, below microseconds: Double) -> Double {
        guard microseconds > 0 else { return 0 }
        return Self.probability(below: log(microseconds / median(metric)) / deviation)
    }

    private func median(_ metric: Guard.Metric) -> Double {
        switch metric.subject {
        case .firstByte: firstByteP50Microseconds
        case .eventGap: eventGapP50Microseconds
        case .latency, .requests, .streams, .pairs: p50Microseconds
        }
    }

    /// The standard deviation of the times' logarithm.
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
