// Proves: decisions are posted, signed, to whoever wants to know, and a restart loses none of them.

import Foundation
import Testing
import Waiting

@Suite struct RampWebhookTests {
    /// A stage whose decisions are posted to a receiver.
    private func withReceiver(
        _ paths: [String] = ["/sluice"], _ body: (RampStage, WebhookReceiver) async throws -> Void
    ) async throws {
        try await Scenario.run { scenario in
            let receiver = try await scenario.webhookReceiver()
            try scenario.write("Routes/gateway.yaml", "webhook_secret_file: webhook-secret\n")
            let stage = try await RampStage(scenario) {
                $0.hold = "10m"
                $0.more = ["notify: [\(paths.map(receiver.url).joined(separator: ", "))]"]
            }
            try await body(stage, receiver)
        }
    }

    private func result(_ word: String) -> String { "sluice_webhooks_total{result=\"\(word)\"}" }

    /// Every decision in the journal has been received whole; one that was refused at first may
    /// come after later ones.
    private func expectEveryDecision(
        _ stage: RampStage, _ messages: [WebhookReceiver.Message]
    ) async throws {
        let decisions = try await stage.decisions()
        #expect(messages.count == decisions.count)
        #expect(Set(messages.map(\.id)).count == messages.count)
        #expect(messages.allSatisfy { $0.isSigned })
        let ordered = messages.sorted { Self.decision(of: $0) < Self.decision(of: $1) }
        for (message, decision) in zip(ordered, decisions) {
            #expect(message.contentType.hasPrefix("application/json"))
            #expect(message.timestamp > 1_500_000_000)
            #expect(throws: Never.self) {
                try JSONSerialization.jsonObject(with: Data(message.body.utf8))
            }
            #expect(message.body.contains("\"\(decision.kind)\""), "\(message.body)")
            #expect(message.body.contains("sentiment"))
        }
    }

    private static func decision(of message: WebhookReceiver.Message) -> Int {
        let json = try? JSONSerialization.jsonObject(with: Data(message.body.utf8))
        let data = (json as? [String: Any])?["data"] as? [String: Any]
        return data?["decision_id"] as? Int ?? 0
    }

    @Test func everyDecisionArrivesOnceAndSigned() async throws {
        try await withReceiver(["/sluice", "/second"]) { stage, receiver in
            try await stage.waitFor(step: 1)
            try await stage.act("promote", reason: "to be told")
            try await stage.act("abort", reason: "to be told, too")
            try await stage.waitFor(phase: "aborted")
            for path in ["/sluice", "/second"] {
                let messages = try await Wait.value("four messages to \(path)") {
                    let messages = try receiver.messages().filter { $0.path == path }
                    return messages.count >= 4 ? messages : nil
                }
                try await expectEveryDecision(stage, messages)
                #expect(messages.contains { $0.body.contains("to be told, too") })
            }
            try await stage.gateway.waitForMetric(result("delivered"), 8)
            #expect(try await stage.gateway.metrics().values["sluice_webhooks_waiting"] == 0)
        }
    }

    @Test func whatIsRefusedIsPostedAgainAlsoAfterARestart() async throws {
        try await withReceiver { stage, receiver in
            try receiver.answer(503)
            try await stage.waitFor(step: 1)
            try await stage.act("abort", reason: "while nobody listens")
            try await stage.waitFor(phase: "aborted")
            let refused = try await Wait.value("a first attempt") {
                try receiver.messages().first { $0.status == 503 }
            }
            #expect(refused.isSigned)
            try await Wait.until("three messages waiting") {
                try await stage.gateway.metrics().values["sluice_webhooks_waiting"] == 3
            }
            try await stage.stop()
            try receiver.answer(204)
            try await stage.start()
            let messages = try await Wait.value("three messages", seconds: 90) {
                let messages = try receiver.messages().filter { $0.status == 204 }
                return messages.count >= 3 ? messages : nil
            }
            try await expectEveryDecision(stage, messages)
            // The receiver can tell that it is the same one.
            #expect(messages.contains { $0.id == refused.id })
            try await stage.gateway.waitForMetric("sluice_webhooks_waiting", 0)
        }
    }

    @Test func aRollbackIsToldInBothFormsAlsoAfterARestart() async throws {
        try await Scenario.run { scenario in
            let receiver = try await scenario.webhookReceiver()
            try receiver.answer(503)
            try scenario.write("Routes/gateway.yaml", "webhook_secret_file: webhook-secret\n")
            let targets = "\(receiver.url("/event")), {slack: \(receiver.url("/slack?secret"))}"
            let stage = try await RampStage(scenario) {
                $0.hold = "10m"
                $0.steps = "[25%, 100%]"
                $0.breaker = RampRoute.usualBreaker
                $0.more = ["notify: [\(targets)]"]
            }
            try await stage.gateway.underLoad(.users(200)) { _ in
                try await stage.waitFor(step: 1)
                try await scenario.change(stage.candidate, ["error_rate": 1])
                try await stage.waitFor(phase: "rolled_back")
            }
            let path = "/api/v1/routes/sentiment"
            let shown = String(decoding: try await stage.get(path).1, as: UTF8.self)
            #expect(shown.contains(" slack\"") && !shown.contains("secret"), "\(shown)")
            try await Wait.until("a first attempt of each") {
                Set(try receiver.messages().map(\.path)).count == 2
            }
            try await stage.stop()
            try receiver.answer(204)
            try await stage.start()
            let kind = "rolling_back"
            let count = try await stage.decisions().count
            let messages = try await Wait.value("all messages", seconds: 90) {
                let messages = try receiver.messages().filter { $0.status == 204 }
                return messages.count >= 2 * count ? messages : nil
            }
            #expect(messages.count == 2 * count)
            #expect(messages.allSatisfy { $0.isSigned })
            let decision = try #require(try await stage.decisions().first { $0.kind == kind })
            let event = messages.filter {
                $0.path == "/event" && $0.body.contains("ramp.\(kind)\"")
            }
            #expect(event.count == 1 && event[0].body.contains(#""route":"sentiment""#))
            let lines = messages.filter { $0.path == "/slack?secret" }.map(\.body)
            #expect(lines.count == count && lines.allSatisfy { $0.hasPrefix(#"{"text":""#) })
            let line = try #require(
                lines.first { $0.hasPrefix(#"{"text":"\#(kind): sentiment: "#) })
            #expect(line.hasSuffix(#" (decision \#(decision.id))"}"#), "\(line)")
            #expect(!stage.gateway.process.errors.contains("secret"))
        }
    }

    @Test func aReceiverThatHangsHoldsNothingUp() async throws {
        try await withReceiver { stage, receiver in
            // It takes connections and answers nothing.
            receiver.process.send(SIGSTOP)
            try await stage.waitFor(step: 1)
            for step in [2, 3] {
                try await stage.act("promote")
                try await stage.waitFor(step: step)
            }
            try await stage.act("abort")
            try await stage.waitFor(phase: "aborted")
            #expect(try receiver.messages().isEmpty)
            receiver.process.send(SIGCONT)
            let count = try await stage.decisions().count
            try await Wait.until("all messages", seconds: 90) {
                let arrived = Set(try receiver.messages().map(\.id))
                return arrived.count >= count
            }
        }
    }
}
