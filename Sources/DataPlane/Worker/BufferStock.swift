// Spare buffers of one loop, so that a busy connection needs no allocation and an idle one none.

import NIOCore

/// A bounded stack of empty buffers.
final class BufferStock {
    private static let capacity = 4 * 1024
    private static let largestKept = 256 * 1024
    private static let mostKept = 128

    private var spare: [ByteBuffer] = []

    /// An empty buffer with some room.
    func take() -> ByteBuffer {
        guard var buffer = spare.popLast() else {
            return ByteBufferAllocator().buffer(capacity: Self.capacity)
        }
        // Allocates anew only if the socket still holds the bytes.
        buffer.clear()
        return buffer
    }

    /// Takes back a buffer whose bytes are no longer needed here, and leaves an empty one.
    func giveBack(_ buffer: inout ByteBuffer) {
        let capacity = buffer.capacity
        if capacity > 0 && capacity <= Self.largestKept && spare.count < Self.mostKept {
            spare.append(buffer)
        }
        buffer = ByteBuffer()
    }
}
