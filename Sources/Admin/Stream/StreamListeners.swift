// Who listens to the live stream: a bounded number, each with a bounded number of waiting events.

import NIOCore

/// The listeners, and what waits for each.
struct StreamListeners {
    /// Why nobody more can listen.
    struct Full: Error {}

    /// One of them.
    struct Listener {
        /// The only route that its snapshots show; nil for all.
        let route: String?
        /// Decisions up to this one it has been told when it came.
        let toldUpTo: Int64
        fileprivate let continuation: AsyncStream<ByteBuffer>.Continuation
        fileprivate let cutOff: @Sendable () -> Void
    }

    /// Listeners at the same time.
    static let most = 64
    /// Pieces that may wait for one listener; one more, and it is cut off.
    static let mostWaiting = 32

    private(set) var all: [Int: Listener] = [:]
    private var next = 0

    /// Takes one more; `cutOff` ends its connection, and `onGone` is told when nobody reads any
    /// more.
    mutating func add(
        route: String?, toldUpTo: Int64, cutOff: @escaping @Sendable () -> Void,
        onGone: @escaping @Sendable (Int) -> Void
    ) throws -> (id: Int, stream: AsyncStream<ByteBuffer>) {
        guard all.count < Self.most else { throw Full() }
        let (stream, continuation) = AsyncStream.makeStream(
            of: ByteBuffer.self, bufferingPolicy: .bufferingOldest(Self.mostWaiting))
        next += 1
        let id = next
        continuation.onTermination = { _ in onGone(id) }
        all[id] = Listener(
            route: route, toldUpTo: toldUpTo, continuation: continuation, cutOff: cutOff)
        return (id, stream)
    }

    /// Sends something to one; false if it has been cut off for not reading.
    mutating func send(_ bytes: ByteBuffer, to id: Int) -> Bool {
        guard let listener = all[id] else { return true }
        guard case .dropped = listener.continuation.yield(bytes) else { return true }
        all[id] = nil
        listener.continuation.finish()
        listener.cutOff()
        return false
    }

    /// Forgets one that has gone.
    mutating func remove(_ id: Int) { all[id] = nil }

    /// Ends all streams, once what waits is read.
    mutating func finish() {
        for listener in all.values { listener.continuation.finish() }
        all.removeAll()
    }
}
