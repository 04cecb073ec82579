// A disk that is full or cannot be written: said, without loss, and over when there is room again.

import Foundation
import GRDB
import Splitting
import Testing

@testable import Journal

@Suite struct FullDiskTests {
    private let folder = TemporaryFolder()

    @Test func worksOnWhenThereIsRoomAgain() throws {
        let journal = try folder.journal()
        let long = String(repeating: "x", count: 5_000)
        let pages = try journal.queue.read {
            try Int.fetchOne($0, sql: "PRAGMA page_count") ?? 0
        }
        try journal.queue.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = \(pages + 20)")
        }
        var written = 0
        var problem: JournalError?
        while problem == nil, written < 1_000 {
            do {
                _ = try journal.record(
                    JournalMaking.entry("a", summary: long, notify: ["http://x/"]))
                written += 1
            } catch {
                problem = error
            }
        }
        #expect(problem?.description.contains("free space on the disk") == true)
        #expect((1..<20).contains(written))
        // Nothing of what failed is kept, and everything else can be read.
        #expect(try journal.decisions(route: nil, limit: 99).count == written)
        #expect(try journal.deliveryCounts().waiting == written)
        #expect(throws: JournalError.self) {
            try journal.append(history: (0..<1_000).map { JournalMaking.history($0) })
        }
        #expect(try journal.history(route: "a", fromMinute: 0, toMinute: 999, limit: 9).isEmpty)
        #expect(throws: JournalError.self) {
            let pairs = (0..<100).map { PairMaking.pair($0, body: long) }
            try journal.append(pairs: pairs, terms: PairMaking.terms)
        }
        #expect(try journal.pairs(of: PairMaking.key, limit: 9).isEmpty)
        try journal.queue.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = 1000000")
        }
        _ = try journal.record(JournalMaking.entry("a", summary: long))
        try journal.append(history: (0..<1_000).map { JournalMaking.history($0) })
        #expect(try folder.journal().decisions(route: nil, limit: 99).count == written + 1)
    }

    @Test func saysThatItCannotBeWritten() throws {
        let journal = try folder.journal()
        _ = try journal.record(JournalMaking.entry("a"))
        func setReadOnly(_ value: Int) throws {
            try journal.queue.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA query_only = \(value)")
            }
        }
        try setReadOnly(1)
        let error = #expect(throws: JournalError.self) {
            try journal.record(JournalMaking.entry("a"))
        }
        #expect(error?.description.contains("make the state directory writable") == true)
        #expect(try journal.decisions(route: "a", limit: 9).count == 1)
        try setReadOnly(0)
        _ = try journal.record(JournalMaking.entry("a"))
        #expect(try journal.decisions(route: "a", limit: 9).count == 2)
    }

    @Test func opensWhatAnEarlierReleaseLeft() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path, withIntermediateDirectories: true)
        let old = try folder.database()
        try Journal.migrator.migrate(old, upTo: "ownership")
        try old.write { database in
            try database.execute(
                sql: "INSERT INTO ownership VALUES ('a', ?)",
                arguments: [Data(#"{"runs":[{"start":0,"owner":"v1"}],"remembered":[]}"#.utf8)])
        }
        try old.close()
        let journal = try folder.journal()
        #expect(try journal.ownerships()["a"]?.shares == ["v1": 100_000])
        #expect(try journal.ramps().isEmpty)
        _ = try journal.record(JournalMaking.entry("a"))
        #expect(try folder.journal().ramps().count == 1)
    }
}
