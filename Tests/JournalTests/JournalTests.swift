// The state that survives a restart, on real SQLite files.

import Foundation
import GRDB
import Journal
import Splitting
import Testing

@Suite struct JournalTests {
    private func folder() -> String {
        "\(NSTemporaryDirectory())/sluice-journal-\(UUID().uuidString)"
    }

    @Test func givesBackWhatWasStored() throws {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = BucketOwnership.canonical(["v1": 90_000, "v2": 10_000])
        let changed = first.changed(to: ["v1": 50_000, "v2": 50_000])
        try Journal(folder: folder).store(ownerships: ["a": first, "b": first])
        try Journal(folder: folder).store(ownerships: ["b": changed])
        #expect(try Journal(folder: folder).ownerships() == ["a": first, "b": changed])
        // What was remembered leads back to the very same owners.
        let back = try #require(try Journal(folder: folder).ownerships()["b"])
        #expect(first.moved(to: back.changed(to: first.shares)) == 0)
    }

    @Test func isReadableByItsOwnerAlone() throws {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try Journal(folder: folder)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        #expect(Journal.exists(in: folder))
        #expect(!Journal.exists(in: folder + "-other"))
    }

    @Test func oneGatewayHasTheFolderAsLongAsItRuns() throws {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var first: Journal? = try Journal(folder: folder)
        let second = try Journal(folder: folder)
        #expect(first?.claim() == true)
        #expect(!second.claim())
        first?.release()
        #expect(second.claim())
        #expect(first?.claim() == false)
        second.release()
        #expect(first?.claim() == true)
        #expect(!second.claim())
        first = nil
        #expect(second.claim())
    }

    @Test func writesAheadAndWaitsForTheDisk() throws {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try Journal(folder: folder)
        let queue = try DatabaseQueue(path: "\(folder)/journal.sqlite")
        let mode = try queue.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(mode == "wal")
    }

    @Test func leavesOutRowsThatMakeNoSense() throws {
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let good = BucketOwnership.canonical(["v1": 100_000])
        try Journal(folder: folder).store(ownerships: ["good": good])
        let queue = try DatabaseQueue(path: "\(folder)/journal.sqlite")
        try queue.write { database in
            for (route, text) in [
                ("broken", "not json"), ("empty", "{\"runs\":[],\"remembered\":[]}"),
                ("late", "{\"runs\":[{\"start\":5,\"owner\":\"v1\"}],\"remembered\":[]}"),
            ] {
                try database.execute(
                    sql: "INSERT INTO ownership VALUES (?, ?)",
                    arguments: [route, Data(text.utf8)])
            }
        }
        #expect(try Journal(folder: folder).ownerships() == ["good": good])
    }

    @Test func saysWhyAFolderCannotBeUsed() throws {
        let error = #expect(throws: JournalError.self) {
            try Journal(folder: "/proc/nothing/here")
        }
        #expect(error?.description.contains("/proc/nothing/here cannot be made") == true)
        let folder = folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data("this is no database, but it is long enough".utf8).write(
            to: URL(fileURLWithPath: "\(folder)/journal.sqlite"))
        let other = #expect(throws: JournalError.self) { try Journal(folder: folder) }
        #expect(other?.description.contains("not a database") == true)
    }
}
