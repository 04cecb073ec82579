// What will have been counted of an assumed version after so many requests.

import Glibc
import Recording

/// The expected evidence of one version: not drawn, but what is to be expected, in whole requests.
struct ExpectedOutcomes {
    private let errorRate: Double
    /// The probability of a latency below the end of each of `LatencyBuckets`.
    private let cumulative: [Double]

    init(_ version: AssumedVersion) {
        errorRate = version.errorRate
        let count = LatencyBuckets.octaveCount * LatencyBuckets.perOctave
        cumulative =
            (1..<count).map {
                version.probability(below: Double(LatencyBuckets.lowerBound(of: $0)))
            } + [1]
    }

    func evidence(_ requests: Int) -> VersionEvidence {
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
        return VersionEvidence(
            requests: requests, errors: Self.typical(errorRate, of: requests),
            latency: LatencyFigures(counts: counts))
    }

    /// The median number of rare events: about the mean plus a third, rounded down (Choi 1994, "On
    /// the medians of gamma distributions and an equation of Ramanujan").
    private static func typical(_ probability: Double, of requests: Int) -> Int {
        min(requests, Int(probability * Double(requests) + 1.0 / 3))
    }
}
