// Proves: a gateway that is told to end finishes what is under way, then ends with code 0.

import Foundation
import Testing
import Waiting

@Suite struct ShutdownTests {
    @Test(arguments: [SIGTERM, SIGINT])
    func aRequestUnderWayIsFinished(signal: Int32) async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1", latency: 1_500)
            try scenario.route(versions: [("v1", model.endpoint)])
            let gateway = try await scenario.gateway()
            async let slow = scenario.curl(gateway, "/v1/sentiment", ["-d", "hello"])
            try await gateway.waitForMetric(
                "sluice_requests_in_flight{route=\"sentiment\",version=\"v1\"}", 1)
            gateway.process.send(signal)
            try await Wait.until("the gateway to drain") {
                gateway.process.errors.contains("draining")
            }
            // No new connections while the old request is still under way.
            let late = try await scenario.curl(gateway, "/v1/sentiment")
            #expect(late.end == .exit(7))
            let answer = try await slow
            #expect(answer.end == .exit(0), "\(answer.errors)")
            #expect(answer.status == 200)
            #expect(try answer.json(ModelAnswer.self).bytes == 5)
            #expect(try await gateway.process.waitForEnd() == .exit(0))
            #expect(gateway.process.errors.hasSuffix("ended\n"))
        }
    }

    @Test func operatorsCanLookOnWhileTheGatewayDrains() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1", latency: 3_000)
            try scenario.route(versions: [("v1", model.endpoint)])
            let gateway = try await scenario.gateway()
            async let slow = scenario.curl(gateway, "/v1/sentiment")
            try await gateway.waitForMetric(
                "sluice_requests_in_flight{route=\"sentiment\",version=\"v1\"}", 1)
            gateway.process.send(SIGTERM)
            try await Wait.until("the gateway to drain") {
                gateway.process.errors.contains("draining")
            }
            #expect(try await scenario.curl(["http://\(gateway.admin)/readyz"]).status == 503)
            #expect(try await scenario.curl(["http://\(gateway.admin)/healthz"]).status == 200)
            #expect(try await gateway.metrics().values["sluice_draining"] == 1)
            #expect(try await slow.status == 200)
            #expect(try await gateway.process.waitForEnd() == .exit(0))
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func underLoadEveryAcceptedRequestIsAnswered(signal: Int32) async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1", latency: 30)
            try scenario.route(versions: [("v1", model.endpoint)])
            let gateway = try await scenario.gateway()
            async let load = scenario.curl(
                many: (0..<400).map { _ in scenario.section(gateway, "/v1/sentiment") },
                parallel: 10)
            try await Wait.until("load") {
                try await gateway.metrics().sum("sluice_requests_total") >= 20
            }
            gateway.process.send(signal)
            #expect(try await gateway.process.waitForEnd() == .exit(0))
            let answers = try await load
            // Answered whole, or never accepted: nothing in between.
            let answered = answers.filter { $0.status == 200 }
            #expect(answered.count >= 20)
            #expect(answers.allSatisfy { $0.status == 200 || $0.status == 0 })
            #expect(answered.allSatisfy { $0.text.hasSuffix("}\n") })
        }
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func aSecondStartOnTheSamePortsWorksAtOnce(signal: Int32) async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            let first = try await scenario.gateway()
            _ = try await scenario.curl(
                many: (0..<10).map { _ in scenario.section(first, "/v1/sentiment") },
                parallel: 5)
            first.process.send(signal)
            _ = try await first.process.waitForEnd()
            let process = try scenario.start(
                Scenario.binary, ["run", "--listen", first.clients, "--admin", first.admin])
            let second = try await Gateway(scenario: scenario, listening: process)
            #expect(second.clients == first.clients)
            #expect(try await scenario.curl(second, "/v1/sentiment").status == 200)
        }
    }

    @Test func aSecondGatewayWithTheSameStateDoesNotStart() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            let first = try await scenario.gateway()
            let second = try await scenario.sluice(
                "run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")
            #expect(second.end == .exit(1))
            #expect(second.errors.contains("another gateway uses the state in .sluice"))
            #expect(try await scenario.curl(first, "/v1/sentiment").status == 200)
        }
    }

    @Test func whatDoesNotEndInTimeIsCut() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1", latency: 300_000)
            try scenario.route(
                versions: [("v1", model.endpoint)], "timeout: {first_byte: 400s}")
            try scenario.write("Routes/gateway.yaml", "limits: {drain: 100ms, kill: 300ms}\n")
            let gateway = try await scenario.gateway()
            async let slow = scenario.curl(gateway, "/v1/sentiment")
            try await gateway.waitForMetric(
                "sluice_requests_in_flight{route=\"sentiment\",version=\"v1\"}", 1)
            gateway.process.send(SIGTERM)
            #expect(try await gateway.process.waitForEnd() == .exit(0))
            #expect(try await slow.end != .exit(0))
        }
    }

    @Test func anIdleGatewayEndsAtOnceWithItsConnectionsOpen() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            let gateway = try await scenario.gateway()
            // A client that keeps its connection, and says nothing.
            let idle = try scenario.start(
                "openssl", ["s_client", "-connect", gateway.clients, "-ign_eof"])
            try await gateway.waitForMetric("sluice_tls_handshakes_total", 1)
            gateway.process.send(SIGTERM)
            #expect(try await gateway.process.waitForEnd(seconds: 10) == .exit(0))
            _ = try await idle.waitForEnd()
        }
    }
}
