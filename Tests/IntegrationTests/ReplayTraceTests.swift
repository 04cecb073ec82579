// Proves: a trace that cannot be replayed is refused with the place of what is wrong.

import Foundation
import Testing

@Suite struct ReplayTraceTests {
    private static let good =
        "{\"at_ms\": 7, \"version\": \"v1\", \"status\": 200, \"latency_ms\": 1}"

    private func replay(_ trace: String) async throws -> Finished {
        var finished: Finished?
        try await Scenario.run { scenario in
            let route = RampRoute(
                stableEndpoints: ["http://127.0.0.1:9"], candidateEndpoints: ["http://127.0.0.1:8"])
            try scenario.write("Routes/sentiment.yaml", route.text)
            try scenario.write("trace.jsonl", trace)
            finished = try await scenario.sluice("replay", "trace.jsonl")
        }
        return try #require(finished)
    }

    /// What is wrong, as the second line of a trace, and its column.
    @Test(arguments: [
        ("x", 1), ("[1]", 1), ("\"at_ms\"", 1), ("{", 2), ("{} {}", 4),
        (good + ",", 62), (good.replacing("}", with: ""), 61),
        (good.replacing(": 200", with: " 200"), 40),
        (good.replacing("200", with: "2OO"), 41), (good.replacing("200", with: "+200"), 41),
        (good.replacing("200", with: "nan"), 41), (good.replacing("200", with: "\"200\""), 41),
        (good.replacing("200", with: "null"), 41), (good.replacing("200", with: "[200]"), 41),
        (good.replacing("200", with: "99"), 41), (good.replacing("200", with: "600"), 41),
        (good.replacing("200", with: "200.5"), 41), (good.replacing("200", with: "-1"), 41),
        (good.replacing("200", with: "1e999"), 41),
        (good.replacing("1}", with: "-1}"), 60), (good.replacing("1}", with: "1e12}"), 60),
        (good.replacing("\"v1\"", with: "\"v1"), 31), (good.replacing("\"v1\"", with: "\"\""), 25),
        (good.replacing("v1", with: "\\x"), 25), (good.replacing("v1", with: "v9"), 25),
        (good.replacing("\"v1\"", with: "1"), 25), (good.replacing(": 7", with: ": 6"), 11),
        (good.replacing(": 7", with: ": 1e15"), 11), (good.replacing("at_ms", with: "at"), 1),
        (good.replacing("version", with: "model"), 1),
        (good.replacing("latency_ms", with: "latency"), 1),
        (good.replacing("1}", with: "1, \"ttfb_ms\": -1}"), 74),
        (good.replacing("1}", with: "1, \"ttfb_ms\": true}"), 74),
        (good.replacing("1}", with: "1, \"stream\": 1}"), 73),
        (good.replacing("1}", with: "1, \"stream\": \"true\"}"), 73),
        (good.replacing("1}", with: "1, \"event_gap_ms\": \"5\"}"), 79),
        (good.replacing("1}", with: "1, \"event_gap_ms\": 1e12}"), 79),
        (good.replacing("1}", with: "1, \"event_gap_ms\": 5, \"stream\": false}"), 92),
    ])
    func whatIsWrongIsNamedWithItsPlace(line: String, column: Int) async throws {
        let run = try await replay("\(Self.good)\n\(line)\n\(Self.good)\n")
        #expect(run.end == .exit(1))
        #expect(run.errorLines.count == 1, "\(run.errors)")
        #expect(run.errors.hasPrefix("trace.jsonl:2:\(column): error: "), "\(run.errors)")
        // What; why it matters; how to mend it.
        #expect(run.errors.split(separator: "; ").count >= 3, "\(run.errors)")
    }

    @Test(arguments: [
        good, good + "\n\n" + good + "\r\n", " " + good + " ",
        good.replacing(": 7", with: ":7.9"), good.replacing("200", with: "0"),
        good.replacing("v1", with: "v\\u0031"), good.replacing("1}", with: "1, \"key\": null}"),
        good.replacing("1}", with: "1, \"ttfb_ms\": 0.5, \"stream\": true, \"event_gap_ms\": 12}"),
        good.replacing(
            "1}", with: "1, \"ttfb_ms\": null, \"stream\": null, \"event_gap_ms\": null}"),
        good.replacing("1}", with: "1, \"stream\": false}"),
        good.replacing("1}", with: "1, \"event_gap_ms\": 0}"),
        good.replacing("1}", with: "1e1, \"text\": \"a \\\"b\\\" {}\"}"),
    ])
    func whatJSONAllowsIsRead(trace: String) async throws {
        let run = try await replay(trace)
        #expect(run.end == .exit(0), "\(run.errors)")
        #expect(run.output.contains("v2 gets its first share, 25 %"))
    }

    @Test func aLineWithoutEndIsNotKept() async throws {
        let most = 64 * 1_024
        let rest = "{\"key\": \""
        let fits = rest + String(repeating: "a", count: most - rest.count)
        let short = try await replay(fits + "\n")
        #expect(short.errors.hasPrefix("trace.jsonl:1:9: error: a text has no end"))
        let long = try await replay(fits + "a\n")
        #expect(long.errors.hasPrefix("trace.jsonl:1:1: error: the line is longer than 65536"))
    }

    @Test(arguments: ["", "\n\n"])
    func anEmptyTraceIsRefused(trace: String) async throws {
        let run = try await replay(trace)
        #expect(run.end == .exit(1))
        #expect(run.errors.hasPrefix("trace.jsonl:1:1: error: the trace holds no outcome"))
    }

    @Test func aTraceThatIsNotThereIsRefused() async throws {
        try await Scenario.run { scenario in
            let route = RampRoute(
                stableEndpoints: ["http://127.0.0.1:9"], candidateEndpoints: ["http://127.0.0.1:8"])
            try scenario.write("Routes/sentiment.yaml", route.text)
            let run = try await scenario.sluice("replay", "nowhere.jsonl")
            #expect(run.end == .exit(1))
            #expect(run.errors.hasPrefix("nowhere.jsonl:1:1: error: "))
        }
    }
}
