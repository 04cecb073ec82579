// Proves: twenty reloads under steady load fail no request.

import Foundation
import Testing
import Waiting

@Suite struct ReloadUnderLoadTests {
    /// Changes the split again and again until `curl` has sent everything.
    @Test func noRequestFailsWhileFilesChange() async throws {
        try await Scenario.run { scenario in
            let models = [try await scenario.model("v1"), try await scenario.model("v2")]
            func write(_ share: Int) throws {
                try scenario.route(
                    versions: [("v1", models[0].endpoint), ("v2", models[1].endpoint)],
                    "split: {v1: \(100 - share)%, v2: \(share)%}")
            }
            try write(0)
            let gateway = try await scenario.gateway()
            // Each round is one `curl` with kept and with new connections; rounds follow each
            // other until the reloads are over, so that all of them happen under load.
            async let statuses = load(scenario, gateway, untilRevision: 21)
            for step in 1...20 {
                try write(step * 5)
                if step % 5 == 0 { gateway.process.send(SIGHUP) }
                let revision = Double(step + 1)
                try await Wait.until("reload \(step)") {
                    let served = try await gateway.metrics().values["sluice_config_revision"]
                    return (served ?? 0) >= revision
                }
            }
            let all = try await statuses
            #expect(all.count >= 100)
            #expect(Set(all) == [200], "\(all.filter { $0 != 200 })")
            let errors = try await gateway.metrics().sum("sluice_errors_total")
            #expect(errors == 0)
            #expect(try await gateway.metrics().sum("sluice_problems_total") == 0)
        }
    }

    /// Sends rounds of parallel requests until a revision is served; gives every status.
    private func load(
        _ scenario: Scenario, _ gateway: Gateway, untilRevision last: Double
    ) async throws -> [Int] {
        var statuses: [Int] = []
        return try await Wait.value("the last reload", seconds: 120) {
            let served = try await gateway.metrics().values["sluice_config_revision"] ?? 0
            let answers = try await scenario.curl(
                many: (0..<50).map { _ in scenario.section(gateway, "/v1/sentiment") },
                parallel: 8)
            statuses += answers.map(\.status)
            return served >= last ? statuses : nil
        }
    }
}
