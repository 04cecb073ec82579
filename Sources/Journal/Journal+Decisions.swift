// What was decided, newest last, with everything that follows from it.

import Foundation
import GRDB
package import Splitting
import Verdict

extension Journal {
    /// Writes decisions with the ramps' new states, owners, latches and deliveries; all of it or
    /// nothing. Returns the decisions' identifiers. With a decision of kind `removed`, the ramp is
    /// forgotten. `ownerships` are those of routes without a decision.
    @discardableResult
    package func record(
        _ entries: [JournalEntry], ownerships: [String: BucketOwnership] = [:]
    ) throws(JournalError) -> [Int64] {
        if entries.isEmpty && ownerships.isEmpty { return [] }
        let what = entries.count == 1 ? "the decision on \(entries[0].route)" : "what was decided"
        return try write(what) { database in
            for (route, ownership) in ownerships {
                try Self.keep(ownership, of: route, in: database)
            }
            return try entries.map { try Self.keep($0, in: database) }
        }
    }

    private static func keep(_ entry: JournalEntry, in database: Database) throws -> Int64 {
        let statement = try database.cachedStatement(
            sql: "INSERT INTO decision (route, at, decision) VALUES (?, ?, ?)")
        try statement.execute(arguments: [
            entry.route, entry.atMilliseconds, StoredValue.data(entry.decision),
        ])
        let id = database.lastInsertedRowID
        if entry.decision.kind == .removed {
            try removeRamp(entry.route, in: database)
        } else {
            try keep(entry.decision.after, of: entry.route, in: database)
        }
        if let ownership = entry.ownership {
            try keep(ownership, of: entry.route, in: database)
        }
        try keep(entry.latch, of: entry.route, in: database)
        try addDeliveries(of: id, entry, in: database)
        return id
    }

    /// The newest decisions, of one route or of all, newest first; with `before`, those older
    /// than that one. Fewer than `limit` means that there are no more.
    package func decisions(
        route: String?, before: Int64? = nil, limit: Int
    ) throws(JournalError) -> [StoredDecision] {
        try read("the decisions") { database in
            var arguments: StatementArguments = [before ?? Int64.max]
            if let route { arguments += [route] }
            let cursor = try Row.fetchCursor(
                database,
                sql: """
                    SELECT id, route, at, decision FROM decision
                    WHERE id < ? \(route == nil ? "" : "AND route = ?") ORDER BY id DESC
                    """,
                arguments: arguments)
            return try Self.firstSound(limit, of: cursor, Self.decision)
        }
    }

    /// One decision.
    package func decision(id: Int64) throws(JournalError) -> StoredDecision? {
        try read("the decision \(id)") { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT id, route, at, decision FROM decision WHERE id = ?",
                arguments: [id])
            return row.flatMap(Self.decision)
        }
    }

    /// Forgets old decisions. The newest of each route is kept, and what somebody is yet to be
    /// told.
    package func pruneDecisions(keeping perRoute: Int) throws(JournalError) {
        try write("the end of old decisions") { database in
            try database.execute(
                sql: """
                    DELETE FROM decision WHERE id IN (
                        SELECT id FROM (
                            SELECT id, ROW_NUMBER() OVER (
                                PARTITION BY route ORDER BY id DESC
                            ) AS place FROM decision
                        ) WHERE place > ?
                    ) AND id NOT IN (
                        SELECT decision FROM delivery
                        WHERE state = 'waiting' AND decision IS NOT NULL
                    )
                    """,
                arguments: [max(1, perRoute)])
        }
    }

    /// A decision of a row with the columns `id`, `route`, `at` and `decision`.
    static func decision(_ row: Row) -> StoredDecision? {
        let data = row.value("decision", as: Data.self)
        guard let id = row.value("id", as: Int64.self),
            let route = row.value("route", as: String.self),
            let atMilliseconds = row.value("at", as: Int.self),
            let decision = StoredValue.value(Decision.self, data),
            decision.before.isSound, decision.after.isSound
        else { return nil }
        return StoredDecision(
            id: id, route: route, atMilliseconds: atMilliseconds, decision: decision)
    }

    /// The first rows that make sense, at most so many.
    static func firstSound<T>(
        _ limit: Int, of rows: RowCursor, _ make: (Row) -> T?
    ) throws -> [T] {
        var found: [T] = []
        while found.count < limit, let row = try rows.next() {
            if let value = make(row) { found.append(value) }
        }
        return found
    }
}
