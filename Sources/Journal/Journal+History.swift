// What versions did, minute by minute.

import Foundation
import GRDB
import Recording

extension Journal {
    /// Keeps figures, all of them or none. What is already kept of the same minute is added to:
    /// after a restart, or if the clock was set back.
    package func append(history: [HistoryRow]) throws(JournalError) {
        if history.isEmpty { return }
        try write("the history") { database in
            let statement = try database.cachedStatement(
                sql: """
                    INSERT INTO history (route, minute, version, share, figures)
                    VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (route, minute, version) DO UPDATE SET
                        share = excluded.share, figures = excluded.figures
                    """)
            for row in history {
                var figures = row.figures
                if let earlier = try Self.figures(before: row, in: database) {
                    figures = earlier.adding(figures)
                    figures.inFlight = row.figures.inFlight
                }
                try statement.execute(arguments: [
                    row.route, row.minute, row.version, row.share,
                    StoredValue.data(StoredFigures(figures)),
                ])
            }
        }
    }

    /// The rows of a route from one minute to another, both included, by minute and version. A
    /// full page may end within a minute.
    package func history(
        route: String, fromMinute: Int, toMinute: Int, limit: Int
    ) throws(JournalError) -> [HistoryRow] {
        try read("the history") { database in
            let cursor = try Row.fetchCursor(
                database,
                sql: """
                    SELECT route, minute, version, share, figures FROM history
                    WHERE route = ? AND minute BETWEEN ? AND ? ORDER BY minute, version
                    """,
                arguments: [route, fromMinute, toMinute])
            return try Self.firstSound(limit, of: cursor, Self.historyRow)
        }
    }

    /// Forgets what was before a minute.
    package func pruneHistory(beforeMinute: Int) throws(JournalError) {
        try write("the end of old history") { database in
            try database.execute(
                sql: "DELETE FROM history WHERE minute < ?", arguments: [beforeMinute])
        }
    }

    private static func figures(
        before row: HistoryRow, in database: Database
    ) throws -> VersionFigures? {
        let statement = try database.cachedStatement(
            sql: "SELECT figures FROM history WHERE route = ? AND minute = ? AND version = ?")
        let found = try Row.fetchOne(
            statement, arguments: [row.route, row.minute, row.version])
        return found.flatMap(Self.figures)
    }

    private static func figures(_ row: Row) -> VersionFigures? {
        StoredValue.value(StoredFigures.self, row.value("figures", as: Data.self))?.figures
    }

    private static func historyRow(_ row: Row) -> HistoryRow? {
        guard let route = row.value("route", as: String.self),
            let version = row.value("version", as: String.self),
            let minute = row.value("minute", as: Int.self),
            let share = row.value("share", as: Int.self), let figures = figures(row)
        else { return nil }
        return HistoryRow(
            route: route, version: version, minute: minute, share: share, figures: figures)
    }
}
