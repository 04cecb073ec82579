// Figures of each minute, kept in the journal for as long as the limits say.

package import Journal
import Logging
import Plan
import Recording

extension Controller {
    /// Between two looks for what is old.
    private static let pruneMinutes = 60
    /// Rows of one answer.
    private static let mostHistoryRows = 50_000
    /// Rows that are read at a time.
    private static let pageRows = 1_000

    /// Keeps the figures of the minute that has ended, if one has.
    func keepHistory() {
        let minute = Clock.second / 60
        guard minute != historyMinute else { return }
        defer { historyMinute = minute }
        let counts = latest.versions
        var rows: [HistoryRow] = []
        for route in plan.routes {
            for (index, version) in route.versions.enumerated() {
                let key = VersionKey(route: route.name, version: version.name)
                guard let now = counts[key] else { continue }
                let figures = now.since(historyCounts[key] ?? VersionFigures())
                if figures.isEmpty { continue }
                rows.append(
                    HistoryRow(
                        route: route.name, version: version.name, minute: historyMinute,
                        share: route.shares[index], figures: figures))
            }
        }
        do {
            try journal.append(history: rows)
            // What could not be kept is in the next minute's row.
            historyCounts = counts
            if minute % Self.pruneMinutes == 0 { try prune(minute) }
        } catch {
            logger.error("the history of a minute is not kept: \(error)")
        }
    }

    private func prune(_ minute: Int) throws(JournalError) {
        try journal.pruneHistory(beforeMinute: minute - plan.limits.historyMilliseconds / 60_000)
        try journal.pruneDecisions(keeping: plan.limits.decisionsKept)
    }

    /// The kept figures of a route, minute by minute, both ends included: read in pages, and not on
    /// the actor, so that no decision waits for them.
    package nonisolated func history(
        route: String, fromMinute: Int, toMinute: Int
    ) throws(JournalError) -> [HistoryRow] {
        var rows: [HistoryRow] = []
        var next = fromMinute
        while rows.count < Self.mostHistoryRows {
            let page = try journal.history(
                route: route, fromMinute: next, toMinute: toMinute, limit: Self.pageRows)
            guard page.count == Self.pageRows, let last = page.last?.minute, last > next else {
                return rows + page
            }
            // The last minute of a full page may not be whole.
            rows += page.filter { $0.minute < last }
            next = last
        }
        return rows
    }

    /// The newest decisions, newest first.
    package nonisolated func decisions(
        route: String?, before: Int64?, limit: Int
    ) throws(JournalError) -> [StoredDecision] {
        try journal.decisions(route: route, before: before, limit: limit)
    }

    /// One decision.
    package nonisolated func decision(id: Int64) throws(JournalError) -> StoredDecision? {
        try journal.decision(id: id)
    }
}
