// What one worker has to tell its loop of shadows, collected over a tick.

import NIOCore

/// Hands messages over once a tick, after callers' bytes have been sent.
final class MirrorOutbox {
    private let loop: NIOLoopBound<ShadowLoop>
    private var waiting: [MirrorTee] = []
    private var nextNumber: UInt64

    /// Makes the outbox of a worker.
    init(_ loop: NIOLoopBound<ShadowLoop>, worker: Int) {
        self.loop = loop
        // Numbers of several workers meet at one loop.
        nextNumber = UInt64(truncatingIfNeeded: worker) << 48
    }

    /// A number that no other mirrored request has.
    func number() -> UInt64 {
        nextNumber &+= 1
        return nextNumber
    }

    /// Has a tee asked at the end of this tick what it has to tell.
    func add(_ tee: MirrorTee) { waiting.append(tee) }

    /// Hands over what there is.
    func flush() {
        if waiting.isEmpty { return }
        var messages: [MirrorMessage] = []
        messages.reserveCapacity(waiting.count * 3)
        for tee in waiting { tee.handOver(to: &messages) }
        waiting.removeAll(keepingCapacity: true)
        let loop = loop
        let told = messages
        loop.eventLoop.execute { loop.value.take(told) }
    }
}
