// A histogram's contents as a value: merged over workers, subtracted, asked for quantiles.

/// The buckets of a histogram that are not empty.
package struct LatencyFigures: Sendable, Equatable {
    /// One bucket that is not empty.
    package struct Bucket: Sendable, Equatable {
        /// The place in `LatencyBuckets`.
        package let index: Int
        /// How many values fell into it.
        package let count: Int

        init(_ index: Int, _ count: Int) {
            self.index = index
            self.count = count
        }
    }

    /// The buckets in the order of their index.
    package let buckets: [Bucket]
    /// All values added up, in microseconds.
    package let sumMicroseconds: Int
    /// How many values there are.
    package let count: Int

    /// No values.
    package static let none = LatencyFigures(buckets: [], sumMicroseconds: 0)

    init(buckets: [Bucket], sumMicroseconds: Int) {
        self.buckets = buckets
        self.sumMicroseconds = sumMicroseconds
        count = buckets.reduce(0) { $0 + $1.count }
    }

    /// Values of which only the buckets are known, as counts by index: each counts as the middle
    /// of its bucket.
    package init(counts: [Int]) {
        let filled = counts.indices.filter { counts[$0] > 0 }
        let sum = filled.reduce(0.0) { $0 + Double(counts[$1]) * LatencyBuckets.middle(of: $1) }
        self.init(
            buckets: filled.map { Bucket($0, counts[$0]) }, sumMicroseconds: Int(sum))
    }

    /// These values and those.
    package func adding(_ other: LatencyFigures) -> LatencyFigures {
        if other.buckets.isEmpty { return self }
        if buckets.isEmpty { return other }
        return combined(other, sign: 1)
    }

    /// The values that have come since `earlier`, which these figures contain.
    package func since(_ earlier: LatencyFigures) -> LatencyFigures {
        earlier.buckets.isEmpty ? self : combined(earlier, sign: -1)
    }

    private func combined(_ other: LatencyFigures, sign: Int) -> LatencyFigures {
        var result: [Bucket] = []
        // A difference is mostly far smaller than what it is taken from.
        if sign > 0 { result.reserveCapacity(max(buckets.count, other.buckets.count)) }
        var own = 0
        var theirs = 0
        while own < buckets.count || theirs < other.buckets.count {
            let left = own < buckets.count ? buckets[own].index : Int.max
            let right = theirs < other.buckets.count ? other.buckets[theirs].index : Int.max
            var count = 0
            if left <= right {
                count += buckets[own].count
                own += 1
            }
            if right <= left {
                count += sign * other.buckets[theirs].count
                theirs += 1
            }
            if count > 0 { result.append(Bucket(min(left, right), count)) }
        }
        let sum = sumMicroseconds + sign * other.sumMicroseconds
        return LatencyFigures(buckets: result, sumMicroseconds: max(0, sum))
    }

    /// How many values lie below a number of microseconds that is a bucket's bound.
    package func count(below microseconds: Int) -> Int {
        let end = LatencyBuckets.index(of: microseconds)
        return buckets.prefix { $0.index < end }.reduce(0) { $0 + $1.count }
    }

    /// How many values lie in buckets whose lower bound is above so many microseconds.
    package func count(above microseconds: Double) -> Int {
        var count = 0
        for bucket in buckets.reversed() {
            if Double(LatencyBuckets.lowerBound(of: bucket.index)) <= microseconds { break }
            count += bucket.count
        }
        return count
    }

    /// A quantile with an interval around it.
    package struct Quantile: Sendable, Equatable {
        /// The middle of the bucket in which the quantile lies.
        package let microseconds: Double
        /// The 95 % interval's lower end: the lower bound of a bucket.
        package let lowMicroseconds: Double
        /// The 95 % interval's upper end; nil if there are too few values to know one.
        package let highMicroseconds: Double?
    }

    /// The quantile at `rank` (0 < rank < 1), or nil without values.
    ///
    /// The interval is distribution-free: from the order statistics between which the quantile
    /// lies with 95 % probability, by the binomial distribution (David and Nagaraja 2003, §7.1).
    package func quantile(_ rank: Double) -> Quantile? {
        guard count > 0 else { return nil }
        let place = min(count, max(1, Int((Double(count) * rank).rounded(.up))))
        let bounds = Intervals.quantileRanks(count: count, rank: rank)
        let high = bounds.high.map { Double(LatencyBuckets.lowerBound(of: bucket(at: $0) + 1)) }
        return Quantile(
            microseconds: LatencyBuckets.middle(of: bucket(at: place)),
            lowMicroseconds: Double(LatencyBuckets.lowerBound(of: bucket(at: bounds.low))),
            highMicroseconds: high)
    }

    /// The bucket of the value at this place in order, counted from 1.
    private func bucket(at place: Int) -> Int {
        var seen = 0
        for bucket in buckets {
            seen += bucket.count
            if seen >= place { return bucket.index }
        }
        return buckets.last?.index ?? 0
    }
}

extension LatencyFigures: Codable {
    private enum Key: String, CodingKey {
        case sum
        case buckets
    }

    /// Reads `{"sum": µs, "buckets": [index, count, …]}`; refuses what no histogram could hold.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let flat = try container.decode([Int].self, forKey: .buckets)
        let sum = try container.decode(Int.self, forKey: .sum)
        let buckets = stride(from: 0, to: flat.count - 1, by: 2).map {
            Bucket(flat[$0], flat[$0 + 1])
        }
        let last = LatencyBuckets.octaveCount * LatencyBuckets.perOctave
        let isSound =
            flat.count % 2 == 0 && sum >= 0
            && buckets.allSatisfy {
                (0..<last).contains($0.index) && (1...1 << 48).contains($0.count)
            }
            && zip(buckets, buckets.dropFirst()).allSatisfy { $0.index < $1.index }
        guard isSound else {
            throw DecodingError.dataCorruptedError(
                forKey: .buckets, in: container, debugDescription: "no histogram's buckets")
        }
        self.init(buckets: buckets, sumMicroseconds: sum)
    }

    /// Writes the same.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(sumMicroseconds, forKey: .sum)
        try container.encode(buckets.flatMap { [$0.index, $0.count] }, forKey: .buckets)
    }
}
