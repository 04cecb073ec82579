// The published keyed hash behind every split.

/// SipHash-2-4 (Aumasson and Bernstein 2012) with 64 bits of output.
package enum SipHash24 {
    /// The hash of these bytes under a key of 128 bits.
    package static func hash(
        _ bytes: UnsafeRawBufferPointer, key0: UInt64, key1: UInt64
    ) -> UInt64 {
        var state = State(key0: key0, key1: key1)
        let whole = bytes.count & ~7
        var position = 0
        while position < whole {
            let word = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            state.take(UInt64(littleEndian: word))
            position += 8
        }
        var last = UInt64(truncatingIfNeeded: bytes.count) << 56
        var shift: UInt64 = 0
        while position < bytes.count {
            last |= UInt64(unsafe bytes[position]) << shift
            shift += 8
            position += 1
        }
        state.take(last)
        return state.finish()
    }

    /// The hash of an array of bytes.
    package static func hash(_ bytes: [UInt8], key0: UInt64, key1: UInt64) -> UInt64 {
        unsafe bytes.withUnsafeBytes { unsafe hash($0, key0: key0, key1: key1) }
    }

    private struct State {
        private var v0: UInt64
        private var v1: UInt64
        private var v2: UInt64
        private var v3: UInt64

        init(key0: UInt64, key1: UInt64) {
            v0 = key0 ^ 0x736f_6d65_7073_6575
            v1 = key1 ^ 0x646f_7261_6e64_6f6d
            v2 = key0 ^ 0x6c79_6765_6e65_7261
            v3 = key1 ^ 0x7465_6462_7974_6573
        }

        @inline(__always)
        mutating func take(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        mutating func finish() -> UInt64 {
            v2 ^= 0xff
            round()
            round()
            round()
            round()
            return v0 ^ v1 ^ v2 ^ v3
        }

        @inline(__always)
        private mutating func round() {
            v0 = v0 &+ v1
            v1 = Self.rotate(v1, 13) ^ v0
            v0 = Self.rotate(v0, 32)
            v2 = v2 &+ v3
            v3 = Self.rotate(v3, 16) ^ v2
            v0 = v0 &+ v3
            v3 = Self.rotate(v3, 21) ^ v0
            v2 = v2 &+ v1
            v1 = Self.rotate(v1, 17) ^ v2
            v2 = Self.rotate(v2, 32)
        }

        @inline(__always)
        private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
            (word << count) | (word >> (64 - count))
        }
    }
}
