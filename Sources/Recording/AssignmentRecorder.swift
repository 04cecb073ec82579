// Who was sent where on one step of a ramp, in units that are drawn independently of each other.

import Synchronization

/// One worker's assignments between two versions, for the sample-ratio check.
///
/// A request without a key is a draw of its own. A sticky caller is one draw however often they
/// ask: their bucket is counted when it is seen first.
package final class AssignmentRecorder: Sendable {
    private final class Sightings: Sendable {
        let words = InlineArray<1_563, Atomic<UInt64>> { _ in Atomic(0) }
    }

    private static let wordCount = 1_563
    private let drawnStable = Counter()
    private let drawnCandidate = Counter()
    private let sightings = AtomicLazyReference<Sightings>()

    init() {}

    /// A request without a key was drawn for one of the two; on the writing thread only.
    package func drew(isCandidate: Bool) {
        if isCandidate { drawnCandidate.add() } else { drawnStable.add() }
    }

    /// A caller whose key lies in this bucket has come; on the writing thread only.
    package func saw(bucket: Int) {
        guard bucket >= 0, bucket < Self.wordCount * 64 else { return }
        let sightings = sightings.load() ?? sightings.storeIfNil(Sightings())
        let bit = UInt64(1) << UInt64(bucket % 64)
        let word = sightings.words[bucket / 64].load(ordering: .relaxed)
        if word & bit == 0 {
            sightings.words[bucket / 64].store(word | bit, ordering: .relaxed)
        }
    }

    /// Units that all workers together sent to each version; `candidate` holds the ranges of
    /// buckets that belong to the candidate, in order.
    package static func units(
        _ workers: [AssignmentRecorder], candidate ranges: [Range<Int>]
    ) -> (stable: Int, candidate: Int) {
        var stable = workers.reduce(0) { $0 + $1.drawnStable.count }
        var candidate = workers.reduce(0) { $0 + $1.drawnCandidate.count }
        let seen = workers.compactMap { $0.sightings.load() }
        if seen.isEmpty { return (stable, candidate) }
        var ranges = ranges[...]
        for index in 0..<wordCount {
            let word = seen.reduce(UInt64(0)) { $0 | $1.words[index].load(ordering: .relaxed) }
            let first = index * 64
            while let range = ranges.first, range.upperBound <= first { ranges.removeFirst() }
            if word == 0 { continue }
            let own = (word & mask(ranges, from: first)).nonzeroBitCount
            candidate += own
            stable += word.nonzeroBitCount - own
        }
        return (stable, candidate)
    }

    /// The bits of a word that belong to any of the ranges.
    private static func mask(_ ranges: ArraySlice<Range<Int>>, from first: Int) -> UInt64 {
        var mask: UInt64 = 0
        for range in ranges {
            if range.lowerBound >= first + 64 { break }
            let low = max(0, range.lowerBound - first)
            let high = min(64, range.upperBound - first)
            guard high > low else { continue }
            let width = UInt64(high - low)
            mask |= (width == 64 ? .max : (1 << width) - 1) << UInt64(low)
        }
        return mask
    }
}
