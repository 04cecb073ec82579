// Draws latencies straight into a histogram's buckets.

import Recording

/// Draws from one distribution: a few one by one (alias method, Vose 1991), many bucket by bucket,
/// which comes to the same as long as the number of requests is Poisson.
struct BucketSampler: Sendable {
    private let first: Int
    /// Probabilities of the buckets from `first` on.
    private let probabilities: [Double]
    /// One column for each bucket: the chance to stay in it, of 2³² (in the upper half), and the
    /// bucket to take otherwise.
    private let columns: [UInt64]

    /// The mean of what is drawn, in seconds.
    let meanSeconds: Double

    init(_ distribution: Distribution) {
        let all = distribution.bucketProbabilities
        let start = all.firstIndex { $0 > 1e-13 } ?? 0
        let end = (all.lastIndex { $0 > 1e-13 } ?? start) + 1
        let sum = all[start..<end].reduce(0, +)
        first = start
        probabilities = all[start..<end].map { $0 / sum }
        columns = Self.aliases(probabilities)
        meanSeconds = distribution.mean { $0 } / 1e6
    }

    private static func aliases(_ probabilities: [Double]) -> [UInt64] {
        let count = probabilities.count
        var heights = probabilities.map { $0 * Double(count) }
        var small = heights.indices.filter { heights[$0] < 1 }
        var large = heights.indices.filter { heights[$0] >= 1 }
        var columns = heights.indices.map { 0xffff_ffff << 32 | UInt64($0) }
        while let low = small.popLast(), let high = large.last {
            columns[low] = UInt64(heights[low] * 0x1p32 - 0.5) << 32 | UInt64(high)
            heights[high] -= 1 - heights[low]
            if heights[high] < 1 {
                large.removeLast()
                small.append(high)
            }
        }
        return columns
    }

    /// Adds as many latencies as come when so many are expected; answers how many came.
    func add(
        expected: Double, to counts: inout [Int], using generator: inout SeededGenerator
    ) -> Int {
        guard expected > 0 else { return 0 }
        if expected > 8 * Double(probabilities.count) {
            return addByBucket(expected, to: &counts, using: &generator)
        }
        let number = generator.poisson(expected)
        counts.withUnsafeMutableBufferPointer { counts in
            columns.withUnsafeBufferPointer { columns in
                let width = UInt64(columns.count)
                var source = generator
                for _ in 0..<number {
                    let bits = source.next()
                    let place = ((bits >> 32) &* width) >> 32
                    let column = columns[Int(truncatingIfNeeded: place)]
                    let stays = (bits & 0xffff_ffff) < column >> 32
                    let index = stays ? place : column & 0xffff_ffff
                    counts[first &+ Int(truncatingIfNeeded: index)] &+= 1
                }
                generator = source
            }
        }
        return number
    }

    private func addByBucket(
        _ expected: Double, to counts: inout [Int], using generator: inout SeededGenerator
    ) -> Int {
        var number = 0
        for (offset, probability) in probabilities.enumerated() {
            let count = generator.poisson(expected * probability)
            counts[first + offset] += count
            number += count
        }
        return number
    }
}
