// Decisions: all of one or nothing, newest first, in pages, and pruned without loss.

import Foundation
import GRDB
import Splitting
import Testing
import Verdict

@testable import Journal

@Suite struct DecisionTests {
    private let folder = TemporaryFolder()

    @Test func givesBackWhatWasDecided() throws {
        let entry = JournalMaking.entry("a", .held, summary: "p99 is “slow” \u{1F40C}\n\0")
        let id = try folder.journal().record(entry)
        let wanted = StoredDecision(
            id: id, route: "a", atMilliseconds: 1_000, decision: entry.decision)
        #expect(try folder.journal().decision(id: id) == wanted)
        #expect(try folder.journal().decisions(route: nil, limit: 5) == [wanted])
        #expect(try folder.journal().decision(id: id + 1) == nil)
    }

    @Test(arguments: [Double.infinity, -.infinity, 1e-300])
    func noBoundKeepsADecisionOut(bound: Double) throws {
        let journal = try folder.journal()
        let decision = JournalMaking.decision(high: bound)
        let id = try journal.record(
            JournalEntry(route: "a", atMilliseconds: 0, decision: decision))
        #expect(try journal.decision(id: id)?.decision == decision)
    }

    @Test func whatIsWrittenIsThereForWhoeverComesNext() throws {
        let first = try folder.journal()
        let ownership = BucketOwnership.canonical(["v1": 99_000, "v2": 1_000])
        let after = JournalMaking.state(step: 1, stratum: 2)
        let entry = JournalMaking.entry(
            "a", after: after, ownership: ownership, latch: .set("d"), notify: ["http://x/"])
        // The first is neither closed nor flushed, as after a kill.
        let id = try first.record(entry)
        let second = try folder.journal()
        #expect(try second.decision(id: id)?.decision == entry.decision)
        #expect(try second.ramps()["a"]?.state == after)
        #expect(try second.ownerships() == ["a": ownership])
        #expect(try second.latches() == ["a": ["d"]])
        #expect(try second.deliveryCounts().waiting == 1)
        withExtendedLifetime(first) {}
    }

    @Test(arguments: ["decision", "ramp", "ownership", "latch", "delivery"])
    func aRecordThatFailsLeavesNothing(table: String) throws {
        let journal = try folder.journal()
        let old = JournalMaking.state(stratum: 1)
        _ = try journal.record(JournalMaking.entry("a", after: old))
        try folder.database().write { database in
            for event in ["INSERT", "UPDATE"] {
                try database.execute(
                    sql: """
                        CREATE TRIGGER no_\(event) BEFORE \(event) ON \(table)
                        BEGIN SELECT RAISE(ABORT, 'not today'); END
                        """)
            }
        }
        let entry = JournalMaking.entry(
            "a", after: JournalMaking.state(step: 1, stratum: 2),
            ownership: .canonical(["v1": 100_000]), latch: .set("d"), notify: ["http://x/"])
        let error = #expect(throws: JournalError.self) { try journal.record(entry) }
        #expect(error?.description.contains("the decision on a cannot be kept") == true)
        #expect(error?.description.contains("not today") == true)
        for reader in [journal, try folder.journal()] {
            #expect(try reader.decisions(route: nil, limit: 10).count == 1)
            #expect(try reader.ramps()["a"]?.state == old)
            #expect(try reader.ownerships().isEmpty)
            #expect(try reader.latches().isEmpty)
            #expect(try reader.deliveryCounts().waiting == 0)
        }
    }

    @Test func pagesThroughTenThousand() throws {
        let journal = try folder.journal()
        _ = try journal.record(JournalMaking.entry("first"))
        try folder.database().write { database in
            try database.execute(
                sql: """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
                    INSERT INTO decision (route, at, decision)
                    SELECT CASE i % 3 WHEN 0 THEN 'a' ELSE 'b' END, -i, decision
                    FROM n, decision WHERE id = 1
                    """)
        }
        for (route, count) in [(nil, 10_001), ("a", 3_333), ("b", 6_667), ("c", 0)] {
            var seen: [Int64] = []
            var page = try journal.decisions(route: route, limit: 100)
            while let last = page.last {
                seen += page.map(\.id)
                #expect(page.allSatisfy { route == nil || $0.route == route })
                page = try journal.decisions(route: route, before: last.id, limit: 100)
            }
            #expect(seen.count == count)
            // By the order of deciding, whatever the clock said.
            #expect(seen == seen.sorted(by: >))
        }
        #expect(try journal.decisions(route: nil, limit: 0).isEmpty)
        #expect(try journal.decisions(route: nil, limit: -1).isEmpty)
    }

    @Test func routeNamesAreOnlyNames() throws {
        let journal = try folder.journal()
        let names = ["'; DROP TABLE decision; --", "a' OR '1'='1", "%", "\"x\"", "?", "ß\u{301}"]
        for name in names {
            _ = try journal.record(
                JournalMaking.entry(name, latch: .set(name), notify: ["http://x/\(name)"]))
        }
        for name in names {
            #expect(try journal.decisions(route: name, limit: 9).map(\.route) == [name])
        }
        try journal.removeRamp(route: names[1])
        #expect(try Set(journal.ramps().keys) == Set(names).subtracting([names[1]]))
        #expect(try Set(journal.latches().keys) == Set(names))
    }

    @Test func aPageIsFullAlthoughRowsMakeNoSense() throws {
        let journal = try folder.journal()
        let ids = try (0..<10).map { _ in try journal.record(JournalMaking.entry("a")) }
        try folder.database().write { database in
            for (id, change) in [
                (ids[9], "decision = x'00'"), (ids[8], "decision = CAST('{}' AS BLOB)"),
                (ids[7], "decision = CAST('[]' AS BLOB)"),
                (
                    ids[6],
                    "decision = CAST(replace(decision, '\"share\":1000', '\"share\":-1') AS BLOB)"
                ),
            ] {
                try database.execute(
                    sql: "UPDATE decision SET \(change) WHERE id = ?", arguments: [id])
            }
        }
        #expect(
            try journal.decisions(route: nil, limit: 3).map(\.id) == [ids[5], ids[4], ids[3]])
        #expect(try journal.decision(id: ids[9]) == nil)
    }

    @Test func pruningKeepsTheNewestAndWhatIsToBeTold() throws {
        let journal = try folder.journal()
        let told = try journal.record(JournalMaking.entry("a", notify: ["http://x/"]))
        let old = try journal.record(JournalMaking.entry("b"))
        let ids = try (0..<4).map { _ in try journal.record(JournalMaking.entry("a")) }
        try journal.pruneDecisions(keeping: 2)
        let kept = [ids[3], ids[2], old, told]
        #expect(try journal.decisions(route: nil, limit: 9).map(\.id) == kept)
        let due = try journal.dueDeliveries(nowMilliseconds: 5_000, limit: 1)
        try journal.delivered(try #require(due.first).0.id)
        try journal.pruneDecisions(keeping: 0)
        #expect(try journal.decisions(route: nil, limit: 9).map(\.id) == [ids[3], old])
        #expect(try journal.deliveryCounts() == DeliveryCounts(waiting: 0, delivered: 0, failed: 0))
        // An identifier is never given twice, even of the newest that is gone.
        try folder.database().write { try $0.execute(sql: "DELETE FROM decision") }
        #expect(try journal.record(JournalMaking.entry("a")) == ids[3] + 1)
    }
}
