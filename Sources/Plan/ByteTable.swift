// A hash table whose keys are bytes: looked up without making a string.

/// Finds the place of a key among those it was made of. Keys come from the operator's files, so
/// that nobody outside can choose keys that collide.
struct ByteTable: Sendable {
    private let slots: [Int32]
    private let hashes: [UInt64]
    private let starts: [Int32]
    private let bytes: [UInt8]

    /// The hash of no bytes (FNV-1a).
    static let seed: UInt64 = 0xcbf2_9ce4_8422_2325

    /// The hash with one more byte.
    @inline(__always)
    static func extend(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    /// Makes a table of keys that are all different; `hash` says how the look-up hashes them.
    init(keys: [[UInt8]], hash: ([UInt8]) -> UInt64) {
        var size = 4
        while size < keys.count * 2 { size *= 2 }
        var slots = [Int32](repeating: -1, count: size)
        var starts: [Int32] = [0]
        var bytes: [UInt8] = []
        hashes = keys.map(hash)
        for (index, key) in keys.enumerated() {
            var slot = Self.slot(hashes[index], size)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(index)
            bytes.append(contentsOf: key)
            starts.append(Int32(bytes.count))
        }
        self.slots = slots
        self.starts = starts
        self.bytes = bytes
    }

    /// The place of a key with this hash, or -1.
    func find(_ key: UnsafeRawBufferPointer, hash: UInt64) -> Int {
        let mask = slots.count &- 1
        var slot = Self.slot(hash, slots.count)
        while true {
            let index = Int(slots[slot])
            if index < 0 { return -1 }
            if hashes[index] == hash, unsafe isKey(index, key) { return index }
            slot = (slot &+ 1) & mask
        }
    }

    private func isKey(_ index: Int, _ key: UnsafeRawBufferPointer) -> Bool {
        let start = Int(starts[index])
        guard Int(starts[index + 1]) - start == key.count else { return false }
        for offset in 0..<key.count where bytes[start + offset] != (unsafe key[offset]) {
            return false
        }
        return true
    }

    private static func slot(_ hash: UInt64, _ size: Int) -> Int {
        // FNV's low bits are weak for short keys: the high ones are folded in.
        Int(truncatingIfNeeded: hash ^ (hash >> 29)) & (size &- 1)
    }
}
