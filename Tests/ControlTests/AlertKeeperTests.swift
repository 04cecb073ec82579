// Alerts from figures to a real receiver: told once when they fire and once when they are over,
// whatever happens in between.

import Foundation
import GRDB
import Journal
import Logging
import Plan
import Recording
import Testing

@testable import Control
@testable import Verdict

@Suite(.timeLimit(.minutes(1))) struct AlertKeeperTests {
    private let outbox: WebhookOutbox

    init() throws { outbox = try WebhookOutbox() }

    private func keeper(_ sender: WebhookSender) throws -> AlertKeeper {
        AlertKeeper(
            journal: try Journal(folder: outbox.folder), webhooks: sender,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// A gateway whose files are loaded or not.
    private func sources(
        isLoaded: Bool, notify: [NotifyTarget], rules: Bool = true
    ) -> AlertSources {
        var gateway = GatewaySettings()
        gateway.alerts.notify = notify
        if rules { gateway.alerts.rules = [AlertRule(name: "files", condition: .reloadFailed)] }
        let load = ReloadResult(isSuccessful: isLoaded, second: 5, problems: [])
        return AlertSources(
            state: GatewayState(
                plan: Plan(revision: 1, gateway: gateway, limits: Plan.Limits(), routes: []),
                reload: load, certificates: load, isDraining: false, startSecond: 1,
                snapshot: Snapshot(versions: [:], workers: WorkerFigures()), certificateEnds: [:]),
            history: FigureHistory(), second: 500, dayMilliseconds: outbox.now)
    }

    /// The kinds of what came, in both forms.
    private func kinds(_ receiver: WebhookReceiver) async -> [String] {
        var kinds: [String] = []
        for await message in receiver.messages {
            let isFiring = message.body.contains("alert.firing") || message.body.contains("FIRING")
            kinds.append("\(message.path) \(isFiring ? "firing" : "resolved")")
        }
        return kinds.sorted()
    }

    @Test func tellsOnceOverARestart() async throws {
        let receiver = try await WebhookReceiver()
        let notify = [
            NotifyTarget(url: receiver.url("/event")),
            NotifyTarget(url: receiver.url("/slack"), form: .slack),
        ]
        let sender = try outbox.sender()
        try await outbox.running(sender) {
            let first = try keeper(sender)
            for second in 0..<3 {
                await first.look(
                    sources(isLoaded: false, notify: notify), nowMilliseconds: second * 1_000)
            }
            #expect(await first.active.map(\.instance.phase) == [.firing])
            try await outbox.wait(delivered: 2)
            // A restart: it fires still, and nobody is told again.
            let second = try keeper(sender)
            #expect(await second.active.map(\.instance.phase) == [.firing])
            await second.look(sources(isLoaded: false, notify: notify), nowMilliseconds: 9_000)
            #expect(try outbox.journal.deliveryCounts().delivered == 2)
            // Another one, after which it is over.
            let third = try keeper(sender)
            await third.look(sources(isLoaded: true, notify: notify), nowMilliseconds: 10_000)
            #expect(await third.active.isEmpty)
            try await outbox.wait(delivered: 4)
            #expect(try outbox.journal.firingAlerts().isEmpty)
        }
        await receiver.close()
        #expect(
            await kinds(receiver)
                == ["/event firing", "/event resolved", "/slack firing", "/slack resolved"])
    }

    @Test func aJournalThatCannotBeWrittenTellsLaterAndOnce() async throws {
        let receiver = try await WebhookReceiver()
        let notify = [NotifyTarget(url: receiver.url("/event"))]
        var waiting = Configuration()
        waiting.busyMode = .timeout(30)
        let database = try DatabaseQueue(
            path: "\(outbox.folder)/journal.sqlite", configuration: waiting)
        try await database.write {
            try $0.execute(
                sql: """
                    CREATE TRIGGER full BEFORE INSERT ON delivery
                    BEGIN SELECT RAISE(ABORT, 'disk full'); END
                    """)
        }
        let sender = try outbox.sender()
        try await outbox.running(sender) {
            let keeper = try keeper(sender)
            for second in 0..<3 {
                await keeper.look(
                    sources(isLoaded: false, notify: notify), nowMilliseconds: second * 1_000)
            }
            #expect(await keeper.active.isEmpty)
            #expect(try outbox.journal.alerts(limit: 9).isEmpty)
            try await database.write { try $0.execute(sql: "DROP TRIGGER full") }
            for second in 3..<6 {
                await keeper.look(
                    sources(isLoaded: false, notify: notify), nowMilliseconds: second * 1_000)
            }
            try await outbox.wait(delivered: 1)
        }
        await receiver.close()
        #expect(await kinds(receiver) == ["/event firing"])
    }

    @Test func aRuleThatIsTakenAwayIsResolved() async throws {
        let receiver = try await WebhookReceiver()
        let notify = [NotifyTarget(url: receiver.url("/event"))]
        let sender = try outbox.sender()
        try await outbox.running(sender) {
            let keeper = try keeper(sender)
            await keeper.look(sources(isLoaded: false, notify: notify), nowMilliseconds: 0)
            await keeper.look(
                sources(isLoaded: false, notify: notify, rules: false), nowMilliseconds: 1_000)
            try await outbox.wait(delivered: 2)
        }
        await receiver.close()
        #expect(await kinds(receiver) == ["/event firing", "/event resolved"])
    }
}
