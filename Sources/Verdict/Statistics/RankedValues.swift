// How many values of a histogram lie at or above any bucket.

import Recording

/// A histogram's buckets with the counts of what lies at or above each.
///
/// A value stands for the lower bound of its bucket, which differs from it by at most 1.6 %:
/// hypotheses are about such values, so that every count is exact.
struct RankedValues {
    /// The lower bounds of the buckets that hold something, in microseconds, rising.
    let bounds: [Double]
    /// How many values lie at or above each of `bounds`; one more at the end, which is 0.
    private let atLeast: [Int]

    var count: Int { atLeast[0] }

    init(_ figures: LatencyFigures) {
        bounds = figures.buckets.map { Double(LatencyBuckets.lowerBound(of: $0.index)) }
        var sums = [Int](repeating: 0, count: figures.buckets.count + 1)
        for index in figures.buckets.indices.reversed() {
            sums[index] = sums[index + 1] + figures.buckets[index].count
        }
        atLeast = sums
    }

    /// How many values are at least the bound at this place; 0 beyond the last.
    func count(atOrAbovePlace place: Int) -> Int { atLeast[place] }

    /// How many values are at least so many microseconds.
    func count(atLeast microseconds: Double) -> Int {
        atLeast[firstPlace { $0 >= microseconds }]
    }

    /// How many values are more than so many microseconds.
    func count(above microseconds: Double) -> Int {
        atLeast[firstPlace { $0 > microseconds }]
    }

    /// The least value that a part `rank` of all does not exceed; nil without values.
    func quantile(_ rank: Double) -> Double? {
        guard count > 0 else { return nil }
        let below = Double(count) * rank
        var place = 0
        while place + 1 < bounds.count && Double(count - atLeast[place + 1]) < below { place += 1 }
        return bounds[place]
    }

    private func firstPlace(where isReached: (Double) -> Bool) -> Int {
        var low = 0
        var high = bounds.count
        while low < high {
            let middle = (low + high) / 2
            if isReached(bounds[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
