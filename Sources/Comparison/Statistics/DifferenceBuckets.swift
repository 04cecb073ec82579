// The fixed buckets of differences between two latencies.

/// Log-linear buckets of microseconds on both sides of zero: exact up to 127 µs, then 64 for each
/// doubling, as those of latencies. The middle of a bucket differs from its values by at most
/// 0.8 %. Buckets of negative differences have negative numbers.
package enum DifferenceBuckets {
    /// Longer differences (19 hours) count as this long, in microseconds.
    package static let mostMicroseconds = 1 << 36 - 1
    private static let perOctave = 64

    /// The bucket of a difference in microseconds.
    package static func index(of microseconds: Int) -> Int {
        let clamped = min(max(microseconds, -mostMicroseconds), mostMicroseconds)
        let size = abs(clamped)
        if size < 2 * perOctave { return clamped }
        let exponent = 63 - size.leadingZeroBitCount
        let place = (exponent - 5) * perOctave + (size >> (exponent - 6)) & (perOctave - 1)
        return clamped < 0 ? -place : place
    }

    /// The middle of a bucket, in microseconds.
    package static func middle(of index: Int) -> Double {
        let place = abs(index)
        if place < 2 * perOctave { return Double(index) }
        let exponent = place / perOctave + 5
        let low = (perOctave + place % perOctave) << (exponent - 6)
        let middle = Double(low) + Double(1 << (exponent - 6)) / 2
        return index < 0 ? -middle : middle
    }
}
