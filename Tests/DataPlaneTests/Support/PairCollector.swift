// Takes the pairs that the loops of shadows hand over, for a test to look at.

import Pairing
import Recording
import Synchronization

/// An inbox with room for so many pairs.
final class PairCollector: PairInbox {
    private let room: Int
    private let count = Mutex(0)
    private let stream: AsyncStream<MirroredPair>
    private let continuation: AsyncStream<MirroredPair>.Continuation

    init(room: Int = .max) {
        self.room = room
        (stream, continuation) = AsyncStream.makeStream()
    }

    func offer(_ pair: MirroredPair, done: @escaping @Sendable () -> Void) -> Bool {
        let hasRoom = count.withLock { count in
            count += 1
            return count <= room
        }
        if hasRoom { continuation.yield(pair) }
        return hasRoom
    }

    /// The next so many pairs, waited for.
    func next(_ wanted: Int) async -> [MirroredPair] {
        var pairs: [MirroredPair] = []
        if wanted == 0 { return [] }
        for await pair in stream {
            pairs.append(pair)
            if pairs.count == wanted { break }
        }
        return pairs
    }
}

extension GatewayUnderTest {
    /// Waits until something about a shadow is so, asking its ledger again and again.
    func until(
        _ version: String, route: String = "test", _ isSo: (ShadowLedger) -> Bool
    ) async throws {
        let ledger = recorders.shadow(route: route, version: version)
        try await until { isSo(ledger) }
    }

    /// Waits until something is so, asking again and again until the test's time is up.
    func until(_ isSo: () -> Bool) async throws {
        while !isSo() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// The figures of what was mirrored to a version.
    func figures(_ version: String, role: RequestRole) -> VersionFigures {
        recorders.snapshot().versions[VersionKey(route: "test", version: version, role: role)]
            ?? VersionFigures()
    }
}
