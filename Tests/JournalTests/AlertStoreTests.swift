// Alerts in the journal: what fires outlives a restart, and everybody is told once.

import Foundation
import GRDB
import Plan
import Testing
import Verdict

@testable import Journal

@Suite struct AlertStoreTests {
    private let folder = TemporaryFolder()
    private let receivers = [
        NotifyTarget(url: "http://x/"), NotifyTarget(url: "http://y/", form: .slack),
    ]

    private func change(_ route: String, _ isFiring: Bool = true) -> AlertChange {
        AlertChange(
            subject: AlertSubject("errors", route: route, version: "v1"), kind: .errors,
            isFiring: isFiring,
            figure: AlertFigure(
                metric: "error_rate", value: 9.5, limit: 5, isMost: true, unit: .percent),
            sinceMilliseconds: 500, returns: 2, summary: "so it is")
    }

    @Test func whatFiresIsKnownAfterARestart() throws {
        let ids = try folder.journal().record(
            alerts: [change("a"), change("b")], atMilliseconds: 1_000, notify: receivers)
        let second = try folder.journal()
        #expect(try second.firingAlerts() == [change("a"), change("b")])
        try second.record(alerts: [change("a", false)], atMilliseconds: 2_000, notify: [])
        let third = try folder.journal()
        #expect(try third.firingAlerts() == [change("b")])
        let all = try third.alerts(limit: 9)
        #expect(all.map(\.change) == [change("a", false), change("b"), change("a")])
        #expect(all.map(\.atMilliseconds) == [2_000, 1_000, 1_000])
        #expect(try third.alerts(before: ids[1], limit: 9).map(\.id) == [ids[0]])
        #expect(try third.alerts(limit: 1).count == 1)
    }

    @Test func everybodyIsToldInTheirForm() throws {
        let journal = try folder.journal()
        let decision = try journal.record(JournalMaking.entry("a", notify: ["http://x/"]))
        let ids = try journal.record(
            alerts: [change("a")], atMilliseconds: 1_000, notify: receivers + receivers)
        let stored = StoredAlert(id: ids[0], atMilliseconds: 1_000, change: change("a"))
        // Of one URL the oldest first, whatever it tells of.
        var due = try journal.dueDeliveries(nowMilliseconds: 2_000, limit: 9)
        #expect(due.map(\.0.url) == ["http://x/", "http://y/"])
        #expect(due.map(\.0.decisionID) == [decision, nil])
        #expect(due.map(\.0.form) == [.event, .slack])
        #expect(due[1].1 == .alert(stored))
        for delivery in due { try journal.delivered(delivery.0.id) }
        due = try journal.dueDeliveries(nowMilliseconds: 2_000, limit: 9)
        #expect(due.map(\.0.url) == ["http://x/"])
        #expect(due.map(\.1) == [.alert(stored)])
    }

    @Test func aDecisionIsToldInBothForms() throws {
        let form = NotifyTarget(url: "http://x/", form: .slack)
        let id = try folder.journal().record(
            JournalMaking.entry("a", notify: ["http://x/", "http://x/"], targets: [form, form]))
        let journal = try folder.journal()
        for expected in [NotifyTarget.Form.event, .slack] {
            let due = try journal.dueDeliveries(nowMilliseconds: 2_000, limit: 9)
            #expect(due.map(\.0.form) == [expected])
            #expect(due.map(\.0.decisionID) == [id])
            for delivery in due { try journal.delivered(delivery.0.id) }
        }
        #expect(try journal.dueDeliveries(nowMilliseconds: 2_000, limit: 9).isEmpty)
    }

    @Test func oldOnesAreForgottenButNotWhatIsToBeTold() throws {
        let journal = try folder.journal()
        let told = try journal.record(
            alerts: [change("a")], atMilliseconds: 1_000, notify: receivers)
        let rest = try journal.record(
            alerts: (0..<5).map { change("r\($0)") }, atMilliseconds: 1_000, notify: [])
        try journal.pruneAlerts(keeping: 2)
        #expect(try journal.alerts(limit: 9).map(\.id) == [rest[4], rest[3], told[0]])
        #expect(try journal.firingAlerts().count == 6)
        // A message of an alert keeps no decision from being forgotten.
        let old = try journal.record(JournalMaking.entry("a"))
        let new = try journal.record(JournalMaking.entry("a"))
        try journal.pruneDecisions(keeping: 1)
        #expect(try journal.decisions(route: nil, limit: 9).map(\.id) == [new])
        #expect(old < new)
    }

    @Test(arguments: [
        "'{}'", "x'00'", "'{\"subject\":{\"alert\":\"a\"},\"kind\":\"weather\",\"isFiring\":true}'",
    ])
    func whatMakesNoSenseIsLeftOut(data: String) throws {
        let journal = try folder.journal()
        try journal.record(alerts: [change("a")], atMilliseconds: 1, notify: receivers)
        try folder.database().write { database in
            try database.execute(
                sql: "INSERT INTO firing (subject, change) VALUES (x'01', CAST(\(data) AS BLOB))")
            try database.execute(
                sql: "INSERT INTO alert (at, change) VALUES (5, CAST(\(data) AS BLOB))")
            try database.execute(sql: "UPDATE delivery SET form = 'smoke' WHERE url = 'http://y/'")
        }
        #expect(try journal.firingAlerts() == [change("a")])
        #expect(try journal.alerts(limit: 9).count == 1)
        #expect(try journal.dueDeliveries(nowMilliseconds: 5, limit: 9).count == 1)
    }

    /// The outbox of a release that knew no alerts is carried over as it is.
    @Test func anOlderJournalKeepsItsOutbox() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path, withIntermediateDirectories: true)
        let database = try folder.database()
        try Journal.migrator.migrate(database, upTo: "pairs")
        let decision = try StoredValue.data(JournalMaking.decision())
        try database.write { database in
            try database.execute(
                sql: "INSERT INTO decision (id, route, at, decision) VALUES (7, 'a', 5, ?)",
                arguments: [decision])
            for id in [3, 9] {
                try database.execute(
                    sql: """
                        INSERT INTO delivery (id, decision, message, url, attempts, due, problem)
                        VALUES (?, 7, ?, 'http://x/\(id)', 2, 40, 'status 500')
                        """, arguments: [id, "msg_\(id)"])
            }
            try database.execute(sql: "DELETE FROM delivery WHERE id = 9")
        }
        let journal = try folder.journal()
        let due = try journal.dueDeliveries(nowMilliseconds: 50, limit: 9)
        #expect(due.map(\.0.messageID) == ["msg_3"])
        #expect(due.map(\.0.attempts) == [2])
        #expect(due.map(\.0.decisionID) == [7])
        // A decision that goes takes its messages with it, also now.
        try database.write { try $0.execute(sql: "DELETE FROM decision") }
        #expect(try journal.deliveryCounts().waiting == 0)
    }
}
