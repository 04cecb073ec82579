// Spare buffers of one loop, so that a busy connection needs no allocation and an idle one none.

import NIOCore

/// A stack of empty buffers, bounded by what they hold: large ones are what costs memory.
final class BufferStock {
    private static let capacity = 4 * 1024
    private static let largestKept = 256 * 1024
    private static let mostKeptBytes = 2 * 1024 * 1024

    private var spare: [ByteBuffer] = []
    private var keptBytes = 0

    /// An empty buffer with some room.
    func take() -> ByteBuffer {
        guard var buffer = spare.popLast() else {
            return ByteBufferAllocator().buffer(capacity: Self.capacity)
        }
        keptBytes -= buffer.capacity
        // Allocates anew only if the socket still holds the bytes.
        buffer.clear()
        return buffer
    }

    /// Takes back a buffer whose bytes are no longer needed here, and leaves an empty one.
    func giveBack(_ buffer: inout ByteBuffer) {
        let capacity = buffer.capacity
        if capacity > 0 && capacity <= Self.largestKept
            && keptBytes + capacity <= Self.mostKeptBytes
        {
            spare.append(buffer)
            keptBytes += capacity
        }
        buffer = ByteBuffer()
    }
}
