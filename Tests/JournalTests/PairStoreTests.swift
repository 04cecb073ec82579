// Kept pairs: found again, few, and gone once they may not be kept any more.

import Comparison
import Foundation
import GRDB
import Journal
import Pairing
import Plan
import Recording
import Testing

@Suite struct PairStoreTests {
    private let folder = TemporaryFolder()
    private func moments(_ journal: Journal, _ key: PairKey = PairMaking.key) throws -> [Int] {
        try journal.pairs(of: key, limit: 999).map(\.pair.atMilliseconds)
    }

    @Test func givesBackWhatWasKept() throws {
        let pairs = (1...5).map {
            PairMaking.pair($0, groups: $0 % 2 == 0 ? ["$.a", "status"] : ["$.a"])
        }
        try folder.journal().append(pairs: pairs, terms: PairMaking.terms)
        let journal = try folder.journal()
        let found = try journal.pairs(of: PairMaking.key, limit: 99)
        #expect(found.map(\.pair) == pairs.reversed())
        #expect(
            try journal.pairs(of: PairMaking.key, limit: 2).map(\.pair) == [pairs[4], pairs[3]])
        let older = try journal.pairs(of: PairMaking.key, before: found[1].id, limit: 2)
        #expect(older.map(\.pair) == [pairs[2], pairs[1]])
        let status = try journal.pairs(of: PairMaking.key, group: "status", limit: 9)
        #expect(status.map(\.pair) == [pairs[3], pairs[1]])
        #expect(try journal.pairs(of: PairMaking.key, group: "' OR 1 --", limit: 9).isEmpty)
        #expect(try journal.pair(id: found[0].id, of: PairMaking.key) == found[0])
        let other = PairKey(route: "a", shadow: "v4")
        #expect(try journal.pair(id: found[0].id, of: other) == nil)
        #expect(try journal.pairs(of: other, limit: 9).isEmpty)
        let ids = found.map(\.id)
        #expect(
            try journal.pairs(byGroupOf: PairMaking.key, limit: 3)
                == ["$.a": Array(ids.prefix(3)), "status": [ids[1], ids[3]]])
    }

    @Test func theOldestOfAShadowGoFirst() throws {
        let journal = try folder.journal()
        let other = PairKey(route: "b", shadow: "v3")
        let terms = [
            PairMaking.key: PairTerms(digest: "d", most: 4), other: PairTerms(digest: "d", most: 2),
        ]
        for number in 1...9 {
            try journal.append(
                pairs: [PairMaking.pair(number), PairMaking.pair(number, key: other)], terms: terms)
        }
        #expect(try moments(journal) == [9, 8, 7, 6])
        #expect(try moments(journal, other) == [9, 8])
        // More at once than may be kept.
        try journal.append(pairs: (10...30).map { PairMaking.pair($0) }, terms: terms)
        #expect(try moments(journal) == [30, 29, 28, 27])
        #expect(try moments(journal, other) == [9, 8])
    }

    @Test func allTogetherStayWithinTheirBytes() throws {
        let journal = try folder.journal()
        let body = String(repeating: "x", count: 1_000)
        let keys = ["a", "b", "c"].map { PairKey(route: $0, shadow: "v3") }
        let terms = Dictionary(
            uniqueKeysWithValues: keys.map { ($0, PairTerms(digest: "d", most: 100)) })
        for number in 1...20 {
            try journal.append(
                pairs: keys.map { PairMaking.pair(number, key: $0, body: body) }, terms: terms,
                mostBytes: 20_000)
        }
        let left = try keys.map { try moments(journal, $0) }
        let count = left.reduce(0) { $0 + $1.count }
        #expect((10..<20).contains(count))
        for own in left { #expect(own.first == 20 && own.count >= count / 3) }
    }

    @Test func whatMayNotBeKeptAnyMoreGoes() throws {
        let journal = try folder.journal()
        let other = PairKey(route: "b", shadow: "v3")
        let terms = [
            PairMaking.key: PairTerms(digest: "d", most: 9), other: PairTerms(digest: "d", most: 9),
        ]
        try journal.append(
            pairs: (1...5).flatMap { [PairMaking.pair($0), PairMaking.pair($0, key: other)] },
            terms: terms)
        // One made before the rule changed comes too late.
        try journal.append(pairs: [PairMaking.pair(6, digest: "old")], terms: terms)
        #expect(try moments(journal) == [5, 4, 3, 2, 1])
        try journal.prunePairs(terms: terms)
        #expect(try moments(journal).count == 5)
        try journal.prunePairs(terms: [
            PairMaking.key: PairTerms(digest: "d", most: 2),
            other: PairTerms(digest: "new", most: 9),
        ])
        #expect(try moments(journal) == [5, 4])
        #expect(try moments(journal, other).isEmpty)
        try journal.prunePairs(terms: [PairMaking.key: PairTerms(digest: "d", most: 0)])
        #expect(try moments(journal).isEmpty)
        // Identifiers are not given again.
        try journal.append(pairs: [PairMaking.pair(7)], terms: terms)
        #expect(try #require(try journal.pairs(of: PairMaking.key, limit: 1).first).id > 10)
        try journal.prunePairs(terms: [:])
        #expect(try moments(journal).isEmpty)
    }

    @Test(arguments: [
        "\"groups\" = x'00'", "sides = x''", "example = CAST('{}' AS BLOB)",
        "at = -1 WHERE id = 2 --", "sides = CAST(replace(sides, ':20', ':-20') AS BLOB)",
        "example = CAST(replace(example, '\"value\"', '\"no\"') AS BLOB)",
    ])
    func leavesOutWhatMakesNoSense(change: String) throws {
        let journal = try folder.journal()
        try journal.append(
            pairs: [PairMaking.pair(1), PairMaking.pair(2)], terms: PairMaking.terms)
        try folder.database().write {
            try $0.execute(sql: "UPDATE pair SET \(change) WHERE at = 2")
        }
        #expect(try moments(journal) == [1])
    }

    @Test func talliesOutliveARestart() throws {
        let pair = MirroredPair.none
        let comparison = PairComparison(ComparisonRule(mode: .text))
        var tally = ShadowTally(sinceMilliseconds: 5, mostGroups: 200)
        for body in ["a", "a", "b"] {
            func answer(_ text: String) -> Answer {
                Answer(status: 200, headers: [], body: .whole(Array(text.utf8)))
            }
            tally.add(comparison.compare(primary: answer("a"), shadow: answer(body)), of: pair)
        }
        let kept = [
            KeptTally(key: PairMaking.key, digest: "d", tally: tally),
            KeptTally(
                key: PairKey(route: "b", shadow: "v3"), digest: "e",
                tally: ShadowTally(sinceMilliseconds: 6, mostGroups: 200)),
        ]
        try folder.journal().store(tallies: kept)
        let journal = try folder.journal()
        #expect(try journal.tallies() == kept)
        #expect(tally.differences.shadow.differing == 1 && tally.latency.count == 3)
        try journal.store(tallies: [kept[1]])
        #expect(try journal.tallies() == [kept[1]])
        try journal.store(tallies: kept)
        try folder.database().write {
            try $0.execute(
                sql: """
                    UPDATE tally SET tally = CAST(
                        replace(tally, '"agreeing":2', '"agreeing":-2') AS BLOB)
                    """)
        }
        #expect(try journal.tallies() == [kept[1]])
    }
}
