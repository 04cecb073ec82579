// Examples on their way to the disk: few at a time, and never waited for.

import Synchronization

/// What became of the examples of a shadow since the start.
package struct ExampleCounts: Sendable, Equatable {
    /// Written.
    package var kept = 0
    /// Not written, since others of the same second were.
    package var skipped = 0
    /// Not written, since the journal could not be.
    package var lost = 0

    /// None yet.
    package init() {}
}

/// Where threads put examples, and from where they are written.
final class ExampleTray: Sendable {
    /// Examples of one shadow that may wait; more are skipped, for differences come in bunches and
    /// tell the same.
    static let mostOfShadow = 8
    /// Examples of all shadows that may wait.
    static let most = 64

    private struct State {
        var waiting: [KeptPair] = []
        var taken: [PairKey: Int] = [:]
        var counts: [PairKey: ExampleCounts] = [:]
    }

    private let state = Mutex(State())

    /// Takes a place for an example that is to be made; false if there is none, and then that one
    /// is counted as skipped.
    func reserve(_ key: PairKey) -> Bool {
        state.withLock { state in
            let own = state.taken[key, default: 0]
            let all = state.taken.values.reduce(0, +)
            if own >= Self.mostOfShadow || all >= Self.most {
                state.counts[key, default: ExampleCounts()].skipped += 1
                return false
            }
            state.taken[key] = own + 1
            return true
        }
    }

    /// Puts an example into the place that was taken for it.
    func put(_ pair: KeptPair) { state.withLock { $0.waiting.append(pair) } }

    /// All that wait, in their order; their places are free again.
    func takeAll() -> [KeptPair] {
        state.withLock { state in
            let all = state.waiting
            state.waiting = []
            for pair in all { state.taken[pair.key, default: 1] -= 1 }
            state.taken = state.taken.filter { $0.value > 0 }
            return all
        }
    }

    /// Counts what became of examples that were taken.
    func ended(_ pairs: [KeptPair], areKept: Bool) {
        state.withLock { state in
            for pair in pairs {
                if areKept {
                    state.counts[pair.key, default: ExampleCounts()].kept += 1
                } else {
                    state.counts[pair.key, default: ExampleCounts()].lost += 1
                }
            }
        }
    }

    /// What became of the examples of a shadow.
    func counts(_ key: PairKey) -> ExampleCounts {
        state.withLock { $0.counts[key] ?? ExampleCounts() }
    }

    /// Forgets what is known of other shadows.
    func keepOnly(_ keys: Set<PairKey>) {
        state.withLock { state in state.counts = state.counts.filter { keys.contains($0.key) } }
    }
}
