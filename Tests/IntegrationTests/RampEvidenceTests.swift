// Proves: what counts as evidence for or against a candidate, and what does not.

import Foundation
import Testing
import Waiting

@Suite struct RampEvidenceTests {
    /// The requests and errors of both versions that a guard on errors has looked at.
    private func counts(_ ramp: RampDocument) -> [Int] {
        ramp.guards.first { $0.metric == "error_rate" }.map { [$0.stableCount, $0.candidateCount] }
            ?? []
    }

    @Test func aRequestThatIsSentAgainCountsOnceForItsVersion() async throws {
        try await Scenario.run { scenario in
            let gone = try await scenario.model("v2")
            gone.process.destroy()
            let stage = try await RampStage(scenario) {
                $0.candidateEndpoints.insert(gone.endpoint, at: 0)
                $0.steps = "[50%, 100%]"
                $0.hold = "10m"
            }
            try await stage.waitFor(step: 1)
            var plan = RampLoad.Plan.users(200)
            plan.mostRequests = 600
            try await stage.gateway.underLoad(plan) { load in
                try await Wait.until("600 answers") { load.samples().count == 600 }
                // Nobody noticed the endpoint that is not there.
                #expect(load.samples().failures == [])
                let sent = load.counts()
                try await stage.waitFor("600 requests in the evidence") {
                    counts($0) == [sent["v1"] ?? 0, sent["v2"] ?? 0]
                }
                let metrics = try await stage.gateway.metrics()
                #expect(metrics.sum("sluice_request_retries_total", "version=\"v2\"") > 0)
                #expect(metrics.sum("sluice_request_retries_total", "version=\"v1\"") == 0)
                #expect(metrics.sum("sluice_errors_total") == 0)
                #expect(try await stage.kinds() == ["started"])
            }
        }
    }

    /// Forty clients, each of whom asks, waits a little and resets its connection.
    private static let impatient = """
        import socket, ssl, struct, sys, time
        context = ssl.create_default_context(cafile=sys.argv[2])
        clients = []
        for number in range(40):
            raw = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client = context.wrap_socket(raw, server_hostname="localhost")
            client.sendall(b"GET /v1/sentiment HTTP/1.1\\r\\nhost: localhost:%d\\r\\n"
                           b"x-user-id: gone-%d\\r\\n\\r\\n" % (int(sys.argv[1]), number))
            clients.append(client)
        time.sleep(0.5)
        for client in clients:
            client.close()
        """

    @Test func aClientThatGoesAwayIsNoError() async throws {
        try await RampStage.run {
            $0.steps = "[50%, 100%]"
            $0.hold = "10m"
            $0.breaker = RampRoute.usualBreaker
        } body: { stage in
            try await stage.waitFor(step: 1)
            for model in [stage.stable, stage.candidate] {
                try await stage.scenario.change(model, ["hang_share": 1])
            }
            let script = try await stage.scenario.finish(
                "python3",
                [
                    "-c", Self.impatient, "\(stage.gateway.port)",
                    "\(stage.scenario.certificate)",
                ])
            try #require(script.end == .exit(0), "\(script.errors)")
            try await Wait.until("forty clients that went away") {
                try await stage.gateway.metrics().sum("sluice_client_gone_total") == 40
            }
            let metrics = try await stage.gateway.metrics()
            #expect(metrics.sum("sluice_client_gone_total", "version=\"v2\"") > 5)
            #expect(metrics.sum("sluice_errors_total") == 0)
            #expect(counts(try await stage.ramp()) == [0, 0])
            #expect(try await stage.kinds() == ["started"])
        }
    }

    @Test func aTestersRequestIsNoEvidence() async throws {
        try await RampStage.run {
            $0.hold = "10m"
            $0.breaker = RampRoute.usualBreaker
            $0.rest = ["override: {header: x-use-version}"]
        } body: { stage in
            let scenario = stage.scenario
            try await scenario.change(stage.candidate, ["error_rate": 1])
            let answers = try await scenario.curl(
                many: (0..<60).map { _ in
                    scenario.section(
                        stage.gateway, "/v1/sentiment", headers: ["x-use-version: v2"])
                })
            #expect(answers.allSatisfy { $0.status == 500 })
            try await Wait.until("60 requests of testers") {
                try await stage.gateway.metrics().sum(
                    "sluice_override_requests_total", "version=\"v2\"") == 60
            }
            let ramp = try await stage.ramp()
            try await stage.waitFor("two more seconds") { $0.watchedMs >= ramp.watchedMs + 2_000 }
            let now = try await stage.ramp()
            #expect(now.phase == "step")
            #expect(now.share == 25)
            #expect(counts(now) == [0, 0])
        }
    }

    /// Evidence of a step holds only what began on it, though what was slow ends later.
    @Test func evidenceOfOneStepNeverReachesTheNext() async throws {
        try await RampStage.run {
            $0.steps = "[25%, 50%, 100%]"
            $0.hold = "10m"
            $0.guards = ["{metric: error_rate, max: 90%}"]
        } body: { stage in
            try await stage.waitFor(step: 1)
            try await stage.scenario.change(
                stage.candidate, ["slow_share": 1, "slow_ms": 3_000, "error_rate": 1])
            var plan = RampLoad.Plan.users(200)
            plan.mostRequests = 300
            try await stage.gateway.underLoad(plan) { load in
                try await Wait.until("every request on its way") {
                    let metrics = try await stage.gateway.metrics()
                    let underWay = metrics.sum("sluice_requests_in_flight", "version=\"v2\"")
                    return underWay > 20 && load.samples().count + Int(underWay) >= 300
                }
                try await stage.act("promote")
                try await Wait.until("300 answers") { load.samples().count == 300 }
                let ramp = try await stage.waitFor(step: 2)
                let later = try await stage.waitFor("two more seconds") {
                    $0.watchedMs >= ramp.watchedMs + 2_000
                }
                #expect(counts(later) == [0, 0])
            }
        }
    }
}
