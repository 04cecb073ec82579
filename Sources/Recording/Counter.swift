// A counter that one thread writes and any thread reads.

import Synchronization

/// Adds without a locked instruction, which is right only for a single writer.
struct Counter: ~Copyable, Sendable {
    private let value = Atomic<Int>(0)

    /// Adds to it; on the writing thread only.
    @inline(__always)
    func add(_ number: Int = 1) {
        value.store(value.load(ordering: .relaxed) &+ number, ordering: .relaxed)
    }

    /// Its value now, or a moment ago.
    var count: Int { value.load(ordering: .relaxed) }
}
