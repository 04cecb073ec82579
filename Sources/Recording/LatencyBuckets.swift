// The fixed buckets of every latency histogram.

/// Log-linear buckets of microseconds: exact below 128 µs, then 64 for each doubling.
///
/// A value differs from the middle of its bucket by at most 1/128 of itself (0.8 %), which is
/// the error of every quantile. The idea is that of HdrHistogram (Gil Tene).
package enum LatencyBuckets {
    /// Buckets of one octave.
    package static let perOctave = 64
    /// Octaves, the exact ones below 128 µs counted as two.
    package static let octaveCount = 31
    /// Values from here on (19 hours) are counted in the last bucket.
    package static let limitMicroseconds = 1 << 36

    /// The bucket of a value in microseconds.
    @inline(__always)
    package static func index(of microseconds: Int) -> Int {
        let value = min(max(microseconds, 0), limitMicroseconds - 1)
        if value < 2 * perOctave { return value }
        let exponent = 63 - value.leadingZeroBitCount
        return (exponent - 5) * perOctave + (value >> (exponent - 6)) & (perOctave - 1)
    }

    /// The least value of a bucket, in microseconds.
    package static func lowerBound(of index: Int) -> Int {
        if index < 2 * perOctave { return index }
        let exponent = index / perOctave + 5
        return (perOctave + index % perOctave) << (exponent - 6)
    }

    /// The middle of a bucket, in microseconds.
    package static func middle(of index: Int) -> Double {
        if index < 2 * perOctave { return Double(index) }
        return Double(lowerBound(of: index) + lowerBound(of: index + 1)) / 2
    }
}
