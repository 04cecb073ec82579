// Delivers the messages in the journal, each until it is taken or given up.

import AsyncHTTPClient
import Foundation
package import Journal
package import Logging

/// Posts what is due to those who want to be told of decisions and alerts. Nothing waits for it.
///
/// A message leaves the journal's outbox only after its receiver took it: one that was under way
/// when the gateway ended is sent again, under the same identifier.
package actor WebhookSender {
    private let journal: Journal
    private let secret: WebhookSecret
    private let logger: Logger
    private let limits: WebhookLimits
    /// The time of day, in milliseconds since 1970.
    private let now: @Sendable () -> Int

    private let wakes: AsyncStream<Void>
    private nonisolated let wakeSource: AsyncStream<Void>.Continuation

    /// Those to whom a message is under way, or of whose last one the journal does not know yet.
    private var busy: Set<String> = []
    private var posting = 0
    private var sums = WebhookCounters()
    /// What the log was last told of the journal, so that it is not told each second.
    private var journalProblem: String?

    /// Makes a sender, which does nothing until it is run.
    package init(
        journal: Journal, secret: WebhookSecret, logger: Logger,
        limits: WebhookLimits = WebhookLimits(),
        now: @escaping @Sendable () -> Int = { Int(Date().timeIntervalSince1970 * 1_000) }
    ) {
        self.journal = journal
        self.secret = secret
        self.logger = logger
        self.limits = limits
        self.now = now
        (wakes, wakeSource) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that something may be due; cheap, and from anywhere.
    package nonisolated func wake() {
        wakeSource.yield()
    }

    /// What has been delivered and given up since the start, and how much is waiting.
    package func counters() -> WebhookCounters {
        var counters = sums
        counters.waiting = try? journal.deliveryCounts().waiting
        return counters
    }

    /// Delivers until the task is cancelled; to be called once.
    package func run() async {
        let client = WebhookPost.client()
        let pause = Duration.milliseconds(limits.lookMilliseconds)
        await withDiscardingTaskGroup { group in
            group.addTask {
                repeat { self.wake() } while (try? await Task.sleep(for: pause)) != nil
            }
            for await _ in wakes {
                for (delivery, content) in takeDue() {
                    group.addTask { await self.deliver(delivery, content, with: client) }
                }
            }
        }
        try? await client.shutdown()
    }

    /// What can be posted now, one message to each URL.
    private func takeDue() -> [(Delivery, DeliveryContent)] {
        let free = limits.concurrent - posting
        if free <= 0 { return [] }
        do {
            let dropped = try journal.dropOldest(waitingBeyond: limits.waiting)
            if dropped > 0 {
                sums.dropped += dropped
                logger.error("webhooks given up: more than \(limits.waiting) were waiting")
            }
            let due = try journal.dueDeliveries(
                nowMilliseconds: now(), limit: free + busy.count)
            let taken = due.filter { !busy.contains($0.0.url) }.prefix(free)
            busy.formUnion(taken.map(\.0.url))
            posting += taken.count
            return Array(taken)
        } catch {
            tell(error)
            return []
        }
    }

    private func deliver(
        _ delivery: Delivery, _ content: DeliveryContent, with client: HTTPClient
    ) async {
        let outcome = await attempt(delivery, content, with: client)
        posting -= 1
        if let outcome { await settle(delivery, content, outcome) }
        busy.remove(delivery.url)
        wake()
    }

    /// One attempt; nil if it was cut off by the end of the gateway.
    private func attempt(
        _ delivery: Delivery, _ content: DeliveryContent, with client: HTTPClient
    ) async -> WebhookOutcome? {
        do {
            let body = try content.body(delivery.form)
            let second = now() / 1_000
            guard
                let signature = WebhookSignature.value(
                    messageID: delivery.messageID, second: second, body: body, secret: secret)
            else { return .failed("it cannot be signed", retryAfterSeconds: nil) }
            let post = WebhookPost(
                url: delivery.url, messageID: delivery.messageID, body: body, second: second,
                signature: signature)
            return try await post.send(
                with: client, timeoutMilliseconds: limits.timeoutMilliseconds)
        } catch {
            return Task.isCancelled ? nil : .of(error)
        }
    }

    /// Writes down what became of an attempt, as often as it takes. Until then the receiver gets
    /// nothing else, so that no message comes twice because of a full disk.
    private func settle(
        _ delivery: Delivery, _ content: DeliveryContent, _ outcome: WebhookOutcome
    ) async {
        repeat {
            do {
                try write(delivery, content, outcome)
                journalProblem = nil
                return
            } catch {
                tell(error)
            }
        } while (try? await Task.sleep(for: .milliseconds(limits.lookMilliseconds))) != nil
    }

    private func write(
        _ delivery: Delivery, _ content: DeliveryContent, _ outcome: WebhookOutcome
    ) throws(JournalError) {
        let failures = delivery.attempts + 1
        let what =
            "webhook \(delivery.messageID) of \(content.words) to "
            + WebhookPost.loggable(delivery.url)
        switch outcome {
        case .delivered:
            try journal.delivered(delivery.id)
            sums.delivered += 1
            logger.info("\(what): delivered")
        case .gone:
            try journal.giveUp(delivery.id, problem: "status 410")
            sums.failed += 1
            logger.error("\(what): given up; the receiver wants no more (status 410)")
        case .failed(let problem, _) where failures >= limits.attempts:
            try journal.giveUp(delivery.id, problem: problem)
            sums.failed += 1
            logger.error("\(what): given up after \(failures) attempts: \(problem)")
        case .failed(let problem, let retryAfterSeconds):
            let pause = WebhookBackoff.pauseMilliseconds(
                failures: failures, messageID: delivery.messageID,
                retryAfterSeconds: retryAfterSeconds)
            try journal.postpone(
                delivery.id, attempts: failures, dueMilliseconds: now() + pause, problem: problem)
            logger.warning("\(what): again in \(pause / 1_000) s: \(problem)")
        }
    }

    private func tell(_ error: JournalError) {
        if journalProblem == error.description { return }
        journalProblem = error.description
        logger.error("webhooks: \(error)")
    }
}
