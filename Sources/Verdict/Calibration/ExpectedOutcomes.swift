// What will have been counted of an assumed version after so many requests.

import Glibc
import Plan
import Recording

/// The expected evidence of one version for one metric: not drawn, but what is to be expected, in
/// whole requests. Of a metric of streams every request is one, and of agreement each is a pair.
struct ExpectedOutcomes {
    private let metric: Guard.Metric
    private let errorRate: Double
    /// The probability of a time below the end of each of `LatencyBuckets`; empty for a rate.
    private let cumulative: [Double]

    init(_ version: AssumedVersion, of metric: Guard.Metric) {
        self.metric = metric
        errorRate = version.rate(metric)
        let count = LatencyBuckets.octaveCount * LatencyBuckets.perOctave
        cumulative =
            metric.rank == nil
            ? []
            : (1..<count).map {
                version.probability(metric, below: Double(LatencyBuckets.lowerBound(of: $0)))
            } + [1]
    }

    func evidence(_ requests: Int) -> VersionEvidence {
        var evidence = VersionEvidence(requests: requests)
        let errors = Self.typical(errorRate, of: requests)
        switch metric.subject {
        case .requests: evidence.errors = errors
        case .streams:
            evidence.streams = requests
            evidence.brokenStreams = errors
        case .pairs:
            evidence.pairs = requests
            evidence.differingPairs = errors
        case .latency: evidence.latency = times(requests)
        case .firstByte: evidence.firstByte = times(requests)
        case .eventGap: evidence.eventGaps = times(requests)
        }
        return evidence
    }

    private func times(_ requests: Int) -> LatencyFigures {
        var below = 0
        let counts = cumulative.map { probability -> Int in
            // Rounded from the nearer end: guards look at what lies in the tails.
            let upTo =
                probability < 0.5
                ? Self.typical(probability, of: requests)
                : requests - Self.typical(1 - probability, of: requests)
            defer { below = upTo }
            return upTo - below
        }
        return LatencyFigures(counts: counts)
    }

    /// The median number of rare events: about the mean plus a third, rounded down (Choi 1994, "On
    /// the medians of gamma distributions and an equation of Ramanujan").
    private static func typical(_ probability: Double, of requests: Int) -> Int {
        min(requests, Int(probability * Double(requests) + 1.0 / 3))
    }
}
