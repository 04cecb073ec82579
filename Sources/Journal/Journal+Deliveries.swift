// The outbox: who is yet to be told of a decision or an alert.

import Foundation
import GRDB
import Plan

extension Journal {
    private static let waiting = "waiting"
    private static let delivered = "delivered"
    private static let failed = "failed"

    /// What is to be posted now, with what it tells of: of each URL only the oldest, so that one
    /// slow receiver does not crowd the others out.
    package func dueDeliveries(
        nowMilliseconds: Int, limit: Int
    ) throws(JournalError) -> [(Delivery, DeliveryContent)] {
        try read("the outbox") { database in
            let due = try Row.fetchCursor(
                database,
                sql: """
                    SELECT id, url FROM delivery
                    WHERE state = 'waiting' AND (due <= ? OR due > ?) ORDER BY id
                    """,
                arguments: [
                    nowMilliseconds, nowMilliseconds + Delivery.longestPauseMilliseconds,
                ])
            var urls: Set<String> = []
            var found: [(Delivery, DeliveryContent)] = []
            while found.count < limit, let row = try due.next() {
                if let id = row.value("id", as: Int64.self),
                    let url = row.value("url", as: String.self), !urls.contains(url),
                    let delivery = try Self.delivery(id, in: database)
                {
                    urls.insert(url)
                    found.append(delivery)
                }
            }
            return found
        }
    }

    /// The receiver has it.
    package func delivered(_ id: Int64) throws(JournalError) {
        try write("what was delivered") { database in
            try database.execute(
                sql: """
                    UPDATE delivery SET state = ?, attempts = attempts + 1, problem = NULL
                    WHERE id = ?
                    """,
                arguments: [Self.delivered, id])
        }
    }

    /// An attempt has failed, and there will be another.
    package func postpone(
        _ id: Int64, attempts: Int, dueMilliseconds: Int, problem: String
    ) throws(JournalError) {
        try write("what could not be delivered") { database in
            try database.execute(
                sql: """
                    UPDATE delivery SET attempts = ?, due = ?, problem = ?
                    WHERE id = ? AND state = 'waiting'
                    """,
                arguments: [attempts, dueMilliseconds, problem, id])
        }
    }

    /// There will be no further attempt.
    package func giveUp(_ id: Int64, problem: String) throws(JournalError) {
        try write("what could not be delivered") { database in
            try database.execute(
                sql: """
                    UPDATE delivery SET state = ?, attempts = attempts + 1, problem = ?
                    WHERE id = ? AND state = 'waiting'
                    """,
                arguments: [Self.failed, problem, id])
        }
    }

    /// How much is waiting, delivered and given up.
    package func deliveryCounts() throws(JournalError) -> DeliveryCounts {
        try read("the outbox") { database in
            var counts: [String: Int] = [:]
            let rows = try Row.fetchCursor(
                database, sql: "SELECT state, COUNT(*) AS count FROM delivery GROUP BY state")
            while let row = try rows.next() {
                if let state = row.value("state", as: String.self) {
                    counts[state] = row.value("count", as: Int.self)
                }
            }
            return DeliveryCounts(
                waiting: counts[Self.waiting] ?? 0, delivered: counts[Self.delivered] ?? 0,
                failed: counts[Self.failed] ?? 0)
        }
    }

    /// Gives the oldest up if more than so many are waiting; returns how many.
    package func dropOldest(waitingBeyond most: Int) throws(JournalError) -> Int {
        // Asked often, and hardly ever true: a look needs no place on the disk.
        let isWithin = try read("the outbox") { database in
            let waiting = try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM delivery WHERE state = 'waiting'")
            return (waiting ?? 0) <= most
        }
        if isWithin { return 0 }
        return try write("the outbox") { database in
            try database.execute(
                sql: """
                    UPDATE delivery SET state = ?, problem = 'too many were waiting'
                    WHERE state = 'waiting' AND id NOT IN (
                        SELECT id FROM delivery WHERE state = 'waiting' ORDER BY id DESC LIMIT ?
                    )
                    """,
                arguments: [Self.failed, max(0, most)])
            return database.changesCount
        }
    }

    static func addDeliveries(
        of decision: Int64, _ entry: JournalEntry, in database: Database
    ) throws {
        var told: Set<NotifyTarget> = []
        for target in entry.notify where told.insert(target).inserted {
            try database.execute(
                sql: """
                    INSERT INTO delivery (decision, message, url, form, due)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    decision, messageID(), target.url, target.form.rawValue, entry.atMilliseconds,
                ])
        }
    }

    static func messageID() -> String {
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
        return "msg_" + String((0..<27).compactMap { _ in alphabet.randomElement() })
    }

    private static func delivery(
        _ id: Int64, in database: Database
    ) throws -> (Delivery, DeliveryContent)? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT message, url, form, attempts, due, decision, alert FROM delivery
                WHERE id = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [id]),
            let messageID = row.value("message", as: String.self),
            let url = row.value("url", as: String.self),
            let form = row.value("form", as: String.self).flatMap(NotifyTarget.Form.init),
            let attempts = row.value("attempts", as: Int.self),
            (0...StoredValue.mostCount).contains(attempts),
            let dueMilliseconds = row.value("due", as: Int.self),
            let content = try content(row, in: database)
        else { return nil }
        let delivery = Delivery(
            id: id, messageID: messageID, url: url, form: form,
            decisionID: row.value("decision", as: Int64.self), attempts: attempts,
            dueMilliseconds: dueMilliseconds)
        return (delivery, content)
    }

    private static func content(
        _ delivery: Row, in database: Database
    ) throws -> DeliveryContent? {
        if let id = delivery.value("decision", as: Int64.self) {
            let statement = try database.cachedStatement(
                sql: "SELECT id, route, at, decision FROM decision WHERE id = ?")
            let row = try Row.fetchOne(statement, arguments: [id])
            return row.flatMap(decision).map { .decision($0) }
        }
        guard let id = delivery.value("alert", as: Int64.self) else { return nil }
        let statement = try database.cachedStatement(
            sql: "SELECT id, at, change FROM alert WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).flatMap(alert).map { .alert($0) }
    }
}
