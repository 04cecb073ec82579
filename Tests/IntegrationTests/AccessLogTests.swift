// Proves: the access log is one JSON object a line, whatever clients send, and can be rotated.

import Foundation
import Testing
import Waiting

@Suite struct AccessLogTests {
    /// One line of the log.
    private struct Line: Decodable {
        let requestId: String
        let client: String
        let method: String
        let host: String
        let target: String
        let route: String
        let version: String
        let status: Int
        let outcome: String
        let totalUs: Int
        let receivedBytes: Int
        let sentBytes: Int
    }

    private func withGateway(
        _ settings: String, errors: Double = 0,
        _ body: (Scenario, Gateway) async throws -> Void
    ) async throws {
        try await Scenario.run { scenario in
            let model = try await scenario.model("v1", errors: errors)
            try scenario.route(versions: [("v1", model.endpoint)])
            try scenario.write("Routes/gateway.yaml", "access_log: {\(settings)}\n")
            try await body(scenario, try await scenario.gateway())
        }
    }

    /// The lines of a file once there are so many.
    private func lines(_ scenario: Scenario, _ path: String, _ count: Int) async throws -> [Line] {
        try await Wait.until("\(count) lines in \(path)") {
            scenario.read(path).split(separator: "\n").count >= count
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let text = scenario.read(path)
        #expect(text.hasSuffix("\n"))
        return try text.split(separator: "\n").map {
            try decoder.decode(Line.self, from: Data($0.utf8))
        }
    }

    @Test func eachRequestIsALine() async throws {
        try await withGateway("to: access.log") { scenario, gateway in
            let answer = try await scenario.curl(
                gateway, "/v1/sentiment/x?q=1", ["-d", "hello", "-H", "x-request-id: mine-1"])
            let line = try #require(try await lines(scenario, "access.log", 1).first)
            #expect(line.requestId == answer["x-request-id"])
            #expect(line.client == "127.0.0.1")
            #expect(line.method == "POST")
            #expect(line.host == "localhost:\(gateway.port)")
            #expect(line.target == "/v1/sentiment/x?q=1")
            #expect(line.route == "sentiment")
            #expect(line.version == "v1")
            #expect(line.status == 200)
            #expect(line.outcome == "answered")
            #expect(line.totalUs > 0)
            #expect(line.receivedBytes >= 5)
            #expect(line.sentBytes >= answer.body.count)
        }
    }

    @Test(arguments: ["--http1.1", "--http2"])
    func hostileRequestsNeverBreakALine(version: String) async throws {
        let targets = [
            "/v1/sentiment/\"x", "/v1/sentiment/\\x", "/v1/sentiment/\u{E9}\u{4E2D}",
            "/v1/sentiment/%22%0A%00", "/v1/sentiment/?q=\",\"status\":200,\"x\":\"",
            "/v1/sentiment/{}", "/v1/sentiment/\u{7F}", "/v1/sentiment/$(id)'",
        ]
        try await withGateway("to: access.log") { scenario, gateway in
            var forwarded: [String] = []
            for target in targets {
                let answer = try await scenario.curl(
                    gateway, "/",
                    [
                        // HTTP/2 has no words for most of these.
                        version, "--request-target", target, "-H",
                        "x-request-id: \"}{\u{E9}", "-H", "user-agent: \"\\\u{E9}",
                    ])
                // What is malformed by HTTP/2 is reset without an answer (RFC 9113 §8.1.1).
                let allowed = version == "--http2" ? [200, 400, 0] : [200, 400]
                #expect(allowed.contains(answer.status), "\(target): \(answer.status)")
                let isForwarded = answer.status != 0 && answer["x-sluice-error"] == nil
                if isForwarded { forwarded.append(target) }
            }
            #expect(forwarded.contains("/v1/sentiment/$(id)'"))
            // The model may refuse such a method; the gateway has nothing against it.
            let method = "A!#$%&'*+-.^_`|~"
            let odd = try await scenario.curl(
                gateway, "/v1/sentiment/odd", [version, "-X", method])
            #expect(odd["x-sluice-error"] == nil)
            let lines = try await lines(scenario, "access.log", forwarded.count + 1)
            #expect(lines.map(\.target) == forwarded + ["/v1/sentiment/odd"])
            #expect(lines.last?.method == method)
            #expect(lines.allSatisfy { $0.requestId.wholeMatch(of: /[0-9a-f]{32}/) != nil })
        }
    }

    @Test func refusedRequestsAreLoggedToo() async throws {
        try await withGateway("to: access.log") { scenario, gateway in
            let answer = try await scenario.curl(gateway, "/nowhere")
            #expect(answer.status == 404)
            let line = try #require(try await lines(scenario, "access.log", 1).first)
            #expect(line.target == "/nowhere")
            #expect(line.status == 404)
            #expect(line.outcome == "refused")
            #expect(line.requestId == answer["x-request-id"])
        }
    }

    @Test func manyRequestsAtOnceAreManyWholeLines() async throws {
        try await withGateway("to: access.log") { scenario, gateway in
            let answers = try await scenario.curl(
                many: (0..<200).map { scenario.section(gateway, "/v1/sentiment/\($0)") },
                parallel: 10)
            #expect(answers.allSatisfy { $0.status == 200 })
            let lines = try await lines(scenario, "access.log", 200)
            #expect(Set(lines.map(\.target)).count == 200)
            let sent = Set(answers.compactMap { $0["x-request-id"] })
            #expect(Set(lines.map(\.requestId)) == sent)
        }
    }

    @Test func allLinesAreWrittenBeforeTheEnd() async throws {
        try await withGateway("to: access.log") { scenario, gateway in
            _ = try await scenario.curl(
                many: (0..<50).map { scenario.section(gateway, "/v1/sentiment/\($0)") },
                parallel: 10)
            gateway.process.send(SIGTERM)
            #expect(try await gateway.process.waitForEnd() == .exit(0))
            #expect(scenario.read("access.log").split(separator: "\n").count == 50)
        }
    }

    @Test func onlyErrorsIfSoWished() async throws {
        try await withGateway("to: access.log, errors_only: true", errors: 0.5) {
            scenario, gateway in
            let answers = try await scenario.curl(
                many: (0..<60).map { scenario.section(gateway, "/v1/sentiment/\($0)") })
            let failed = answers.count { $0.status == 500 }
            #expect(failed > 0 && failed < 60)
            gateway.process.send(SIGTERM)
            #expect(try await gateway.process.waitForEnd() == .exit(0))
            let lines = try await lines(scenario, "access.log", failed)
            #expect(lines.count == failed)
            #expect(lines.allSatisfy { $0.status == 500 })
        }
    }

    @Test func aHangUpAfterAMoveOpensANewFile() async throws {
        try await withGateway("to: access.log") { scenario, gateway in
            _ = try await scenario.curl(gateway, "/v1/sentiment/first")
            _ = try await lines(scenario, "access.log", 1)
            try FileManager.default.moveItem(
                atPath: "\(scenario.folder)/access.log", toPath: "\(scenario.folder)/old.log")
            _ = try await scenario.curl(gateway, "/v1/sentiment/second")
            #expect(try await lines(scenario, "old.log", 2).count == 2)
            gateway.process.send(SIGHUP)
            try await Wait.until("the new file") { scenario.exists("access.log") }
            _ = try await scenario.curl(gateway, "/v1/sentiment/third")
            let new = try await lines(scenario, "access.log", 1)
            #expect(new.map(\.target) == ["/v1/sentiment/third"])
            #expect(try await lines(scenario, "old.log", 2).count == 2)
        }
    }

    @Test func standardOutputIsPossibleToo() async throws {
        try await withGateway("to: stdout") { scenario, gateway in
            _ = try await scenario.curl(gateway, "/v1/sentiment/first")
            try await Wait.until("a line") { gateway.process.output.hasSuffix("\n") }
            let object = try JSONSerialization.jsonObject(with: gateway.process.outputData)
            #expect((object as? [String: Any])?["target"] as? String == "/v1/sentiment/first")
        }
    }
}
