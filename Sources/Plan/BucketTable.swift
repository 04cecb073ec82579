// Who owns which bucket of a route: the one table that turns a caller into a version.

/// A layout of the fixed space of buckets among a route's versions.
///
/// Ranges are sorted, not empty, without gaps, and cover `0 ..< bucketCount`.
package struct BucketTable: Sendable, Equatable {
    /// The size of the space: one bucket is 0.001 % of the callers.
    package static let bucketCount = 100_000

    /// A run of buckets that one version owns.
    package struct Range: Sendable, Equatable {
        /// The first bucket of the run.
        package let start: Int
        /// The owner, as an index into the route's versions.
        package let version: Int

        /// Makes a run that starts at this bucket.
        package init(start: Int, version: Int) {
            self.start = start
            self.version = version
        }
    }

    /// The runs, sorted by their start; the first starts at 0.
    package let ranges: [Range]

    /// Makes a table of runs that are already sorted, joined and complete.
    package init(ranges: [Range]) {
        self.ranges = ranges
    }

    /// The version that owns a bucket (`0 ..< bucketCount`), found in O(log runs).
    package func version(of bucket: Int) -> Int {
        var low = 0
        var high = ranges.count
        while high - low > 1 {
            let middle = (low + high) >> 1
            if ranges[middle].start <= bucket { low = middle } else { high = middle }
        }
        return ranges[low].version
    }

    /// How many buckets each of so many versions owns.
    package func counts(versions: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: versions)
        for (position, range) in ranges.enumerated() {
            let isLast = position + 1 == ranges.count
            let end = isLast ? Self.bucketCount : ranges[position + 1].start
            counts[range.version] += end - range.start
        }
        return counts
    }
}
