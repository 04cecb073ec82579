// Proves: an agent gets by DogStatsD what /metrics tells, by UDP and by a socket, to the last request;
// one that is gone costs nobody anything but datagrams.

import Foundation
import Testing
import Waiting

@Suite struct DogStatsDTests {
    private static let requests = 120

    @Test(arguments: [false, true])
    func anAgentGetsWhatPrometheusWouldSee(isUnix: Bool) async throws {
        try await Scenario.run { scenario in
            let agent = try await scenario.metricAgent(isUnix: isUnix)
            let gateway = try await scenario.gatewayFor(agent)
            let gauge = "sluice.share_wanted_ratio"
            try await Wait.until("a first round") {
                try agent.lines().contains { $0.name == gauge }
            }
            let answers = try await scenario.curl(
                many: (0..<Self.requests).map { scenario.section(gateway, "/v1/sentiment/\($0)") },
                parallel: 10)
            #expect(answers.count == Self.requests && answers.allSatisfy { $0.status == 200 })
            let metrics = try await gateway.metrics()
            let durations = metrics.sum("sluice_request_duration_seconds_sum")
            gateway.process.send(SIGTERM)
            #expect(try await gateway.process.waitForEnd() == .exit(0))
            let lines = try await Wait.value("what was counted") {
                let lines = try agent.lines()
                return lines.total("sluice.requests_total", "status:2xx") >= Double(Self.requests)
                    ? lines : nil
            }
            #expect(lines.total("sluice.requests_total", "status:2xx") == Double(Self.requests))
            #expect(lines.total("sluice.requests_total", "status:5xx") == 0)
            let times = lines.filter { $0.name == "sluice.request_duration_seconds" }
            #expect(times.allSatisfy { $0.kind == "d" })
            #expect(times.reduce(0) { $0 + $1.repeats } == Self.requests)
            let sum = times.reduce(0) { $0 + $1.value * Double($1.repeats) }
            // To the width of a bucket; the sum that was asked for may lack the last request.
            #expect(sum > durations * 0.99 && sum < durations * 1.01 + 1)
            let share = try #require(lines.last { $0.name == gauge })
            #expect(share.kind == "g" && share.value == 1)
            #expect(Set(share.tags) == ["route:sentiment", "version:v1", "env:test"])
            #expect(
                lines.allSatisfy { $0.name.hasPrefix("sluice.") && $0.tags.contains("env:test") })
            #expect(try agent.longest() <= (isUnix ? 8_192 : 1_432))
        }
    }

    @Test func anAgentThatIsGoneCostsOnlyDatagramsAndIsFoundAgain() async throws {
        try await Scenario.run { scenario in
            let agent = try await scenario.metricAgent(isUnix: true)
            agent.process.destroy()
            let gateway = try await scenario.gatewayFor(agent)
            let family = "sluice_dogstatsd_datagrams_total"
            try await Wait.until("datagrams to be lost") {
                try await gateway.metrics().sum(family, "failed") > 0
            }
            let answer = try await scenario.curl(gateway, "/v1/sentiment/x")
            #expect(answer.status == 200)
            #expect(gateway.process.errors.contains("metrics are not taken by DogStatsD"))
            let next = try await scenario.metricAgent(isUnix: true)
            try await Wait.until("datagrams to arrive") {
                let lines = try next.lines()
                return !lines.isEmpty
            }
            try await Wait.until("good news in the log") {
                gateway.process.errors.contains("metrics are sent to DogStatsD again")
            }
            #expect(try await gateway.metrics().sum(family, "sent") > 0)
        }
    }
}

extension Scenario {
    /// A gateway that sends its metrics there every second.
    fileprivate func gatewayFor(_ agent: MetricAgent) async throws -> Gateway {
        let model = try await model("v1")
        try route(versions: [("v1", model.endpoint)])
        try write(
            "Routes/gateway.yaml",
            "dogstatsd: {address: \"\(agent.address)\", interval: 1s, tags: {env: test}}\n")
        return try await gateway()
    }
}

extension [MetricAgent.Line] {
    /// What was counted under a name and a tag.
    fileprivate func total(_ name: String, _ tag: String) -> Double {
        filter { $0.name == name && $0.tags.contains(tag) && $0.kind == "c" }
            .reduce(0) { $0 + $1.value }
    }
}
