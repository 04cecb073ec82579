// The listeners of the live stream: how many, how far behind, and what becomes of those who wait.

import NIOCore
import Synchronization
import Testing

@testable import Admin

@Suite struct StreamListenersTests {
    /// What has happened to listeners.
    private final class Seen: Sendable {
        let cutOff = Atomic<Int>(0)
        let gone = Atomic<Int>(0)
    }

    private func add(
        to listeners: inout StreamListeners, _ seen: Seen
    ) throws -> (id: Int, stream: AsyncStream<ByteBuffer>) {
        try listeners.add(
            route: nil, toldUpTo: 0, cutOff: { seen.cutOff.add(1, ordering: .relaxed) },
            onGone: { _ in seen.gone.add(1, ordering: .relaxed) })
    }

    @Test func oneMoreThanTheMostIsRefused() throws {
        var listeners = StreamListeners()
        let seen = Seen()
        var kept: [(id: Int, stream: AsyncStream<ByteBuffer>)] = []
        for _ in 0..<StreamListeners.most { kept.append(try add(to: &listeners, seen)) }
        do {
            _ = try add(to: &listeners, seen)
            Issue.record("one more than the most was taken")
        } catch {
            #expect(error is StreamListeners.Full)
        }
        listeners.remove(kept[0].id)
        _ = try add(to: &listeners, seen)
        #expect(listeners.all.count == StreamListeners.most)
    }

    @Test func whoDoesNotReadIsCutOffAndOnlyThat() async throws {
        var listeners = StreamListeners()
        let (slow, quick) = (Seen(), Seen())
        let idle = try add(to: &listeners, slow)
        let reader = try add(to: &listeners, quick)
        var events = reader.stream.makeAsyncIterator()
        for number in 0..<StreamListeners.mostWaiting {
            for id in [idle.id, reader.id] {
                let isKept = listeners.send(ByteBuffer(integer: number), to: id)
                #expect(isKept)
            }
            #expect(await events.next() == ByteBuffer(integer: number))
        }
        let last = ByteBuffer(string: "one too many")
        let kept = [idle.id, reader.id].map { listeners.send(last, to: $0) }
        #expect(kept == [false, true])
        #expect(slow.cutOff.load(ordering: .relaxed) == 1)
        #expect(quick.cutOff.load(ordering: .relaxed) == 0)
        #expect(listeners.all.keys.sorted() == [reader.id])
        #expect(await events.next() == last)
        // What waited is still there, and nothing comes after it.
        var left = 0
        for await _ in idle.stream { left += 1 }
        #expect(left == StreamListeners.mostWaiting)
        // Whoever is gone is not cut off again.
        let isKept = listeners.send(last, to: idle.id)
        #expect(isKept)
        #expect(slow.cutOff.load(ordering: .relaxed) == 1)
    }

    @Test func aReaderThatGoesAwayIsTold() async throws {
        var listeners = StreamListeners()
        let seen = Seen()
        var reader: AsyncStream<ByteBuffer>? = try add(to: &listeners, seen).stream
        #expect(reader != nil)
        #expect(seen.gone.load(ordering: .relaxed) == 0)
        reader = nil
        #expect(seen.gone.load(ordering: .relaxed) == 1)
    }

    @Test func theEndComesAfterWhatWaits() async throws {
        var listeners = StreamListeners()
        let seen = Seen()
        let (id, stream) = try add(to: &listeners, seen)
        let isKept = listeners.send(ByteBuffer(string: "last"), to: id)
        #expect(isKept)
        listeners.finish()
        var texts: [String] = []
        for await bytes in stream { texts.append(String(buffer: bytes)) }
        #expect(texts == ["last"])
        #expect(listeners.all.isEmpty)
        #expect(seen.cutOff.load(ordering: .relaxed) == 0)
    }
}
