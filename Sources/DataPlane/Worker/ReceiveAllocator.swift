// One receive buffer for all connections of a loop, so that an idle connection holds none.

import NIOCore

/// The receive buffer of one loop, lent to whichever channel reads next.
final class ReceiveBuffer {
    /// The largest read: four full TLS records.
    static let capacity = 64 * 1024

    private var spare: ByteBuffer?

    /// Lends the buffer, or a new one while a reader still holds it.
    func take() -> ByteBuffer {
        guard var buffer = spare.take() else {
            return ByteBufferAllocator().buffer(capacity: Self.capacity)
        }
        buffer.clear()
        return buffer
    }

    /// Takes a lent buffer back once its bytes are used.
    func giveBack(_ buffer: consuming ByteBuffer) {
        if buffer.capacity >= Self.capacity { spare = buffer }
    }
}

/// Makes a channel read into the loop's shared buffer.
///
/// A channel keeps the first buffer it is given for life and asks for another whenever the last
/// read "may grow": so the first is tiny, and every read says that it may grow.
struct SharedReceiveAllocator: RecvByteBufferAllocator {
    private static let firstReadBytes = 16
    private let shared: NIOLoopBound<ReceiveBuffer>
    private var isFirstRead = true

    init(_ shared: NIOLoopBound<ReceiveBuffer>) {
        self.shared = shared
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        isFirstRead
            ? allocator.buffer(capacity: Self.firstReadBytes) : shared.value.take()
    }

    mutating func record(actualReadBytes: Int) -> Bool {
        isFirstRead = false
        return true
    }
}
