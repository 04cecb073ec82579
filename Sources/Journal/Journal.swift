// The state that survives a restart, in SQLite.

import Foundation
import GRDB
import Glibc
package import Splitting

/// The journal in the state directory. What is written has reached the disk when a call returns.
package final class Journal: Sendable {
    private static let fileName = "journal.sqlite"

    private let queue: DatabaseQueue

    /// Opens the journal in a folder, which is made, readable by its owner alone, if need be.
    package init(folder: String) throws(JournalError) {
        do {
            try Self.makeFolder(folder)
            var configuration = Configuration()
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA journal_mode = WAL")
                // A decision must be on the disk before traffic follows it.
                try database.execute(sql: "PRAGMA synchronous = FULL")
            }
            queue = try DatabaseQueue(
                path: "\(folder)/\(Self.fileName)", configuration: configuration)
            try Self.migrator.migrate(queue)
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError(
                description: "the state in \(folder) cannot be used (\(error)); make the folder "
                    + "writable, or name another with --state")
        }
    }

    /// Whether a folder holds a journal.
    package static func exists(in folder: String) -> Bool {
        access("\(folder)/\(fileName)", F_OK) == 0
    }

    /// Who owns which bucket, by the routes' names. A row that makes no sense is left out.
    package func ownerships() throws(JournalError) -> [String: BucketOwnership] {
        do {
            let rows = try queue.read { database in
                try Row.fetchAll(database, sql: "SELECT route, ownership FROM ownership")
            }
            var found: [String: BucketOwnership] = [:]
            for row in rows {
                let route: String = row["route"]
                let data: Data = row["ownership"]
                let ownership = try? JSONDecoder().decode(BucketOwnership.self, from: data)
                if let ownership, ownership.isSound { found[route] = ownership }
            }
            return found
        } catch {
            throw JournalError(description: "the owners of buckets cannot be read (\(error))")
        }
    }

    /// Keeps who owns which bucket for these routes; all of them, or none.
    package func store(ownerships: [String: BucketOwnership]) throws(JournalError) {
        if ownerships.isEmpty { return }
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let rows = try ownerships.map { ($0.key, try encoder.encode($0.value)) }
            try queue.write { database in
                let statement = try database.makeStatement(
                    sql: """
                        INSERT INTO ownership (route, ownership) VALUES (?, ?)
                        ON CONFLICT (route) DO UPDATE SET ownership = excluded.ownership
                        """)
                for (route, data) in rows { try statement.execute(arguments: [route, data]) }
            }
        } catch {
            throw JournalError(
                description: "the owners of buckets cannot be kept (\(error)); free space on the "
                    + "disk, or make the state directory writable")
        }
    }

    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("ownership") { database in
            try database.create(table: "ownership") { table in
                table.primaryKey("route", .text)
                table.column("ownership", .blob).notNull()
            }
        }
        return migrator
    }

    private static func makeFolder(_ folder: String) throws(JournalError) {
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        let reason = String(cString: strerror(errno))
        throw JournalError(
            description: "the state directory \(folder) cannot be made (\(reason)); make it, or "
                + "name another with --state")
    }
}
