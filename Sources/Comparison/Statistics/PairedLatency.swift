// How much slower the shadow answered, request by request.

import Glibc

/// Differences of two latencies, the shadow's less the primary's, each pair of one request.
///
/// Values of several writers can be added up in any order, exactly.
package struct PairedLatency: Sendable, Equatable {
    /// An estimate with its 95 % interval.
    package struct Estimate: Sendable, Equatable {
        /// In microseconds.
        package let microseconds: Double
        /// The interval's lower end; nil if there are too few pairs to know one.
        package let lowMicroseconds: Double?
        /// The interval's upper end; nil if there are too few pairs to know one.
        package let highMicroseconds: Double?
    }

    private static let deviations = 1.959_964
    /// The normal approximations are not used for fewer pairs, or fewer expected on each side.
    private static let leastPairs = 30
    private static let leastVariance = 10.0

    /// Pairs in which the shadow was slower.
    package private(set) var slower = 0
    /// Pairs in which the shadow was faster.
    package private(set) var faster = 0
    /// Pairs of the same microsecond.
    package private(set) var equal = 0
    /// How many pairs fell into each of `DifferenceBuckets`.
    package private(set) var buckets: [Int: Int] = [:]
    private var sum: Int128 = 0
    private var squares: Int128 = 0

    /// No pairs.
    package init() {}

    /// How many pairs there are.
    package var count: Int { slower + faster + equal }

    /// Counts a pair by its two latencies in microseconds.
    package mutating func add(primaryMicroseconds: Int, shadowMicroseconds: Int) {
        let limit = DifferenceBuckets.mostMicroseconds
        let difference =
            min(max(shadowMicroseconds, 0), limit) - min(max(primaryMicroseconds, 0), limit)
        if difference > 0 { slower += 1 }
        if difference < 0 { faster += 1 }
        if difference == 0 { equal += 1 }
        buckets[DifferenceBuckets.index(of: difference), default: 0] += 1
        sum += Int128(difference)
        squares += Int128(difference) * Int128(difference)
    }

    /// These pairs and those.
    package func adding(_ other: PairedLatency) -> PairedLatency {
        var total = self
        total.slower += other.slower
        total.faster += other.faster
        total.equal += other.equal
        total.buckets.merge(other.buckets, uniquingKeysWith: +)
        total.sum += other.sum
        total.squares += other.squares
        return total
    }

    /// The mean difference, by the normal approximation; nil without pairs.
    package var mean: Estimate? {
        guard count > 0 else { return nil }
        let size = Double(count)
        let mean = Double(sum) / size
        guard count >= Self.leastPairs else {
            return Estimate(microseconds: mean, lowMicroseconds: nil, highMicroseconds: nil)
        }
        let spread = (Double(squares) - Double(sum) * mean) / (size - 1)
        let half = Self.deviations * (max(0, spread) / size).squareRoot()
        return Estimate(
            microseconds: mean, lowMicroseconds: mean - half, highMicroseconds: mean + half)
    }

    /// The difference at a rank (0 < rank < 1), with the differences between which it lies by the
    /// order of all (David and Nagaraja 2003, §7.1); nil without pairs.
    package func quantile(_ rank: Double) -> Estimate? {
        guard count > 0 else { return nil }
        let size = Double(count)
        let ordered = buckets.sorted { $0.key < $1.key }
        func value(_ place: Int) -> Double {
            var seen = 0
            for (index, count) in ordered {
                seen += count
                if seen >= place { return DifferenceBuckets.middle(of: index) }
            }
            return DifferenceBuckets.middle(of: ordered.last?.key ?? 0)
        }
        let found = value(max(1, Int((size * rank).rounded(.up))))
        let variance = size * rank * (1 - rank)
        guard variance >= Self.leastVariance else {
            return Estimate(microseconds: found, lowMicroseconds: nil, highMicroseconds: nil)
        }
        let half = Self.deviations * variance.squareRoot()
        return Estimate(
            microseconds: found,
            lowMicroseconds: value(max(1, Int((size * rank - half).rounded(.down)))),
            highMicroseconds: value(min(count, Int((size * rank + half).rounded(.up)) + 1)))
    }

    /// The part of pairs with a difference in which the shadow was slower, with its interval: the
    /// sign test (Conover 1999, §3.4) asks whether one half lies in it.
    package var slowerShare: (estimate: Double, interval: RateInterval)? {
        let unequal = slower + faster
        guard unequal > 0 else { return nil }
        return (Double(slower) / Double(unequal), .wilson(slower, of: unequal))
    }
}

// MARK: Kept

extension PairedLatency: Codable {
    private enum Key: String, CodingKey {
        case sum
        case squares
        case buckets
    }

    /// More pairs of one bucket are no counts of ours.
    private static let mostCount = 1 << 48

    /// Reads `{"sum": "µs", "squares": "µs²", "buckets": [bucket, count, …]}`; refuses what no
    /// pairs could have left.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let flat = try container.decode([Int].self, forKey: .buckets)
        let most = DifferenceBuckets.index(of: .max)
        guard flat.count % 2 == 0, flat.count <= 2 * (2 * most + 1),
            let sum = Int128(try container.decode(String.self, forKey: .sum)),
            let squares = Int128(try container.decode(String.self, forKey: .squares)),
            sum.magnitude <= 1 << 100, (0...1 << 120).contains(squares)
        else { throw Self.unsound(container) }
        self.init()
        self.sum = sum
        self.squares = squares
        for place in stride(from: 0, to: flat.count, by: 2) {
            let (index, count) = (flat[place], flat[place + 1])
            guard (-most...most).contains(index), (1...Self.mostCount).contains(count),
                buckets.updateValue(count, forKey: index) == nil
            else { throw Self.unsound(container) }
            if index > 0 { slower += count }
            if index < 0 { faster += count }
            if index == 0 { equal += count }
        }
    }

    private static func unsound(
        _ container: KeyedDecodingContainer<Key>
    ) -> DecodingError {
        .dataCorruptedError(
            forKey: .buckets, in: container, debugDescription: "no differences of latencies")
    }

    /// Writes the same.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode("\(sum)", forKey: .sum)
        try container.encode("\(squares)", forKey: .squares)
        try container.encode(
            buckets.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }, forKey: .buckets)
    }
}
