// Where something stands in a head: an offset and a length, never a pointer.

/// A run of bytes, counted from the first byte of the head it belongs to.
package struct ByteSpan: Sendable, Equatable {
    private let storedStart: UInt32
    private let storedCount: UInt32

    /// The offset of the first byte.
    package var start: Int { Int(storedStart) }
    /// How many bytes.
    package var count: Int { Int(storedCount) }
    /// The offset behind the last byte.
    package var end: Int { start + count }
    /// Whether there are no bytes.
    package var isEmpty: Bool { storedCount == 0 }

    /// Makes a span; heads are far shorter than 4 GiB, and what is not is cut to nothing.
    package init(start: Int, count: Int) {
        storedStart = UInt32(clamping: start)
        storedCount = UInt32(clamping: count)
    }

    /// No bytes.
    package static let empty = ByteSpan(start: 0, count: 0)
}
