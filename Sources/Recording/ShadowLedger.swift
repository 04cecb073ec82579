// What is under way and held for shadows, and what of it was dropped: workers share it.

import Synchronization

/// Why a request that belongs to a shadow's sample was not mirrored to it, or its answers were not
/// compared.
package enum ShadowDrop: Int, Sendable, CaseIterable, CustomStringConvertible {
    /// As many copies as may be are under way.
    case requests
    /// As many bytes as may be are held.
    case bytes
    /// The body is longer than the file allows.
    case bodyTooLong
    /// Its endpoint does not take the copy fast enough.
    case slow
    /// It was handed over too late: the threads of shadows have too much to do.
    case late
    /// The body is not as the file's `set` needs it.
    case notRewritable
    /// The exchange ended before all of its request had come.
    case requestCutOff
    /// The caller went away, and the file has the copy end with it.
    case callerGone
    /// The plan changed between the request and its copy.
    case reloaded
    /// The endpoint closed a kept connection just as it was used: nobody's fault.
    case stale
    /// As many pairs as may be wait for their comparison.
    case comparisons
    /// The gateway ends.
    case draining

    /// The name in metrics.
    package var description: String {
        switch self {
        case .requests: "requests"
        case .bytes: "bytes"
        case .bodyTooLong: "body_too_long"
        case .slow: "slow"
        case .late: "late"
        case .notRewritable: "not_rewritable"
        case .requestCutOff: "request_cut_off"
        case .callerGone: "caller_gone"
        case .reloaded: "reloaded"
        case .stale: "stale"
        case .comparisons: "comparisons"
        case .draining: "draining"
        }
    }
}

/// The budgets of one shadow, or of all together. Only mirrored requests touch it.
package final class ShadowLedger: Sendable {
    private let underWay = Atomic<Int>(0)
    private let held = Atomic<Int>(0)
    private let begun = Atomic<Int>(0)
    private let untimedCopies = Atomic<Int>(0)
    private let drops = InlineArray<12, Atomic<Int>> { _ in Atomic(0) }

    /// Nothing under way.
    package init() {}

    // MARK: Budgets

    /// Takes the place of one copy if fewer than `most` are under way.
    package func take(atMost most: Int) -> Bool {
        if underWay.add(1, ordering: .relaxed).newValue <= most { return true }
        underWay.subtract(1, ordering: .relaxed)
        return false
    }

    /// Gives a copy's place back.
    package func giveBack() { underWay.subtract(1, ordering: .relaxed) }

    /// Holds bytes if no more than `most` are held with them.
    package func hold(_ bytes: Int, atMost most: Int) -> Bool {
        if held.add(bytes, ordering: .relaxed).newValue <= most { return true }
        held.subtract(bytes, ordering: .relaxed)
        return false
    }

    /// Holds bytes that are there already.
    package func hold(_ bytes: Int) { held.add(bytes, ordering: .relaxed) }

    /// Lets go of held bytes.
    package func release(_ bytes: Int) { held.subtract(bytes, ordering: .relaxed) }

    // MARK: Counts

    /// Counts a copy to the shadow itself that was begun.
    package func began() { begun.add(1, ordering: .relaxed) }

    /// Counts a copy that waited for a core of ours: of its times nothing is made.
    package func waited() { untimedCopies.add(1, ordering: .relaxed) }

    /// Copies that waited for a core of ours since the start.
    package var untimed: Int { untimedCopies.load(ordering: .relaxed) }

    /// Counts what was dropped.
    package func dropped(_ reason: ShadowDrop) {
        drops[reason.rawValue].add(1, ordering: .relaxed)
    }

    /// Copies under way.
    package var requestsUnderWay: Int { underWay.load(ordering: .relaxed) }

    /// Bytes held.
    package var heldBytes: Int { held.load(ordering: .relaxed) }

    /// Copies begun since the start.
    package var mirrored: Int { begun.load(ordering: .relaxed) }

    /// Copies dropped since the start.
    package func count(_ reason: ShadowDrop) -> Int {
        drops[reason.rawValue].load(ordering: .relaxed)
    }
}
