// Hands decisions to whoever listens, in the moment in which they take effect.

package import Journal
import Synchronization

/// Decisions as they come, several together if they were taken together. One that took effect
/// while the journal could not be written comes with the id 0, and again once it has its place.
package final class DecisionFeed: Sendable {
    /// Groups of decisions that a listener may be behind; beyond them the oldest are lost to it.
    private static let mostWaiting = 256

    private struct Listeners {
        var next = 0
        var all: [Int: AsyncStream<[StoredDecision]>.Continuation] = [:]
    }

    private let listeners = Mutex(Listeners())

    /// Everything that is decided from now on, until the listener goes away.
    package func listen() -> AsyncStream<[StoredDecision]> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: [StoredDecision].self, bufferingPolicy: .bufferingNewest(Self.mostWaiting))
        let id = listeners.withLock { listeners in
            listeners.next += 1
            listeners.all[listeners.next] = continuation
            return listeners.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLock { listeners in _ = listeners.all.removeValue(forKey: id) }
        }
        return stream
    }

    /// Tells all listeners; never waits for one.
    func tell(_ decisions: [StoredDecision]) {
        if decisions.isEmpty { return }
        let continuations = listeners.withLock { Array($0.all.values) }
        for continuation in continuations { continuation.yield(decisions) }
    }
}
