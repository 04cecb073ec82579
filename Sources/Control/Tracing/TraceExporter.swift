// Posts spans to a collector, in batches. Nobody waits for it: what it cannot send is dropped.

import AsyncHTTPClient
package import DataPlane
import Foundation
package import Logging
import NIOCore
import NIOHTTP1
import Plan

/// Exports what waits in the sink. One batch is under way at a time; what comes meanwhile waits in
/// the sink, as far as there is room.
package actor TraceExporter {
    private let sink: TraceSink
    private let limits: TraceLimits
    private let logger: Logger
    /// Made for the first post.
    private var client: HTTPClient?
    private var isPosting = false
    private var isEnding = false
    /// What the log was last told, so that it is not told of each batch.
    private var problem: String?

    /// Makes an exporter, which does nothing until it is run.
    package init(_ sink: TraceSink, logger: Logger, limits: TraceLimits = TraceLimits()) {
        self.sink = sink
        self.logger = logger
        self.limits = limits
    }

    /// What became of spans since the start.
    package nonisolated var counters: TraceSink.Counters { sink.counters }

    /// Exports until the task is cancelled; to be called once.
    package func run() async {
        var waitedSince: Int?
        while !Task.isCancelled && !isEnding {
            let count = sink.waitingCount
            let now = Clock.milliseconds
            if count == 0 { waitedSince = nil } else { waitedSince = waitedSince ?? now }
            let isLate = waitedSince.map { now - $0 >= limits.waitMilliseconds } ?? false
            if count >= limits.batch || isLate {
                await export()
                waitedSince = nil
                if sink.waitingCount >= limits.batch { continue }
            }
            try? await Task.sleep(for: .milliseconds(limits.lookMilliseconds))
        }
        // Otherwise `end` still has to post what waits.
        if !isEnding { await shutDown() }
    }

    private func shutDown() async {
        guard let client else { return }
        self.client = nil
        try? await client.shutdown()
    }

    /// Posts what still waits, as far as that is quickly done, and ends. To be called once, when
    /// nobody leaves spans any more.
    package func end() async {
        isEnding = true
        let deadline = Clock.milliseconds + limits.endMilliseconds
        while Clock.milliseconds < deadline, isPosting || sink.waitingCount > 0 {
            if isPosting {
                try? await Task.sleep(for: .milliseconds(10))
            } else {
                await export(until: deadline)
            }
        }
        let lost = sink.take(atMost: .max).count
        if lost > 0 { sink.note { $0.failed += lost } }
        await shutDown()
    }

    // MARK: One batch

    private func export(until deadline: Int? = nil) async {
        guard !isPosting else { return }
        isPosting = true
        defer { isPosting = false }
        let spans = sink.take(atMost: limits.batch)
        if spans.isEmpty { return }
        let body = SpanDocument.body(spans, service: sink.settings.service)
        tries: for attempt in 1...max(1, limits.attempts) {
            let left = deadline.map { $0 - Clock.milliseconds } ?? limits.timeoutMilliseconds
            if left <= 0 { break tries }
            let outcome = await post(
                body, timeoutMilliseconds: min(left, limits.timeoutMilliseconds))
            switch outcome {
            case .taken(let rejected):
                let rejected = min(max(0, rejected), spans.count)
                sink.note {
                    $0.exported += spans.count - rejected
                    $0.rejected += rejected
                }
                tell(rejected > 0 ? "it rejected some of the spans" : nil)
                return
            case .refused(let words):
                sink.note { $0.rejected += spans.count }
                return tell(words)
            case .failed(let words, let asked):
                tell(words)
                // Nobody waits for a collector that is not there when the gateway ends.
                if isEnding || attempt >= limits.attempts { break tries }
                await pause(after: attempt, asked: asked)
            }
        }
        sink.note { $0.failed += spans.count }
    }

    /// What a collector made of a batch.
    private enum PostOutcome {
        /// Taken, but for so many spans.
        case taken(rejected: Int)
        /// It will not be taken, however often it is sent.
        case refused(String)
        /// It may be taken later; perhaps the collector says when.
        case failed(String, retryAfterSeconds: Int?)
    }

    private func post(_ body: [UInt8], timeoutMilliseconds: Int) async -> PostOutcome {
        var request = HTTPClientRequest(url: sink.settings.endpoint)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        if !sink.settings.headers.contains(where: { $0.name == "user-agent" }) {
            request.headers.add(name: "user-agent", value: "sluice")
        }
        for header in sink.settings.headers {
            request.headers.add(name: header.name, value: header.value)
        }
        request.body = .bytes(ByteBuffer(bytes: body))
        let client = self.client ?? WebhookPost.client()
        self.client = client
        do {
            let response = try await client.execute(
                request, timeout: .milliseconds(Int64(timeoutMilliseconds)))
            let status = Int(response.status.code)
            switch status {
            case 200..<300:
                let answer = try? await response.body.collect(upTo: limits.answerBytes)
                return .taken(
                    rejected: answer.map { Self.rejected([UInt8]($0.readableBytesView)) } ?? 0)
            // Those that OTLP allows to be sent again.
            case 429, 502, 503, 504:
                let asked = response.headers.first(name: "retry-after").flatMap { Int($0) }
                return .failed("status \(status)", retryAfterSeconds: asked)
            default: return .refused("status \(status)")
            }
        } catch {
            return .failed(
                "no answer (\(ConnectionWords.of(error)))", retryAfterSeconds: nil)
        }
    }

    /// The part of a batch that a collector says it did not take.
    static func rejected(_ answer: [UInt8]) -> Int {
        let object = try? JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any]
        let partial = object?["partialSuccess"] as? [String: Any]
        if let text = partial?["rejectedSpans"] as? String { return Int(text) ?? 0 }
        return partial?["rejectedSpans"] as? Int ?? 0
    }

    private func pause(after attempt: Int, asked: Int?) async {
        let doubled = limits.pauseMilliseconds << min(attempt - 1, 10)
        let wanted = max(doubled, min(max(0, asked ?? 0), 3_600) * 1_000)
        let until = Clock.milliseconds + min(wanted, limits.longestPauseMilliseconds)
        while !isEnding && !Task.isCancelled && Clock.milliseconds < until {
            try? await Task.sleep(for: .milliseconds(min(50, limits.pauseMilliseconds)))
        }
    }

    private func tell(_ words: String?) {
        defer { problem = words }
        if words == problem { return }
        let place: Logger.Metadata = ["endpoint": "\(WebhookPost.loggable(sink.settings.endpoint))"]
        if let words {
            logger.warning("spans were not taken by the collector: \(words)", metadata: place)
        } else {
            logger.info("the collector takes spans again", metadata: place)
        }
    }
}
