// Proves: a reader that goes away, or a full disk, never makes the program trap.

import Foundation
import Testing
import Waiting

@Suite struct BrokenOutputTests {
    @Test func watchEndsQuietlyWhenItsReaderGoesAway() async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://127.0.0.1:9")])
            let gateway = try await scenario.gateway()
            let watch = try await scenario.startAndLeave(
                ["watch", "--admin", gateway.admin], after: "VERSION")
            #expect(try await watch.waitForEnd().isOrderly)
            let complaint = String(watch.errors.prefix(100))
            #expect(complaint.isEmpty)
        }
    }

    @Test(arguments: [
        ["check"], ["check", "--schema"], ["explain", "https://localhost/v1/sentiment"],
    ])
    func aFullDiskIsAnError(arguments: [String]) async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://127.0.0.1:9")])
            let process = try scenario.start(Scenario.binary, arguments, output: "/dev/full")
            #expect(try await process.waitForEnd() == .exit(1))
            let hasTrapped = process.errors.contains("Fatal error")
            #expect(!hasTrapped)
        }
    }

    @Test func anErrorThatNobodyCanReadKeepsItsCode() async throws {
        try await Scenario.run { scenario in
            let process = try scenario.start(
                Scenario.binary, ["check", "--frobnicate"], errors: "/dev/full")
            #expect(try await process.waitForEnd() == .exit(2))
        }
    }

    @Test func theGatewayServesOnWhenNobodyReadsItsLog() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            try await scenario.makeCertificate()
            let reader = try Reader(scenario)
            let process = try scenario.start(
                Scenario.binary, ["run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"],
                errors: reader.path)
            let gateway = try await Gateway(scenario: scenario, listening: process) {
                reader.read()
            }
            reader.goAway()
            try scenario.write("Routes/broken.yaml", "route: [\n")
            try await gateway.waitForMetric("sluice_config_last_reload_successful", 0)
            #expect(try await scenario.curl(gateway, "/v1/sentiment").status == 200)
            process.send(SIGTERM)
            #expect(try await process.waitForEnd() == .exit(0))
        }
    }

    @Test func anAccessLogOnAFullDiskStopsNoRequestAndIsCounted() async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1")
            try scenario.route(versions: [("v1", model.endpoint)])
            try scenario.write("Routes/gateway.yaml", "access_log: {to: /dev/full}\n")
            let gateway = try await scenario.gateway()
            let answers = try await scenario.curl(
                many: (0..<5).map { _ in scenario.section(gateway, "/v1/sentiment") })
            #expect(answers.allSatisfy { $0.status == 200 })
            try await Wait.until("five lost lines to be counted", seconds: 5) {
                try await gateway.metrics().sum("sluice_access_log_dropped_total") == 5
            }
        }
    }
}
