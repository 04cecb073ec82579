// Proves: the demo runs by itself, ends by itself or on Ctrl-C, and leaves nothing behind.

import Foundation
import Testing

// One after the other: each demo takes the usual ports if they are free, and looks at the end
// whether they are free again.
@Suite(.serialized) struct DemoTests {
    /// The address of a port that the demo says it serves at.
    private func address(_ text: String, _ pattern: Regex<(Substring, Substring)>) -> String? {
        text.firstMatch(of: pattern).map { String($0.1) }
    }

    /// Nothing listens where the demo did, and its folder is gone.
    private func expectNothingLeft(_ scenario: Scenario, _ output: String) async throws {
        let clients = try #require(address(output, /https:\/\/(localhost:\d+)/))
        let admin = try #require(address(output, /http:\/\/(127\.0\.0\.1:\d+)\/metrics/))
        #expect(try await scenario.curl(["-k", "https://\(clients)/"]).end == .exit(7))
        #expect(try await scenario.curl(["http://\(admin)/readyz"]).end == .exit(7))
        let left = try FileManager.default.contentsOfDirectory(atPath: scenario.temporary)
        #expect(left.filter { $0.hasPrefix("sluice-demo") } == [])
        #expect(!scenario.exists(".sluice"))
    }

    @Test func theDemoEndsAfterItsSeconds() async throws {
        try await Scenario.run { scenario in
            let demo = try await scenario.sluice("demo", "--seconds", "3", "--rate", "100")
            #expect(demo.end == .exit(0), "\(demo.errors)")
            #expect(demo.errors.isEmpty)
            #expect(demo.output.contains("  v1 "))
            #expect(demo.output.contains("  v2 "))
            #expect(demo.output.hasSuffix("nothing of it is left\n"))
            try await expectNothingLeft(scenario, demo.output)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func theDemoEndsCleanlyOnASignal(signal: Int32) async throws {
        try await Scenario.run { scenario in
            let demo = try scenario.start(Scenario.binary, ["demo", "--rate", "50"])
            try await Wait.until("a first table") { demo.output.contains("VERSION") }
            demo.send(signal)
            #expect(try await demo.waitForEnd() == .exit(0))
            #expect(demo.errors.isEmpty, "\(demo.errors)")
            try await expectNothingLeft(scenario, demo.output)
        }
    }

    @Test func theDemoLeavesNothingWhenItsReaderGoesAway() async throws {
        try await Scenario.run { scenario in
            let demo = try await scenario.startAndLeave(
                ["demo", "--rate", "50"], after: "VERSION")
            #expect(try await demo.waitForEnd().isOrderly)
            let left = try FileManager.default.contentsOfDirectory(atPath: scenario.temporary)
            #expect(left.filter { $0.hasPrefix("sluice-demo") } == [])
        }
    }

    @Test func aSecondDemoBesideTheFirstTakesOtherPorts() async throws {
        try await Scenario.run { scenario in
            let first = try scenario.start(Scenario.binary, ["demo", "--rate", "20"])
            try await Wait.until("a first table") { first.output.contains("VERSION") }
            let second = try scenario.start(Scenario.binary, ["demo", "--rate", "20"])
            try await Wait.until("a second table") { second.output.contains("VERSION") }
            let places = [first, second].map { demo in
                address(demo.output, /https:\/\/(localhost:\d+)/)
            }
            #expect(places[0] != places[1])
            for demo in [first, second] {
                demo.send(SIGINT)
                #expect(try await demo.waitForEnd() == .exit(0))
                #expect(demo.errors.isEmpty, "\(demo.errors)")
            }
        }
    }

    @Test func theDemoServesWhatItSays() async throws {
        try await Scenario.run { scenario in
            let demo = try scenario.start(Scenario.binary, ["demo", "--rate", "50"])
            try await Wait.until("a first table") { demo.output.contains("VERSION") }
            let clients = try #require(address(demo.output, /https:\/\/(localhost:\d+)/))
            let certificate = try #require(address(demo.output, /--cacert (\S+)/))
            let answer = try await scenario.curl([
                "--cacert", certificate, "-H", "x-user-id: 42", "-d", "{}",
                "https://\(clients)/v1/sentiment",
            ])
            #expect(answer.status == 200 || answer["x-sluice-version"] == "v2")
            #expect(answer["x-request-id"] != nil)
            demo.send(SIGINT)
            #expect(try await demo.waitForEnd() == .exit(0))
        }
    }
}
