// What fires, and what changed, newest last, with everybody who is to be told.

import Foundation
import GRDB
package import Plan
package import Verdict

extension Journal {
    /// Writes changes with what fires from now on and the messages to send; all of it or nothing.
    /// Returns the changes' identifiers.
    @discardableResult
    package func record(
        alerts: [AlertChange], atMilliseconds: Int, notify: [NotifyTarget]
    ) throws(JournalError) -> [Int64] {
        if alerts.isEmpty { return [] }
        return try write("a change of an alert") { database in
            try alerts.map { change in
                let data = try StoredValue.data(change)
                try database.cachedStatement(
                    sql: "INSERT INTO alert (at, change) VALUES (?, ?)"
                ).execute(arguments: [atMilliseconds, data])
                let id = database.lastInsertedRowID
                try keep(change, data, in: database)
                for target in Set(notify).sorted(by: { $0.url < $1.url }) {
                    try database.cachedStatement(
                        sql: """
                            INSERT INTO delivery (alert, message, url, form, due)
                            VALUES (?, ?, ?, ?, ?)
                            """
                    ).execute(arguments: [
                        id, Self.messageID(), target.url, target.form.rawValue, atMilliseconds,
                    ])
                }
                return id
            }
        }
    }

    private func keep(_ change: AlertChange, _ data: Data, in database: Database) throws {
        let subject = try StoredValue.data(change.subject)
        let sql =
            change.isFiring
            ? """
            INSERT INTO firing (subject, change) VALUES (?, ?)
            ON CONFLICT (subject) DO UPDATE SET change = excluded.change
            """ : "DELETE FROM firing WHERE subject = ?"
        try database.cachedStatement(sql: sql).execute(
            arguments: change.isFiring ? [subject, data] : [subject])
    }

    /// What fired when it was written last.
    package func firingAlerts() throws(JournalError) -> [AlertChange] {
        try read("the alerts") { database in
            let cursor = try Row.fetchCursor(
                database, sql: "SELECT change FROM firing ORDER BY subject")
            return try Self.firstSound(.max, of: cursor, Self.change).filter(\.isFiring)
        }
    }

    /// The newest changes, newest first; with `before`, those older than that one.
    package func alerts(before: Int64? = nil, limit: Int) throws(JournalError) -> [StoredAlert] {
        try read("the alerts") { database in
            let cursor = try Row.fetchCursor(
                database,
                sql: "SELECT id, at, change FROM alert WHERE id < ? ORDER BY id DESC",
                arguments: [before ?? Int64.max])
            return try Self.firstSound(limit, of: cursor, Self.alert)
        }
    }

    /// Forgets old changes, but for what somebody is yet to be told.
    package func pruneAlerts(keeping most: Int) throws(JournalError) {
        try write("the end of old alerts") { database in
            try database.execute(
                sql: """
                    DELETE FROM alert
                    WHERE id NOT IN (SELECT id FROM alert ORDER BY id DESC LIMIT ?)
                    AND id NOT IN (
                        SELECT alert FROM delivery WHERE state = 'waiting' AND alert IS NOT NULL
                    )
                    """,
                arguments: [max(1, most)])
        }
    }

    /// A change of a row with the columns `id`, `at` and `change`.
    static func alert(_ row: Row) -> StoredAlert? {
        guard let id = row.value("id", as: Int64.self),
            let atMilliseconds = row.value("at", as: Int.self), let change = change(row)
        else { return nil }
        return StoredAlert(id: id, atMilliseconds: atMilliseconds, change: change)
    }

    private static func change(_ row: Row) -> AlertChange? {
        let change = StoredValue.value(AlertChange.self, row.value("change", as: Data.self))
        guard let change, (0...StoredValue.mostCount).contains(change.sinceMilliseconds),
            (0...StoredValue.mostCount).contains(change.returns),
            [change.figure?.value, change.figure?.limit].allSatisfy({ $0?.isFinite != false })
        else { return nil }
        return change
    }
}
