// The state that survives a restart, in SQLite.

import Foundation
import GRDB
import Glibc

/// The journal in the state directory. What is written has reached the disk when a call returns.
///
/// Each concern has an extension in a file of its own. A row that makes no sense is left out of
/// every answer. After a failure, nothing of what failed is kept, and the journal can be used on.
package final class Journal: Sendable {
    private static let fileName = "journal.sqlite"
    /// How long a call waits for another process that has the journal, such as `sluice explain`.
    private static let busySeconds = 1.0

    let queue: DatabaseQueue
    let folderClaim: FolderClaim

    /// Opens the journal in a folder, which is made, readable by its owner alone, if need be.
    package init(folder: String) throws(JournalError) {
        do {
            try Self.makeFolder(folder)
            folderClaim = FolderClaim(folder)
            var configuration = Configuration()
            configuration.busyMode = .timeout(Self.busySeconds)
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

    /// Reads; `what` is the subject of the sentence that says what went wrong.
    func read<T>(_ what: String, _ body: (Database) throws -> T) throws(JournalError) -> T {
        do {
            return try queue.read(body)
        } catch {
            throw JournalError(description: "\(what) cannot be read (\(error))")
        }
    }

    /// Writes in one transaction: all of it, or nothing.
    func write<T>(_ what: String, _ body: (Database) throws -> T) throws(JournalError) -> T {
        do {
            return try queue.write(body)
        } catch {
            throw JournalError(
                description: "\(what) cannot be kept (\(error)); free space on the disk, or make "
                    + "the state directory writable")
        }
    }

    private static func makeFolder(_ folder: String) throws(JournalError) {
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        let reason = String(cString: strerror(errno))
        throw JournalError(
            description: "the state directory \(folder) cannot be made (\(reason)); make it, or "
                + "name another with --state")
    }
}
