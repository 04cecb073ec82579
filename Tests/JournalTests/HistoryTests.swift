// The history of versions: added up within a minute, read in order, pruned by age.

import Foundation
import GRDB
import Journal
import Recording
import Testing

@Suite struct HistoryTests {
    private let folder = TemporaryFolder()

    @Test func givesBackWhatWasCounted() throws {
        let rows = [
            JournalMaking.history(1), JournalMaking.history(2, version: "v2"),
            JournalMaking.history(2), JournalMaking.history(2, route: "b"),
            JournalMaking.history(3),
        ]
        try folder.journal().append(history: rows)
        let journal = try folder.journal()
        func read(_ from: Int, _ to: Int, limit: Int = 99) throws -> [HistoryRow] {
            try journal.history(route: "a", fromMinute: from, toMinute: to, limit: limit)
        }
        #expect(try read(1, 3) == [rows[0], rows[2], rows[1], rows[4]])
        #expect(try read(2, 2) == [rows[2], rows[1]])
        #expect(try read(1, 3, limit: 2) == [rows[0], rows[2]])
        #expect(try read(4, 9).isEmpty)
        #expect(try read(1, 3, limit: -1).isEmpty)
    }

    @Test func givesBackCallsAndStreams() throws {
        var figures = JournalMaking.figures(10)
        figures.grpc = JournalMaking.calls(ok: 7, unavailable: 2)
        figures.streams = JournalMaking.streams(3)
        let row = HistoryRow(route: "a", version: "v1", minute: 1, share: 1, figures: figures)
        let journal = try folder.journal()
        try journal.append(history: [row])
        func read() throws -> VersionFigures? {
            try journal.history(route: "a", fromMinute: 1, toMinute: 1, limit: 9).first?.figures
        }
        #expect(try read() == figures)
        // A row that an earlier release wrote of the same minute has neither.
        try journal.append(history: [JournalMaking.history(1)])
        #expect(try read()?.grpc == figures.grpc)
        #expect(try read()?.streams == figures.streams)
        try journal.append(history: [row])
        #expect(try read()?.streams?.events == 2 * 3 * 40)
        #expect(try read()?.grpcErrors == 4)
    }

    @Test func readsWhatAnEarlierReleaseWrote() throws {
        let journal = try folder.journal()
        try journal.append(history: [JournalMaking.history(1)])
        let written = """
            {"counts":[1,0,0,7],"firstByte":{"buckets":[9,4],"sum":36},"kinds":[4],\
            "statuses":[0,0,3,0,0,1],"total":{"buckets":[],"sum":0}}
            """
        try folder.database().write {
            try $0.execute(
                sql: "UPDATE history SET figures = CAST(? AS BLOB)", arguments: [written])
        }
        let found = try #require(
            try journal.history(route: "a", fromMinute: 1, toMinute: 1, limit: 9).first?.figures)
        #expect(found.requests == 4 && found.errors == 1 && found.receivedBytes == 7)
        #expect(found.firstByte.count == 4)
        #expect(found.grpc == nil && found.streams == nil)
    }

    @Test(arguments: [
        "replace(figures, '\"errors\":2', '\"errors\":-2')",
        "replace(figures, '\"statuses\":[7,', '\"statuses\":[-7,')",
        "replace(figures, '\"statuses\":[7,', '\"statuses\":[7,7,7,7,')",
        "replace(figures, '\"counts\":[3,', '\"counts\":[281474976710656,')",
        "replace(figures, '\"counts\":[3,', '\"counts\":[3,3,3,')",
        "replace(figures, '\"drawnGaps\":{\"buckets\":[2', '\"drawnGaps\":{\"buckets\":[-2')",
    ])
    func leavesOutCallsAndStreamsThatMakeNoSense(change: String) throws {
        var figures = JournalMaking.figures(10)
        figures.grpc = JournalMaking.calls(ok: 7, unavailable: 2)
        figures.streams = JournalMaking.streams(3)
        let journal = try folder.journal()
        try journal.append(history: [
            HistoryRow(route: "a", version: "v1", minute: 1, share: 1, figures: figures)
        ])
        let length = try folder.database().write { database in
            try database.execute(sql: "UPDATE history SET figures = CAST(\(change) AS BLOB)")
            return try String.fetchOne(database, sql: "SELECT CAST(figures AS TEXT) FROM history")
        }
        #expect(
            try journal.history(route: "a", fromMinute: 1, toMinute: 1, limit: 9).isEmpty,
            "\(length ?? "")")
    }

    @Test func addsToTheSameMinute() throws {
        let journal = try folder.journal()
        try journal.append(history: [JournalMaking.history(5, requests: 10)])
        try journal.append(history: [
            JournalMaking.history(5, requests: 32), JournalMaking.history(6),
        ])
        let row = try #require(
            try journal.history(route: "a", fromMinute: 5, toMinute: 5, limit: 9).first)
        #expect(row.figures.requests == 42)
        #expect(row.figures.total.count == 44)
        // What is under way is not added up.
        #expect(row.figures.inFlight == 3)
    }

    @Test func nothingCountedIsKeptInFewBytes() throws {
        let journal = try folder.journal()
        let row = HistoryRow(
            route: "a", version: "v1", minute: 1, share: 0, figures: VersionFigures())
        try journal.append(history: [row])
        #expect(try journal.history(route: "a", fromMinute: 0, toMinute: 9, limit: 9) == [row])
        let length = try folder.database().read {
            try Int.fetchOne($0, sql: "SELECT length(figures) FROM history")
        }
        #expect(try #require(length) < 120)
    }

    @Test func forgetsWhatIsOld() throws {
        let journal = try folder.journal()
        try journal.append(history: (0..<100).map { JournalMaking.history($0) })
        try journal.pruneHistory(beforeMinute: 90)
        let left = try journal.history(route: "a", fromMinute: 0, toMinute: 99, limit: 99)
        #expect(left.map(\.minute) == Array(90..<100))
    }

    @Test(arguments: [
        "x'ff'", "CAST('{\"kinds\":[]}' AS BLOB)",
        "CAST(replace(figures, '\"kinds\":[10]', '\"kinds\":[-10]') AS BLOB)",
        "CAST(replace(figures, '\"kinds\":[10]', '\"kinds\":[1,2,3,4,5,6,7,8,9]') AS BLOB)",
        "CAST(replace(figures, '[10]', '[9223372036854775807,9223372036854775807]') AS BLOB)",
        "CAST(replace(figures, '\"sum\":12345', '\"sum\":9223372036854775807') AS BLOB)",
        "CAST(replace(figures, '[7,10,', '[7,281474976710656,') AS BLOB)",
    ])
    func leavesOutFiguresThatMakeNoSense(figures: String) throws {
        let journal = try folder.journal()
        try journal.append(history: [JournalMaking.history(1), JournalMaking.history(2)])
        try folder.database().write {
            try $0.execute(sql: "UPDATE history SET figures = \(figures) WHERE minute = 1")
        }
        func minutes() throws -> [Int] {
            try journal.history(route: "a", fromMinute: 0, toMinute: 9, limit: 9).map(\.minute)
        }
        #expect(try minutes() == [2])
        // What comes next in that minute takes its place.
        try journal.append(history: [JournalMaking.history(1)])
        #expect(try minutes() == [1, 2])
    }
}
