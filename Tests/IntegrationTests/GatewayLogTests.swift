// Proves: every line that a gateway writes of itself is one JSON object, if so asked, whatever is in
// the names and texts that it tells of.

import Foundation
import Testing
import Waiting

@Suite struct GatewayLogTests {
    private struct Line: Decodable {
        let time: String
        let time_ms: Int
        let level: String
        let source: String
        let message: String
        let metadata: [String: String]?
    }

    /// All whole lines so far.
    private static func lines(_ process: ChildProcess) throws -> [Line] {
        let text = process.errors
        let whole = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        return try whole.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    /// A gateway with `log: {format: json}`, once it listens.
    private static func gateway(_ scenario: Scenario, _ level: String) async throws -> Gateway {
        let model = try await scenario.model("v1")
        try scenario.route(versions: [("v1", model.endpoint)])
        try scenario.write("Routes/gateway.yaml", "log: {format: json, level: \(level)}\n")
        try await scenario.makeCertificate()
        let process = try scenario.start(
            Scenario.binary,
            ["run", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--workers", "2"])
        return try await Gateway(scenario: scenario, listening: process) {
            let places = try? lines(process).first { $0.message == "listening" }?.metadata
            return (places ?? [:]).map { "\($0)=\($1)" }.joined(separator: " ") + " listening\n"
        }
    }

    @Test func everyLineIsAnObject() async throws {
        try await Scenario.run { scenario in
            let gateway = try await Self.gateway(scenario, "debug")
            let name = "a\nb\"c\\d\u{1B}[2J\u{202E}é{\u{2028}\r.yaml"
            try scenario.write("Routes/\(name)", "route: \"x\\n\\u001B[2J\"\n\"k\\\"\\n\": [\n")
            let errors = try await Wait.value("what is wrong") {
                let lines = try Self.lines(gateway.process).filter { $0.level == "error" }
                return lines.count >= 2 ? lines : nil
            }
            #expect(errors.contains { $0.message.contains("a\u{FFFD}b\"c\\d\u{FFFD}[2J") })
            try scenario.remove("Routes/\(name)")
            try await gateway.waitForMetric("sluice_config_last_reload_successful", 1)
            // What is read from the file holds from the next start on.
            try scenario.write("Routes/gateway.yaml", "log: {format: text}\n")
            try await Wait.until("a warning") {
                try Self.lines(gateway.process).contains {
                    $0.level == "warning" && $0.message.contains("log changed; restart to use it")
                }
            }
            gateway.process.send(SIGTERM)
            #expect(try await gateway.process.waitForEnd() == .exit(0))
            let lines = try Self.lines(gateway.process)
            #expect(gateway.process.errors.hasSuffix("\n"))
            #expect(gateway.process.output.isEmpty)
            #expect(lines.last?.message == "ended")
            #expect(
                lines.contains { $0.message == "configuration loaded" && $0.source == "Control" })
            let time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/
            #expect(lines.allSatisfy { $0.time.wholeMatch(of: time) != nil })
            #expect(lines.allSatisfy { $0.time_ms > 1_500_000_000_000 })
        }
    }

    @Test func theLevelBoundsWhatIsWritten() async throws {
        try await Scenario.run { scenario in
            let gateway = try await Self.gateway(scenario, "info")
            try scenario.write("Routes/gateway.yaml", "log: {format: json, level: error}\n")
            gateway.process.send(SIGTERM)
            #expect(try await gateway.process.waitForEnd() == .exit(0))
            try scenario.write("Routes/broken.yaml", "route: [\n")
            let refused = try await scenario.sluice("run")
            // Before gateway.yaml counts, and so as text.
            #expect(refused.errors.contains("broken.yaml:1:9: error: "))
            try scenario.remove("Routes/broken.yaml")
            let model = try await scenario.model()
            let taken = try await scenario.sluice(
                "run", "--listen", "127.0.0.1:\(model.port)", "--admin", "127.0.0.1:0")
            #expect(taken.end == .exit(1))
            let line = try JSONDecoder().decode(Line.self, from: Data(taken.errors.utf8))
            #expect(line.level == "critical")
            #expect(line.message.contains("another process listens there"))
            #expect(!line.message.contains("error:"))
        }
    }
}
