// A shadow's ledger as a value.

/// What is under way and held for a shadow, or for all, and what was dropped since the start.
package struct ShadowFigures: Sendable, Equatable {
    /// Copies begun.
    package var mirrored = 0
    /// Copies that waited for a core of ours: of their times nothing is made.
    package var untimed = 0
    /// Copies under way.
    package var underWay = 0
    /// Bytes held.
    package var heldBytes = 0
    /// What was dropped, by reason.
    package var drops: [ShadowDrop: Int] = [:]

    /// Nothing yet.
    package init() {}

    /// What a ledger says now.
    package init(_ ledger: ShadowLedger) {
        mirrored = ledger.mirrored
        untimed = ledger.untimed
        underWay = ledger.requestsUnderWay
        heldBytes = ledger.heldBytes
        for reason in ShadowDrop.allCases {
            let count = ledger.count(reason)
            if count > 0 { drops[reason] = count }
        }
    }

    /// All that was dropped.
    package var dropped: Int { drops.values.reduce(0, +) }
}
