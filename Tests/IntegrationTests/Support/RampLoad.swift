// Steady load on a gateway from within the test process, and what came of every request.

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import Waiting

/// Sends so many requests a second over kept TLS connections, however fast they are answered.
/// It never fails a test: what it records is there to be looked at.
final class RampLoad: Sendable {
    /// What came of one request.
    struct Sample: Sendable {
        /// When it began, by the clock of `now`.
        let start: ContinuousClock.Instant
        let user: String?
        /// The status of the answer; 0 if there was none.
        let status: Int
        /// The `x-sluice-version` of the answer.
        let version: String?
        /// Why the answer did not arrive whole; nil if it did.
        let problem: String?
        /// How long it took to end.
        let time: Duration

        var isWhole: Bool { problem == nil }
        var isGood: Bool { isWhole && status == 200 }
    }

    /// What is sent.
    struct Plan: Sendable {
        /// Requests a second.
        var rate = 200
        /// The values of `x-user-id`, drawn for each request; none means requests without a key.
        var users: [String] = []
        /// How long the client waits for an answer before it goes away.
        var patience = Duration.seconds(10)
        /// The most requests that are sent, and for how long: a test that hangs ends.
        var mostRequests = 60_000
        var mostTime = Duration.seconds(180)

        /// This many users, each of whom is always given the same version.
        static func users(_ count: Int, rate: Int = 200) -> Plan {
            Plan(rate: rate, users: (0..<count).map { "user-\($0)" })
        }
    }

    private static let mostInFlight = 200
    private static let tick = Duration.milliseconds(5)

    private struct Progress {
        var url: String
        var samples: [Sample] = []
        var inFlight = 0
    }

    private let plan: Plan
    private let certificate: String
    private let progress: Mutex<Progress>

    init(_ plan: Plan, gateway: Gateway) {
        self.plan = plan
        certificate = gateway.scenario.certificate
        progress = Mutex(Progress(url: gateway.url("/v1/sentiment")))
    }

    /// Sends to another gateway from now on: one that was started again has other ports.
    func aim(at gateway: Gateway) {
        progress.withLock { $0.url = gateway.url("/v1/sentiment") }
    }

    // MARK: What came of it

    var now: ContinuousClock.Instant { .now }

    /// The requests that have ended and began after this moment, in the order of their ends.
    func samples(since start: ContinuousClock.Instant? = nil) -> [Sample] {
        let samples = progress.withLock { $0.samples }
        guard let start else { return samples }
        return samples.filter { $0.start >= start }
    }

    /// How many were answered by each version.
    func counts(since start: ContinuousClock.Instant? = nil) -> [String: Int] {
        samples(since: start).reduce(into: [:]) { counts, sample in
            if let version = sample.version { counts[version, default: 0] += 1 }
        }
    }

    /// Waits until this many requests that began from now on have ended.
    func waitForMore(_ count: Int) async throws {
        let start = now
        try await Wait.until("\(count) more requests of the load") {
            samples(since: start).count >= count
        }
    }

    // MARK: Sending

    /// Sends until the plan is fulfilled, or it is cancelled.
    func run() async {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .file(certificate)
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.mostInFlight
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(2)
        let client = HTTPClient(configuration: configuration)
        await withDiscardingTaskGroup { group in
            let clock = ContinuousClock()
            let start = clock.now
            var turns = 0
            var sent = 0
            while !Task.isCancelled, sent < plan.mostRequests, clock.now - start < plan.mostTime {
                let due = Int((clock.now - start) / .seconds(1) * Double(plan.rate))
                while turns < due, sent < plan.mostRequests {
                    turns += 1
                    // What the machine cannot carry is left out, not caught up with.
                    if isFull { continue }
                    sent += 1
                    group.addTask { await self.send(client) }
                }
                try? await clock.sleep(for: Self.tick)
            }
        }
        try? await client.shutdown()
    }

    /// Takes a place among the requests under way, unless all are taken.
    private var isFull: Bool {
        progress.withLock { progress in
            if progress.inFlight >= Self.mostInFlight { return true }
            progress.inFlight += 1
            return false
        }
    }

    private func send(_ client: HTTPClient) async {
        let start = now
        let user = plan.users.randomElement()
        var request = HTTPClientRequest(url: progress.withLock { $0.url })
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        if let user { request.headers.add(name: "x-user-id", value: user) }
        request.body = .bytes(ByteBuffer(string: "{\"text\":\"a fine day\"}"))
        var response: HTTPClientResponse?
        var problem: String?
        do {
            let patience = TimeAmount(plan.patience)
            let answer = try await client.execute(request, timeout: patience)
            response = answer
            _ = try await answer.body.collect(upTo: 64 * 1024)
        } catch {
            problem = "\(error)"
        }
        let sample = Sample(
            start: start, user: user, status: response.map { Int($0.status.code) } ?? 0,
            version: response?.headers.first(name: "x-sluice-version"), problem: problem,
            time: now - start)
        let isCancelled = Task.isCancelled
        progress.withLock { progress in
            progress.inFlight -= 1
            if !isCancelled { progress.samples.append(sample) }
        }
    }
}

extension [RampLoad.Sample] {
    private static let mostFailures = 5

    /// The first requests that were not answered well, in words; empty if all were.
    var failures: [String] {
        let bad = filter { !$0.isGood }
        let shown = bad.prefix(Self.mostFailures).map { sample in
            "status \(sample.status) of \(sample.version ?? "nobody") after \(sample.time), begun "
                + "\(sample.start - (first?.start ?? sample.start)) after the first: "
                + (sample.problem ?? "whole")
        }
        return bad.count > shown.count ? shown + ["\(bad.count) of \(count) in all"] : shown
    }
}

extension Gateway {
    /// Runs `body` while there is steady load.
    @discardableResult
    func underLoad<T: Sendable>(
        _ plan: RampLoad.Plan = RampLoad.Plan(), _ body: (RampLoad) async throws -> T
    ) async throws -> T {
        let load = RampLoad(plan, gateway: self)
        // Cancelled and awaited at the end of this function, however that comes about.
        async let _ = load.run()
        return try await body(load)
    }
}
