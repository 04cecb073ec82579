// A histogram that one worker writes and the sampler reads, without a lock.

import Synchronization

/// Counts of values in `LatencyBuckets`; an octave takes memory once a value falls into it.
package final class LatencyHistogram: Sendable {
    private final class Octave: Sendable {
        let counts = InlineArray<64, Counter> { _ in Counter() }
    }

    private let octaves = InlineArray<31, AtomicLazyReference<Octave>> { _ in AtomicLazyReference()
    }
    private let sum = Counter()

    /// An empty histogram.
    package init() {}

    /// Counts a value in microseconds; on the writing thread only.
    package func record(_ microseconds: Int) {
        let index = LatencyBuckets.index(of: microseconds)
        let place = index / LatencyBuckets.perOctave
        let octave = octaves[place].load() ?? octaves[place].storeIfNil(Octave())
        octave.counts[index % LatencyBuckets.perOctave].add()
        sum.add(max(0, microseconds))
    }

    /// What it holds now; each bucket is exact, though a value may be on its way in.
    package func figures() -> LatencyFigures {
        var buckets: [LatencyFigures.Bucket] = []
        for place in 0..<LatencyBuckets.octaveCount {
            guard let octave = octaves[place].load() else { continue }
            if buckets.isEmpty { buckets.reserveCapacity(4 * LatencyBuckets.perOctave) }
            let first = place * LatencyBuckets.perOctave
            for offset in 0..<LatencyBuckets.perOctave {
                let count = octave.counts[offset].count
                if count > 0 { buckets.append(.init(first + offset, count)) }
            }
        }
        return LatencyFigures(buckets: buckets, sumMicroseconds: sum.count)
    }
}
