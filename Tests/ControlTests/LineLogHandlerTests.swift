// The handler of the gateway's own log: levels, metadata, and whole lines from many threads.

import Foundation
import Glibc
import Logging
import Plan
import Testing

@testable import Control

@Suite struct LineLogHandlerTests {
    private struct Failure: Error, CustomStringConvertible {
        var description: String { "broken\nin two" }
    }

    /// What a logger wrote to a file.
    private func written(
        _ format: LogSettings.Format, _ level: LogSettings.Level,
        _ body: (Logger) async throws -> Void
    ) async throws -> [[String: Any]] {
        let path = NSTemporaryDirectory() + "sluice-log-\(UUID().uuidString)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        try #require(descriptor >= 0)
        defer {
            close(descriptor)
            unlink(path)
        }
        var settings = LogSettings()
        settings.format = format
        settings.level = level
        try await body(GatewayLog.logger("sluice", settings, to: LogOutput(descriptor)))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return try text.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(object as? [String: Any])
        }
    }

    @Test(arguments: [
        (LogSettings.Level.debug, ["debug", "info", "notice", "warning", "error", "critical"]),
        (.info, ["info", "notice", "warning", "error", "critical"]),
        (.warning, ["warning", "error", "critical"]), (.error, ["error", "critical"]),
    ])
    func levels(level: LogSettings.Level, expected: [String]) async throws {
        let lines = try await written(.json, level) { logger in
            for level in Logger.Level.allCases { logger.log(level: level, "m") }
        }
        #expect(lines.compactMap { $0["level"] as? String } == expected)
    }

    @Test func whatIsNearerGoesFirst() async throws {
        let lines = try await written(.json, .info) { logger in
            var logger = logger
            logger[metadataKey: "a"] = "far"
            logger[metadataKey: "b"] = "far"
            logger.info("m", metadata: ["b": "near"])
            logger.error("m", error: Failure())
        }
        try #require(lines.count == 2)
        #expect(lines[0]["metadata"] as? [String: String] == ["a": "far", "b": "near"])
        #expect(lines[0]["source"] as? String == "ControlTests")
        let metadata = try #require(lines[1]["metadata"] as? [String: String])
        #expect(metadata["error.message"] == "broken\nin two")
    }

    @Test func linesOfManyThreadsDoNotMix() async throws {
        let lines = try await written(.json, .info) { logger in
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<8 {
                    group.addTask {
                        for number in 0..<200 {
                            let text = String(repeating: "\(task)\n", count: 1_000)
                            logger.info("\(text)", metadata: ["number": "\(number)"])
                        }
                    }
                }
            }
        }
        #expect(lines.count == 1_600)
        #expect(
            lines.allSatisfy { Set(($0["message"] as? String ?? "").filter(\.isNumber)).count == 1 }
        )
    }

    @Test(.timeLimit(.minutes(1))) func aPipeThatNobodyReadsHoldsNobodyUp() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        try #require(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
        let output = LogOutput(ends[1])
        let line = [UInt8](repeating: 0x61, count: LogLine.mostBytes - 1) + [0x0A]
        // Ten times what a pipe holds, and far more than could each wait for a reader.
        for _ in 0..<2_000 { output.write(line) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let first = read(ends[0], &bytes, bytes.count)
        #expect(first > 0 && first < 2_000 * line.count && first % line.count == 0)
        #expect(output.lostLines == 2_000 - first / line.count)
        output.write(Array("after\n".utf8))
        let second = read(ends[0], &bytes, bytes.count)
        #expect(String(decoding: bytes.prefix(max(0, second)), as: UTF8.self) == "after\n")
    }

    @Test func aLineThatWasCutOffByTheSystemEndsBeforeTheNext() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        try #require(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
        // F_SETPIPE_SZ, which the module of the C library does not have.
        let room = fcntl(ends[1], 1_031, 4_096)
        try #require(room > 0)
        let output = LogOutput(ends[1])
        output.write(Array(repeating: 0x61, count: Int(room) + 1) + [0x0A])
        var bytes = [UInt8](repeating: 0, count: Int(room) * 2)
        let first = read(ends[0], &bytes, bytes.count)
        #expect(first == Int(room))
        output.write(Array("whole\n".utf8))
        let second = read(ends[0], &bytes, bytes.count)
        #expect(String(decoding: bytes.prefix(max(0, second)), as: UTF8.self) == "\nwhole\n")
        output.write(Array("next\n".utf8))
        let third = read(ends[0], &bytes, bytes.count)
        #expect(String(decoding: bytes.prefix(max(0, third)), as: UTF8.self) == "next\n")
    }
}
