// Proves: a route that gets far more requests than at this hour of the days before raises an alert,
// which is resolved once they are as usual.

import Foundation
import Journal
import Recording
import Testing
import Waiting

@Suite struct RequestRateTests {
    private static let minutesOfDay = 1_440
    /// One a second.
    private static let usualOfHour = 3_600

    @Test func moreThanAtThisHourOfTheDaysBeforeIsToldOf() async throws {
        try await Scenario.run { scenario in
            let receiver = try await scenario.webhookReceiver()
            try scenario.write(
                "Routes/gateway.yaml",
                """
                webhook_secret_file: webhook-secret
                alerts:
                  notify: \(receiver.url("/event"))
                  rules:
                    - alert: request_rate
                      above: 400%
                      over: 5s
                      for: 1s
                      resolve_after: 2s
                      min_requests: 5

                """)
            try Self.keepDays(1...4, in: "\(scenario.folder)/.sluice")
            let stage = try await RampStage(scenario) { $0.hasRamp = false }
            let fired = try await stage.gateway.underLoad(.users(50, rate: 40)) { _ in
                try await Self.message(receiver, "alert.firing")
            }
            for word in [
                #""alert":"request_rate""#, #""route":"sentiment""#, #""threshold":400"#,
                "of the requests that are usual at this hour",
            ] {
                #expect(fired.contains(word), "\(fired)")
            }
            let value = try #require(
                fired.firstMatch(of: /"value":([0-9.]+)/).flatMap { Double($0.1) })
            // Forty times as many at the most; a machine that is slow may manage fewer.
            #expect((400...4_500).contains(value))
            let resolved = try await stage.gateway.underLoad(.users(50, rate: 1)) { _ in
                try await Self.message(receiver, "alert.resolved")
            }
            #expect(resolved.contains("the usual requests, after"), "\(resolved)")
            let status = try await stage.gateway.sluice("status", "sentiment")
            #expect(!status.output.contains("ALERT"), "\(status.output)")
        }
    }

    /// Writes what a gateway that ran on these days would have kept of this hour.
    private static func keepDays(_ days: ClosedRange<Int>, in folder: String) throws {
        let registry = RecorderRegistry(workers: 1)
        let recorder = registry.version(worker: 0, route: "sentiment", version: "v1")
        for _ in 0..<usualOfHour {
            recorder.began()
            recorder.finished(
                Outcome(
                    status: 200, kind: .answered, firstByteMicroseconds: 2_000,
                    totalMicroseconds: 2_000, receivedBytes: 10, sentBytes: 10, isOverride: false,
                    retries: 0))
        }
        let key = VersionKey(route: "sentiment", version: "v1")
        let figures = try #require(registry.snapshot().versions[key])
        let minute = Int(Date().timeIntervalSince1970) / 60
        let rows = days.map {
            HistoryRow(
                route: key.route, version: key.version, minute: minute - $0 * minutesOfDay,
                share: 100_000, figures: figures)
        }
        try Journal(folder: folder).append(history: rows)
    }

    private static func message(
        _ receiver: WebhookReceiver, _ type: String
    ) async throws -> String {
        try await Wait.value(type, seconds: 60) {
            try receiver.messages().first { $0.body.contains(type) }?.body
        }
    }
}
