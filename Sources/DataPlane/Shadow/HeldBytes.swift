// Bytes that are held for shadows, counted against the budgets of all workers together.

import Recording
import Synchronization

/// Some bytes in the budgets, which get them back when nobody refers to this any more.
final class HeldBytes: Sendable {
    /// The most that may be held.
    struct Limits: Sendable {
        let ownBytes: Int
        let allBytes: Int
    }

    private let own: ShadowLedger?
    private let all: ShadowLedger
    private let limits: Limits
    private let count = Atomic<Int>(0)
    private let hasEnded = Atomic<Bool>(false)

    /// Holds nothing yet; without a ledger of its own, only the budget of all shadows counts.
    init(own: ShadowLedger?, all: ShadowLedger, limits: Limits) {
        self.own = own
        self.all = all
        self.limits = limits
    }

    deinit { remove(count.load(ordering: .relaxed)) }

    /// Whether nobody wants more bytes.
    var isEnded: Bool { hasEnded.load(ordering: .relaxed) }

    /// Nobody wants more bytes; those that are held stay so.
    func end() { hasEnded.store(true, ordering: .relaxed) }

    /// Holds more bytes; false if the budgets do not allow it.
    func add(_ bytes: Int) -> Bool {
        guard all.hold(bytes, atMost: limits.allBytes) else { return false }
        if let own, !own.hold(bytes, atMost: limits.ownBytes) {
            all.release(bytes)
            return false
        }
        count.add(bytes, ordering: .relaxed)
        return true
    }

    /// Lets go of some.
    func remove(_ bytes: Int) {
        count.subtract(bytes, ordering: .relaxed)
        all.release(bytes)
        own?.release(bytes)
    }
}
