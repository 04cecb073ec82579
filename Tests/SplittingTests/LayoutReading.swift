// Reads layouts in the plainest way, to check the clever one against.

import Plan
import Splitting

/// A move of buckets from one owner to another.
struct Move: Hashable {
    let from: String
    let to: String
}

extension BucketOwnership {
    /// Every bucket's owner, by way of the table.
    func owners(versions: [String]) -> [String] {
        let table = table(versions: versions)
        return (0..<BucketTable.bucketCount).map { versions[table.version(of: $0)] }
    }

    /// How many buckets go from whom to whom on the way to `other`.
    func moves(to other: BucketOwnership, versions: [String]) -> [Move: Int] {
        let (own, others) = (table(versions: versions), other.table(versions: versions))
        let bounds = Set((own.ranges + others.ranges).map(\.start) + [BucketTable.bucketCount])
        var moves: [Move: Int] = [:]
        let sorted = bounds.sorted()
        for (start, end) in zip(sorted, sorted.dropFirst()) {
            let from = versions[own.version(of: start)]
            let to = versions[others.version(of: start)]
            if from != to { moves[Move(from: from, to: to), default: 0] += end - start }
        }
        return moves
    }
}

/// The losses of those whose share falls, added up: the fewest buckets that can move.
func losses(from earlier: [String: Int], to later: [String: Int]) -> Int {
    earlier.reduce(0) { $0 + max(0, $1.value - later[$1.key, default: 0]) }
}
