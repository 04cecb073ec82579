// Proves: a model that fails raises an alert, which is posted, shown, kept over a restart, and
// resolved once the model is mended.

import Foundation
import Testing
import Waiting

@Suite struct AlertTests {
    private struct Alerts: Decodable {
        struct Alert: Decodable {
            let alert: String
            let state: String
            let route: String?
            let version: String?
            let value: Double?
        }

        let active: [Alert]
        let recent: [Alert]
    }

    private static func alerts(_ stage: RampStage) async throws -> Alerts {
        let (status, body) = try await stage.get("/api/v1/alerts")
        try #require(status == 200)
        return try JSONDecoder().decode(Alerts.self, from: body)
    }

    private static func post(
        _ receiver: WebhookReceiver, _ path: String, _ word: String
    ) async throws -> WebhookReceiver.Message {
        try await Wait.value("\(word) at \(path)", seconds: 60) {
            try receiver.messages().first { $0.path == path && $0.body.contains(word) }
        }
    }

    @Test func errorsAreToldOfAndSoIsTheirEnd() async throws {
        try await Scenario.run { scenario in
            let receiver = try await scenario.webhookReceiver()
            try scenario.write(
                "Routes/gateway.yaml",
                """
                webhook_secret_file: webhook-secret
                alerts:
                  notify: [\(receiver.url("/event")), {slack: \(receiver.url("/slack"))}]
                  rules:
                    - {alert: errors, above: 20%, over: 10s, for: 1s, resolve_after: 2s}
                    - {alert: reload_failed}

                """)
            let stage = try await RampStage(scenario) { $0.hasRamp = false }
            try await stage.gateway.underLoad(.users(50, rate: 50)) { load in
                try await load.waitForMore(100)
                #expect(try await Self.alerts(stage).recent.isEmpty)
                try await scenario.change(stage.stable, ["error_rate": 1])
                let fired = try await Self.post(receiver, "/event", "alert.firing")
                #expect(fired.isSigned)
                for word in [#""route":"sentiment""#, #""version":"v1""#, #""threshold":20"#] {
                    #expect(fired.body.contains(word), "\(fired.body)")
                }
                let slack = try await Self.post(receiver, "/slack", "FIRING errors")
                #expect(slack.body.hasPrefix(#"{"text":"FIRING errors: error_rate of v1 on"#))
                try await expectShown(stage)
                // It fires still after a restart, of which nobody is told.
                try await stage.stop()
                try await stage.start()
                load.aim(at: stage.gateway)
                try await load.waitForMore(150)
                #expect(try await Self.alerts(stage).active.map(\.state) == ["firing"])
                try await scenario.change(stage.stable, ["error_rate": 0])
                _ = try await Self.post(receiver, "/event", "alert.resolved")
                _ = try await Self.post(receiver, "/slack", "resolved errors")
            }
            try await stage.gateway.waitForMetric("sluice_webhooks_waiting", 0)
            #expect(try receiver.messages().count == 4)
            let alerts = try await Self.alerts(stage)
            #expect(alerts.active.isEmpty)
            #expect(alerts.recent.map(\.state) == ["resolved", "firing"])
        }
    }

    private func expectShown(_ stage: RampStage) async throws {
        let active = try await Self.alerts(stage).active
        #expect(active.map(\.alert) == ["errors"])
        #expect(active.first?.version == "v1")
        #expect((active.first?.value ?? 0) > 20)
        try await stage.gateway.waitForMetric(
            "sluice_alerts{alert=\"errors\",route=\"sentiment\",version=\"v1\",state=\"firing\"}", 1
        )
        let status = try await stage.gateway.sluice("status", "sentiment")
        #expect(status.output.contains("ALERT errors, for "), "\(status.output)")
    }
}
