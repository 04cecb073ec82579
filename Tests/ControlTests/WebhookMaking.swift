// Journals with messages that wait, and senders whose clock a test sets.

import Control
import Foundation
import Journal
import Logging
import Plan
import Synchronization
import Waiting

@testable import Verdict

/// A journal in a folder of its own, with decisions that somebody is to be told of.
final class WebhookOutbox: Sendable {
    let folder = "\(NSTemporaryDirectory())/sluice-webhooks-\(UUID().uuidString)"
    let journal: Journal
    private let milliseconds = Mutex(1_700_000_000_000)
    /// That a sender has logged something, which it does after it has written what became of a
    /// message.
    private let logged: AsyncStream<Void>
    private let logging: AsyncStream<Void>.Continuation

    init() throws {
        journal = try Journal(folder: folder)
        (logged, logging) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A decision in which the candidate goes from a fourth of the callers to none.
    static let decision: Decision = {
        var before = RampState(stable: "v1", candidate: "v2", digest: "d", stratum: 4)
        before.phase = .step
        before.step = 2
        before.share = 25_001
        var after = before
        after.phase = .rollingBack
        after.share = 0
        return Decision(
            kind: .rollingBack, cause: .breaker, before: before, after: after,
            summary: "10 errors in a row/“v2”", actor: "sluice", reason: "", evidence: nil)
    }()

    /// Decides something that these are to be told of; returns the decision's identifier.
    @discardableResult func decide(notify: [String]) throws -> Int64 {
        try decide(targets: notify.map { NotifyTarget(url: $0) })
    }

    @discardableResult func decide(targets: [NotifyTarget]) throws -> Int64 {
        let entry = JournalEntry(
            route: "a", atMilliseconds: now, decision: Self.decision, notify: targets)
        return try journal.record([entry]).first ?? 0
    }

    /// The senders' clock.
    var now: Int { milliseconds.withLock { $0 } }

    func pass(milliseconds passed: Int) { milliseconds.withLock { $0 += passed } }

    /// A sender of the journal, or of the same files opened a second time, as after a restart.
    func sender(
        _ limits: WebhookLimits = WebhookLimits(), restarted: Bool = false
    ) throws -> WebhookSender {
        let logging = self.logging
        return WebhookSender(
            journal: restarted ? try Journal(folder: folder) : journal,
            secret: try WebhookSecret(text: "a secret that nobody knows"),
            logger: Logger(label: "test") { _ in LogBell { logging.yield() } }, limits: limits,
            now: { self.now })
    }

    /// Runs a sender while `body` does.
    func running<T: Sendable>(
        _ sender: WebhookSender, _ body: @Sendable () async throws -> T
    ) async throws -> T {
        let task = Task { await sender.run() }
        defer { task.cancel() }
        let result = try await body()
        task.cancel()
        await task.value
        return result
    }

    /// Waits until the outbox is so.
    func wait(
        waiting: Int = 0, delivered: Int = 0, failed: Int = 0
    ) async throws {
        let wanted = DeliveryCounts(waiting: waiting, delivered: delivered, failed: failed)
        let journal = self.journal
        try await Wait.until(
            "\(wanted); the last were \(String(describing: try? journal.deliveryCounts()))",
            after: logged
        ) { try journal.deliveryCounts() == wanted }
    }

    /// Waits until the journal says that nothing is due now.
    func waitUntilNothingIsDue() async throws {
        let journal = self.journal
        let now = self.now
        try await Wait.until("an outbox in which nothing is due", after: logged) {
            try journal.dueDeliveries(nowMilliseconds: now, limit: 1).isEmpty
        }
    }
}

/// A log that rings at each message, and keeps none.
private struct LogBell: LogHandler {
    let ring: @Sendable () -> Void
    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()

    init(_ ring: @escaping @Sendable () -> Void) { self.ring = ring }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { ring() }
}
