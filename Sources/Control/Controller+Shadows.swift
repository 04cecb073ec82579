// What is known of the shadows of the present plan.

package import Journal
package import Pairing
import Plan
package import Recording

/// A shadow at one moment.
package struct ShadowState: Sendable {
    /// What is under way, held and dropped.
    package let figures: ShadowFigures
    /// What its pairs came to; nil if its answers are not compared.
    package let report: ShadowReport?

    /// Puts together what is known of a shadow.
    package init(figures: ShadowFigures, report: ShadowReport?) {
        self.figures = figures
        self.report = report
    }
}

/// All shadows at one moment.
package struct ShadowStates: Sendable {
    /// The shadows of the present plan.
    package let each: [PairKey: ShadowState]
    /// What is under way and held for all together.
    package let all: ShadowFigures
    /// Pairs that wait for their comparison.
    package let waitingPairs: Int

    /// Puts together what is known.
    package init(
        each: [PairKey: ShadowState] = [:], all: ShadowFigures = ShadowFigures(),
        waitingPairs: Int = 0
    ) {
        self.each = each
        self.all = all
        self.waitingPairs = waitingPairs
    }
}

extension Controller {
    /// The shadows now.
    var shadows: ShadowStates {
        let ledgers = recorders.shadowLedgers
        let reports = desk.reports
        var each: [PairKey: ShadowState] = [:]
        for route in plan.routes {
            for shadow in route.shadows where route.versions.indices.contains(shadow.version) {
                let name = route.versions[shadow.version].name
                let key = PairKey(route: route.name, shadow: name)
                let ledger = ledgers[
                    VersionKey(route: route.name, version: name, role: .shadow)]
                each[key] = ShadowState(
                    figures: ledger.map(ShadowFigures.init) ?? ShadowFigures(),
                    report: reports[key])
            }
        }
        return ShadowStates(
            each: each, all: ShadowFigures(recorders.allShadows), waitingPairs: desk.waiting)
    }

    /// The newest kept pairs of a shadow, newest first.
    package nonisolated func pairs(
        of key: PairKey, before: Int64?, group: String?, limit: Int
    ) throws(JournalError) -> [StoredPair] {
        try journal.pairs(of: key, before: before, group: group, limit: limit)
    }

    /// One kept pair.
    package nonisolated func pair(id: Int64, of key: PairKey) throws(JournalError) -> StoredPair? {
        try journal.pair(id: id, of: key)
    }

    /// The newest kept pairs of each group, newest first.
    package nonisolated func pairs(
        byGroupOf key: PairKey, limit: Int
    ) throws(JournalError) -> [String: [Int64]] {
        try journal.pairs(byGroupOf: key, limit: limit)
    }
}
