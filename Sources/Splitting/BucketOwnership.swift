// Who owns which bucket, and how that changes: by the fewest moves, and back the way it came.

package import Plan

/// The owners of a route's 100,000 buckets, with the layouts that went before.
///
/// A change moves buckets only from versions that lose to versions that gain, and only as many
/// as that takes. Going back to earlier shares goes back to the very same owners, step by step or
/// at once, where the fewest moves lead there. Otherwise those of the buckets that may move go
/// first that the newest remembered layout gave to the gaining version.
package struct BucketOwnership: Sendable, Equatable, Codable {
    /// A run of buckets of one owner.
    struct Run: Sendable, Equatable, Codable {
        let start: Int
        let owner: String
    }

    /// Layouts that are remembered.
    package static let mostRemembered = 32

    private var runs: [Run]
    private var remembered: [[Run]]

    private init(runs: [Run], remembered: [[Run]]) {
        self.runs = runs
        self.remembered = remembered
    }

    /// The layout of shares (in buckets, adding up to 100,000) that follow no others: one run for
    /// each version, in the order of the names.
    package static func canonical(_ shares: [String: Int]) -> BucketOwnership {
        var runs: [Run] = []
        var start = 0
        for (owner, share) in shares.sorted(by: { $0.key < $1.key }) where share > 0 {
            runs.append(Run(start: start, owner: owner))
            start += share
        }
        return BucketOwnership(runs: runs, remembered: [])
    }

    /// How many buckets each owner has; owners of none are left out.
    package var shares: [String: Int] {
        var shares: [String: Int] = [:]
        for segment in Self.segments(runs) { shares[segment.owner, default: 0] += segment.count }
        return shares
    }

    /// Whether this could come from a journal: whole, in order, and with shares that add up.
    package var isSound: Bool {
        ([runs] + remembered).allSatisfy { runs in
            runs.first?.start == 0
                && zip(runs, runs.dropFirst()).allSatisfy { $0.start < $1.start }
                && (runs.last?.start ?? .max) < BucketTable.bucketCount
        }
    }

    /// The layout after a change to these shares, which add up to 100,000.
    package func changed(to wanted: [String: Int]) -> BucketOwnership {
        let present = shares
        let names = Set(present.keys).union(wanted.keys)
        var give: [String: Int] = [:]
        var want: [String: Int] = [:]
        for name in names {
            let difference = wanted[name, default: 0] - present[name, default: 0]
            if difference < 0 { give[name] = -difference }
            if difference > 0 { want[name] = difference }
        }
        if want.isEmpty { return self }
        if let earlier = earlier(wanted, moves: want.values.reduce(0, +)) {
            return remember(earlier)
        }
        var changed = Self.segments(runs)
        for layout in remembered.reversed() {
            changed = Self.move(changed, &give, &want, guide: Self.segments(layout))
            if want.isEmpty { break }
        }
        if !want.isEmpty { changed = Self.move(changed, &give, &want, guide: nil) }
        return remember(Self.runs(changed))
    }

    /// The newest remembered layout of these shares that so few moves lead to.
    private func earlier(_ wanted: [String: Int], moves: Int) -> [Run]? {
        let wanted = wanted.filter { $0.value > 0 }
        return remembered.last { runs in
            let earlier = BucketOwnership(runs: runs, remembered: [])
            return earlier.shares == wanted && moved(to: earlier) == moves
        }
    }

    private func remember(_ changed: [Run]) -> BucketOwnership {
        if remembered.last == changed {
            // One step back: it is as if that step had never been.
            return BucketOwnership(runs: changed, remembered: remembered.dropLast())
        }
        return BucketOwnership(
            runs: changed, remembered: Array((remembered + [runs]).suffix(Self.mostRemembered)))
    }

    /// How many buckets have another owner in `other`.
    package func moved(to other: BucketOwnership) -> Int {
        Self.overlaps(Self.segments(runs), Self.segments(other.runs))
            .reduce(0) { $0 + ($1.owner == $1.guide ? 0 : $1.end - $1.start) }
    }

    /// The owner of a bucket.
    package func owner(of bucket: Int) -> String {
        runs.last { $0.start <= bucket }?.owner ?? ""
    }

    /// The ranges of buckets of one owner, in their order.
    package func ranges(of owner: String) -> [Range<Int>] {
        Self.segments(runs).filter { $0.owner == owner }.map { $0.start..<$0.end }
    }

    /// The table for a route whose versions have these names; every owner is among them.
    package func table(versions: [String]) -> BucketTable {
        BucketTable(
            ranges: runs.map { run in
                .init(start: run.start, version: versions.firstIndex(of: run.owner) ?? 0)
            })
    }

    // MARK: Segments

    private struct Segment {
        var start: Int
        var end: Int
        var owner: String
        var count: Int { end - start }
    }

    private struct Overlap {
        let start: Int
        let end: Int
        let owner: String
        let guide: String
    }

    private static func segments(_ runs: [Run]) -> [Segment] {
        runs.indices.map { index in
            let end = index + 1 < runs.count ? runs[index + 1].start : BucketTable.bucketCount
            return Segment(start: runs[index].start, end: end, owner: runs[index].owner)
        }
    }

    private static func runs(_ segments: [Segment]) -> [Run] {
        var runs: [Run] = []
        for segment in segments where segment.count > 0 && runs.last?.owner != segment.owner {
            runs.append(Run(start: segment.start, owner: segment.owner))
        }
        return runs
    }

    /// Cuts two complete layouts at all bounds of both.
    private static func overlaps(_ own: [Segment], _ guide: [Segment]) -> [Overlap] {
        var result: [Overlap] = []
        var place = 0
        for segment in own {
            var start = segment.start
            while start < segment.end, place < guide.count {
                let end = min(segment.end, guide[place].end)
                result.append(
                    Overlap(
                        start: start, end: end, owner: segment.owner, guide: guide[place].owner))
                start = end
                if end == guide[place].end { place += 1 }
            }
        }
        return result
    }

    /// Moves the highest buckets first, from those that give to those that want: to the guide's
    /// owner only, or without a guide to any, in the order of their names.
    private static func move(
        _ segments: [Segment], _ give: inout [String: Int], _ want: inout [String: Int],
        guide: [Segment]?
    ) -> [Segment] {
        let pieces = overlaps(segments, guide ?? segments)
        var result: [Segment] = []
        for piece in pieces.reversed() {
            var end = piece.end
            while let most = give[piece.owner], end > piece.start {
                let found = guide == nil ? want.keys.min() : piece.guide
                guard let taker = found, let wanted = want[taker] else { break }
                let count = min(most, wanted, end - piece.start)
                result.append(Segment(start: end - count, end: end, owner: taker))
                end -= count
                give[piece.owner] = most > count ? most - count : nil
                want[taker] = wanted > count ? wanted - count : nil
            }
            if end > piece.start {
                result.append(Segment(start: piece.start, end: end, owner: piece.owner))
            }
        }
        return result.reversed()
    }
}
