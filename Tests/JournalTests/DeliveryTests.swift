// The outbox: nothing is lost by a restart, and nobody waits for somebody else.

import Foundation
import GRDB
import Journal
import Testing

@Suite struct DeliveryTests {
    private let folder = TemporaryFolder()

    private func due(
        _ journal: Journal, at milliseconds: Int = 2_000, limit: Int = 99
    ) throws -> [Delivery] {
        try journal.dueDeliveries(nowMilliseconds: milliseconds, limit: limit).map(\.0)
    }

    @Test func waitsUntilItIsDelivered() throws {
        let journal = try folder.journal()
        let id = try journal.record(
            JournalMaking.entry("a", notify: ["http://x/", "http://y/", "http://x/"]))
        #expect(try due(journal, at: 999).isEmpty)
        let found = try due(journal)
        #expect(found.map(\.url) == ["http://x/", "http://y/"])
        #expect(found.allSatisfy { $0.decisionID == id && $0.attempts == 0 })
        #expect(Set(found.map(\.messageID)).count == 2)
        #expect(found.allSatisfy { $0.messageID.hasPrefix("msg_") && $0.messageID.count == 31 })
        // The same after a restart.
        let second = try folder.journal()
        #expect(try due(second) == found)
        try second.delivered(found[0].id)
        #expect(try due(second) == [found[1]])
        #expect(
            try second.deliveryCounts() == DeliveryCounts(waiting: 1, delivered: 1, failed: 0))
    }

    @Test func comesWithItsDecision() throws {
        let journal = try folder.journal()
        let id = try journal.record(JournalMaking.entry("a", notify: ["http://x/"]))
        let found = try #require(
            try journal.dueDeliveries(nowMilliseconds: 2_000, limit: 1).first)
        #expect(try journal.decision(id: id).map { .decision($0) } == found.1)
    }

    @Test func comesBackWhenItsTimeHasCome() throws {
        let journal = try folder.journal()
        _ = try journal.record(JournalMaking.entry("a", notify: ["http://x/"]))
        let first = try #require(try due(journal).first)
        try journal.postpone(first.id, attempts: 1, dueMilliseconds: 9_000, problem: "status 500")
        #expect(try due(journal, at: 8_999).isEmpty)
        let again = try #require(try due(journal, at: 9_000).first)
        #expect(again.messageID == first.messageID)
        #expect(again.attempts == 1)
        try journal.giveUp(first.id, problem: "gone")
        #expect(try due(journal, at: 9_000).isEmpty)
        // What was given up is not taken up again by a late word.
        try journal.postpone(first.id, attempts: 2, dueMilliseconds: 0, problem: "late")
        #expect(
            try journal.deliveryCounts() == DeliveryCounts(waiting: 0, delivered: 0, failed: 1))
    }

    @Test func aClockThatWasSetBackHoldsNothingUp() throws {
        let journal = try folder.journal()
        _ = try journal.record(JournalMaking.entry("a", notify: ["http://x/"]))
        let id = try #require(try due(journal).first).id
        let now = 1_000_000
        let latest = now + Delivery.longestPauseMilliseconds
        try journal.postpone(id, attempts: 1, dueMilliseconds: latest, problem: "")
        #expect(try due(journal, at: now).isEmpty)
        try journal.postpone(id, attempts: 1, dueMilliseconds: latest + 1, problem: "")
        #expect(try due(journal, at: now).count == 1)
    }

    @Test func oneReceiverDoesNotCrowdOthersOut() throws {
        let journal = try folder.journal()
        for _ in 0..<50 { _ = try journal.record(JournalMaking.entry("a", notify: ["http://x/"])) }
        _ = try journal.record(JournalMaking.entry("a", notify: ["http://y/"]))
        let found = try due(journal, limit: 8)
        #expect(found.map(\.url) == ["http://x/", "http://y/"])
        #expect(found[0].decisionID == 1)
    }

    @Test func tooManyAreGivenUpOldestFirst() throws {
        let journal = try folder.journal()
        for number in 0..<10 {
            _ = try journal.record(JournalMaking.entry("a", notify: ["http://x/\(number)"]))
        }
        #expect(try journal.dropOldest(waitingBeyond: 10) == 0)
        #expect(try journal.dropOldest(waitingBeyond: 3) == 7)
        #expect(try due(journal).map(\.url) == ["http://x/7", "http://x/8", "http://x/9"])
        #expect(
            try journal.deliveryCounts() == DeliveryCounts(waiting: 3, delivered: 0, failed: 7))
    }

    @Test func oneThatMakesNoSenseHoldsNothingUp() throws {
        let journal = try folder.journal()
        for _ in 0..<4 { _ = try journal.record(JournalMaking.entry("a", notify: ["http://x/"])) }
        try folder.database().write { database in
            try database.execute(sql: "UPDATE decision SET decision = x'00' WHERE id = 1")
            try database.execute(sql: "UPDATE delivery SET attempts = -1 WHERE decision = 2")
            try database.execute(sql: "UPDATE decision SET decision = x'' WHERE id = 3")
        }
        #expect(try due(journal, limit: 1).map(\.decisionID) == [4])
    }
}
