// Messages reach a real receiver, signed; they come back when they were not taken, and a restart
// loses none.

import Foundation
import GRDB
import Journal
import Plan
import Testing

@testable import Control

@Suite(.timeLimit(.minutes(1))) struct WebhookSenderTests {
    private let outbox: WebhookOutbox

    init() throws { outbox = try WebhookOutbox() }

    @Test func postsADecisionInBothForms() async throws {
        let receiver = try await WebhookReceiver()
        let targets = [
            NotifyTarget(url: receiver.url("/event")),
            NotifyTarget(url: receiver.url("/slack"), form: .slack),
        ]
        let id = try outbox.decide(targets: targets)
        try await outbox.running(try outbox.sender(restarted: true)) {
            var messages = receiver.messages.makeAsyncIterator()
            var bodies: [String: String] = [:]
            for _ in targets {
                let message = try #require(await messages.next())
                bodies[message.path] = message.body
                #expect(message.headers["webhook-signature"]?.isEmpty == false)
            }
            #expect(bodies["/event"]?.contains(#""type":"ramp.rolling_back""#) == true)
            #expect(
                bodies["/slack"]
                    == #"{"text":"rolling_back: a: 10 errors in a row/“v2” (decision \#(id))"}"#)
        }
    }

    @Test func postsASignedMessage() async throws {
        let receiver = try await WebhookReceiver()
        let id = try outbox.decide(notify: [receiver.url("/hook?token=1")])
        let stored = try #require(try outbox.journal.decision(id: id))
        let sender = try outbox.sender()
        try await outbox.running(sender) {
            var messages = receiver.messages.makeAsyncIterator()
            let message = try #require(await messages.next())
            #expect(message.path == "/hook?token=1")
            #expect(
                message.body == String(decoding: try WebhookMessage(stored).body(), as: UTF8.self))
            #expect(message.headers["content-type"] == "application/json")
            #expect(message.headers["webhook-timestamp"] == "1700000000")
            let messageID = try #require(message.id)
            #expect(
                message.headers["webhook-signature"]
                    == WebhookSignature.value(
                        messageID: messageID, second: 1_700_000_000,
                        body: [UInt8](message.body.utf8),
                        secret: try WebhookSecret(text: "a secret that nobody knows")))
            try await outbox.wait(delivered: 1)
        }
        #expect(await sender.counters() == WebhookCounters(delivered: 1, failed: 0, waiting: 0))
        await receiver.close()
    }

    @Test func sendsAgainAfterItsPauseUnderTheSameIdentifier() async throws {
        let receiver = try await WebhookReceiver([
            .status(500), .status(429, headers: ["retry-after": "1000"]),
        ])
        try outbox.decide(notify: [receiver.url()])
        let sender = try outbox.sender()
        try await outbox.running(sender) {
            var messages = receiver.messages.makeAsyncIterator()
            let first = try #require(await messages.next())
            try await outbox.waitUntilNothingIsDue()
            outbox.pass(milliseconds: 5_000)
            sender.wake()
            let second = try #require(await messages.next())
            try await outbox.waitUntilNothingIsDue()
            // The receiver's wish is longer than the schedule.
            outbox.pass(milliseconds: 999_999)
            #expect(try outbox.journal.dueDeliveries(nowMilliseconds: outbox.now, limit: 1).isEmpty)
            outbox.pass(milliseconds: 1)
            sender.wake()
            let third = try #require(await messages.next())
            try await outbox.wait(delivered: 1)
            #expect(second.id == first.id)
            #expect(third.id == first.id)
            #expect(third.body == first.body)
            #expect(third.headers["webhook-timestamp"] == "1700001005")
            #expect(third.headers["webhook-signature"] != first.headers["webhook-signature"])
        }
        await receiver.close()
    }

    @Test func endsAtGone() async throws {
        let receiver = try await WebhookReceiver([.status(410)])
        try outbox.decide(notify: [receiver.url()])
        let sender = try outbox.sender()
        try await outbox.running(sender) { try await outbox.wait(failed: 1) }
        #expect(await sender.counters() == WebhookCounters(delivered: 0, failed: 1, waiting: 0))
        await receiver.close()
    }

    @Test func givesUpAfterItsAttempts() async throws {
        let receiver = try await WebhookReceiver([.status(500), .status(302), .status(404)])
        try outbox.decide(notify: [receiver.url()])
        var limits = WebhookLimits()
        limits.attempts = 3
        let sender = try outbox.sender(limits)
        try await outbox.running(sender) {
            for _ in 0..<2 {
                try await outbox.waitUntilNothingIsDue()
                outbox.pass(milliseconds: Delivery.longestPauseMilliseconds)
                sender.wake()
            }
            try await outbox.wait(failed: 1)
        }
        await receiver.close()
        var count = 0
        for await _ in receiver.messages { count += 1 }
        #expect(count == 3)
    }

    @Test func aRestartLosesNone() async throws {
        let receiver = try await WebhookReceiver([.silence])
        for _ in 0..<20 { try outbox.decide(notify: [receiver.url()]) }
        var messages = receiver.messages.makeAsyncIterator()
        let first = try await outbox.running(try outbox.sender()) {
            var messages = receiver.messages.makeAsyncIterator()
            return await messages.next()
        }
        // It was under way when the first sender ended.
        try await outbox.wait(waiting: 20)
        try await outbox.running(try outbox.sender(restarted: true)) {
            try await outbox.wait(delivered: 20)
        }
        await receiver.close()
        var identifiers: [String] = []
        while let message = await messages.next() { identifiers.append(message.id ?? "") }
        #expect(identifiers.count == 20)
        #expect(identifiers.first == first?.id)
        #expect(Set(identifiers).count == 20)
    }

    @Test func aSilentReceiverHoldsNobodyElseUp() async throws {
        let silent = try await WebhookReceiver([.silence])
        let receiver = try await WebhookReceiver()
        for _ in 0..<10 { try outbox.decide(notify: [silent.url(), receiver.url()]) }
        try await outbox.running(try outbox.sender()) {
            try await outbox.wait(waiting: 10, delivered: 10)
        }
        await silent.close()
        await receiver.close()
    }

    @Test func noAnswerInTimeIsAFailure() async throws {
        let silent = try await WebhookReceiver([.silence])
        try outbox.decide(notify: [silent.url()])
        var limits = WebhookLimits()
        limits.timeoutMilliseconds = 50
        try await outbox.running(try outbox.sender(limits)) {
            try await outbox.waitUntilNothingIsDue()
        }
        outbox.pass(milliseconds: 5_000)
        let again = try outbox.journal.dueDeliveries(nowMilliseconds: outbox.now, limit: 1)
        #expect(again.map(\.0.attempts) == [1])
        await silent.close()
    }

    @Test(arguments: ["http://127.0.0.1:1/", "no url", "ftp://127.0.0.1/", "https://", ""])
    func whoeverCannotBeReachedIsAskedAgain(url: String) async throws {
        try outbox.decide(notify: [url])
        try await outbox.running(try outbox.sender()) {
            try await outbox.waitUntilNothingIsDue()
        }
        #expect(try outbox.journal.deliveryCounts().waiting == 1)
    }

    @Test func atMostSoManyAtTheSameTimeAndOneToEach() async throws {
        let silent = try await WebhookReceiver(Array(repeating: .silence, count: 99))
        for _ in 0..<2 { try outbox.decide(notify: (0..<5).map { silent.url("/\($0)") }) }
        var limits = WebhookLimits()
        limits.concurrent = 3
        let paths = try await outbox.running(try outbox.sender(limits)) {
            var messages = silent.messages.makeAsyncIterator()
            var paths: [String] = []
            for _ in 0..<3 { paths.append(await messages.next()?.path ?? "") }
            return paths
        }
        await silent.close()
        #expect(paths.sorted() == ["/0", "/1", "/2"])
        // Nothing else came until the sender ended.
        var rest = 0
        for await _ in silent.messages { rest += 1 }
        #expect(rest == 0)
    }

    @Test func aJournalThatCannotBeWrittenMakesNoMessageComeTwice() async throws {
        let receiver = try await WebhookReceiver()
        try outbox.decide(notify: [receiver.url()])
        // The sender writes to the same file: whoever comes second waits.
        var waiting = Configuration()
        waiting.busyMode = .timeout(30)
        let database = try DatabaseQueue(
            path: "\(outbox.folder)/journal.sqlite", configuration: waiting)
        try await database.write {
            try $0.execute(
                sql: """
                    CREATE TRIGGER full BEFORE UPDATE ON delivery
                    BEGIN SELECT RAISE(ABORT, 'disk full'); END
                    """)
        }
        var limits = WebhookLimits()
        limits.lookMilliseconds = 5
        let sender = try outbox.sender(limits)
        try await outbox.running(sender) {
            var messages = receiver.messages.makeAsyncIterator()
            _ = await messages.next()
            // Those who want to be told of something else are not kept waiting.
            try outbox.decide(notify: [receiver.url("/other")])
            #expect(await messages.next()?.path == "/other")
            try await database.write { try $0.execute(sql: "DROP TRIGGER full") }
            try await outbox.wait(delivered: 2)
        }
        await receiver.close()
        var rest = 0
        for await _ in receiver.messages { rest += 1 }
        #expect(rest == 0)
    }

    @Test func tooManyThatWaitAreGivenUpOldestFirst() async throws {
        let receiver = try await WebhookReceiver()
        for _ in 0..<10 { try outbox.decide(notify: [receiver.url()]) }
        var limits = WebhookLimits()
        limits.waiting = 2
        let sender = try outbox.sender(limits)
        try await outbox.running(sender) { try await outbox.wait(delivered: 2, failed: 8) }
        #expect(await sender.counters() == WebhookCounters(delivered: 2, dropped: 8, waiting: 0))
        await receiver.close()
        var bodies: [String] = []
        for await message in receiver.messages { bodies.append(message.body) }
        #expect(bodies.count == 2)
        #expect(bodies.first?.contains(#""decision_id":9,"#) == true)
    }
}
