// Requests by chance, cheap enough to draw millions in a test.

import Glibc
import SeededRandom

@testable import Recording

/// So many errors of so many requests, each with the same probability.
func drawnErrors(
    of requests: Int, rate: Double, using random: inout SeededGenerator
) -> Int {
    guard rate > 0 else { return 0 }
    // From error to error, so that rare ones cost little.
    var errors = 0
    var place = 0.0
    while true {
        let uniform = Double.random(in: Double.leastNonzeroMagnitude..<1, using: &random)
        place += 1 + (log(uniform) / log1p(-rate)).rounded(.down)
        if place > Double(requests) { return errors }
        errors += 1
    }
}

/// Latencies of a version as a table of equally likely values.
struct LatencyTable {
    private static let size = 400
    private let buckets: [Int]

    /// Log-normal about a median in microseconds, and `factor` slower from this rank on.
    init(median: Double, spread: Double, factor: Double = 1, fromRank rank: Double = 0) {
        buckets = (0..<Self.size).map { index in
            let place = (Double(index) + 0.5) / Double(Self.size)
            let value = median * exp(spread * Self.normalQuantile(place))
            return LatencyBuckets.index(of: Int(place >= rank ? value * factor : value))
        }
    }

    /// No requests yet, counted by the table's values.
    static let none = [Int](repeating: 0, count: size)

    /// Adds so many requests to counts by the table's values.
    func draw(_ requests: Int, into counts: inout [Int], using random: inout SeededGenerator) {
        for _ in 0..<requests { counts[Int(random.next() % UInt64(Self.size))] += 1 }
    }

    /// What a histogram of these counts holds.
    func figures(_ counts: [Int]) -> LatencyFigures {
        var found: [LatencyFigures.Bucket] = []
        // The table's values rise.
        for (bucket, count) in zip(buckets, counts) where count > 0 {
            let before = found.last?.index == bucket ? found.removeLast().count : 0
            found.append(.init(bucket, before + count))
        }
        return LatencyFigures(buckets: found, sumMicroseconds: 0)
    }

    /// By bisection of the error function; good enough for a shape.
    private static func normalQuantile(_ rank: Double) -> Double {
        var (low, high) = (-8.0, 8.0)
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if 0.5 * erfc(-middle / 2.squareRoot()) < rank { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
