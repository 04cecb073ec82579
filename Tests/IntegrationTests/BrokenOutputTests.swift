// Proves: a reader that goes away, or a full disk, never makes the program trap.

import Foundation
import Testing

@Suite struct BrokenOutputTests {
    /// Whether this is an end that a program may have when nobody takes its output.
    private func isOrderly(_ end: ChildProcess.End) -> Bool {
        switch end {
        case .exit: true
        case .signal(let signal): signal == SIGPIPE
        }
    }

    /// Starts a command, reads until a text has come, and goes away.
    private func leave(
        _ scenario: Scenario, after text: String, _ arguments: [String]
    ) async throws -> ChildProcess {
        let reader = try Reader(scenario)
        let process = try scenario.start(Scenario.binary, arguments, output: reader.path)
        try await Wait.until(text) { reader.read().contains(text) }
        reader.goAway()
        return process
    }

    @Test func watchEndsQuietlyWhenItsReaderGoesAway() async throws {
        try await Scenario.run { scenario in
            try scenario.route(versions: [("v1", "http://127.0.0.1:9")])
            let gateway = try await scenario.gateway()
            let watch = try await leave(
                scenario, after: "VERSION", ["watch", "--admin", gateway.admin])
            let end = try await watch.waitForEnd()
            #expect(isOrderly(end))
            let complaint = String(watch.errors.prefix(100))
            #expect(complaint.isEmpty)
        }
    }

    @Test func theDemoLeavesNothingWhenItsReaderGoesAway() async throws {
        try await Scenario.run { scenario in
            let demo = try await leave(scenario, after: "VERSION", ["demo", "--rate", "50"])
            let end = try await demo.waitForEnd()
            #expect(isOrderly(end))
            let left = try FileManager.default.contentsOfDirectory(atPath: scenario.temporary)
            #expect(left.filter { $0.hasPrefix("sluice-demo") } == [])
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
