// Streamed answers of the common services are put together, cut in any way, within a budget.

import Plan
import SeededRandom
import Testing

@testable import Comparison

@Suite("Stream assembler")
struct StreamAssemblerTests {
    private func assembled(_ bytes: [UInt8], limits: ComparisonLimits = .init()) -> AssembledStream
    {
        var assembler = StreamAssembler(limits: limits)
        assembler.take(bytes[...])
        return assembler.finish()
    }

    private func document(_ events: [String]) -> String {
        let text = events.map { "data: \($0)\n\n" }.joined()
        return String(decoding: assembled(Array(text.utf8)).document, as: UTF8.self)
    }

    @Test func fixturesAreThere() { #expect(AnswerFixtures.streams.count >= 12) }

    @Test(arguments: AnswerFixtures.streams)
    func putsTogether(name: String) throws {
        let stream = assembled(try AnswerFixtures.bytes("streams/\(name).sse"))
        #expect(
            String(decoding: stream.document, as: UTF8.self)
                == (try AnswerFixtures.line("streams/\(name).json")))
        #expect(stream.obstacle == nil)
        // Every document can be compared.
        #expect(throws: Never.self) { try JSONTreeReader.read(stream.document, limits: .init()) }
    }

    @Test(arguments: AnswerFixtures.streams)
    func anyCutGivesTheSame(name: String) throws {
        var random = SeededGenerator.announced("cuts of \(name)")
        let bytes = try AnswerFixtures.bytes("streams/\(name).sse")
        let whole = assembled(bytes)
        for _ in 0..<SeededGenerator.rounds(20) {
            var assembler = StreamAssembler(limits: .init())
            var rest = bytes[...]
            let most = Int.random(in: 1...300, using: &random)
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(most, rest.count), using: &random)
                assembler.take(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(assembler.finish() == whole)
        }
    }

    @Test func otherPiecesAndOtherLineEndsSayTheSame() throws {
        var rule = ComparisonRule(mode: .sse)
        let left = try AnswerFixtures.bytes("streams/openai_chat.sse")
        let ends = String(decoding: left, as: UTF8.self).replacing("\n", with: "\r\n")
        #expect(rule.compare(left, Array(ends.utf8)).agreement == .agrees)
        let pieces = ends.replacing("\"The capital\"", with: "\"The cap\"").replacing(
            "\" of France is \"", with: "\"ital of France is \"")
        #expect(rule.compare(left, Array(pieces.utf8)).agreement == .agrees)
        let other = ends.replacing("\"Paris\"", with: "\"Lyon\"")
        let result = rule.compare(left, Array(other.utf8))
        #expect(
            result.lines == [
                "value $.choices[0].text: \"The capital of France is Paris 🇫🇷.\" "
                    + "| \"The capital of France is Lyon 🇫🇷.\""
            ])
        rule.ignored = [try JSONPath("$.choices[*].text")]
        #expect(rule.compare(left, Array(other.utf8)).agreement == .agrees)
    }

    @Test func aStreamThatEndsEarlyDiffers() throws {
        let left = try AnswerFixtures.bytes("streams/anthropic.sse")
        let text = String(decoding: left, as: UTF8.self)
        let end = try #require(text.firstRange(of: "event: message_delta")?.lowerBound)
        let right = Array(text[..<end].utf8)
        let result = ComparisonRule(mode: .sse).compare(left, right)
        #expect(result.differences.groups == ["$.complete", "$.choices[*].finish_reason"])
    }

    @Test func theOrderOfArgumentsDoesNotCount() {
        let call = { (arguments: String) in
            "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"f\","
                + "\"arguments\":\"\(arguments)\"}}]}}]}"
        }
        let rule = ComparisonRule(mode: .sse)
        func stream(_ arguments: String) -> String { "data: \(call(arguments))\n\n" }
        #expect(
            rule.compare(
                stream("{\\\"a\\\":1,\\\"b\\\":2}"), stream("{ \\\"b\\\": 2.0, \\\"a\\\": 1 }")
            ).agreement
                == .agrees)
        let result = rule.compare(stream("{\\\"a\\\":1}"), stream("{\\\"a\\\":2}"))
        #expect(result.lines == ["value $.choices[0].tool_calls[0].arguments.a: 1 | 2"])
    }

    @Test func aPairOfSurrogatesMayComeInTwoPieces() {
        let chunk = { (text: String) in "{\"choices\":[{\"delta\":{\"content\":\"\(text)\"}}]}" }
        let halves = "data: \(chunk("\\ud83d"))\n\ndata: \(chunk("\\ude00"))\n\n"
        #expect(
            ComparisonRule(mode: .sse).compare(halves, "data: \(chunk("😀"))\n\n").agreement
                == .agrees)
    }

    @Test(arguments: [
        (["{\"text\":\"a\",\"score\":1}"], "\"format\":\"events\""),
        (["1", "{\"choices\":[]}"], "\"format\":\"events\""),
        (
            ["{\"choices\":[{\"delta\":{\"content\":7}}]}"],
            "\"other_events\":[{\"data\":{\"choices\""
        ),
        (["{\"choices\":[]}", "oops"], "\"other_events\":[{\"data\":\"oops\"}]"),
        (
            ["{\"type\":\"ping\"}", "{\"type\":\"error\",\"error\":{}}"],
            "\"other_events\":[{\"data\":{\"type\":\"error\""
        ),
        (["{\"choices\":{}}"], "\"format\":\"events\""), (["[DONE]"], "\"complete\":true"),
        (
            [
                "{\"type\":\"response.created\"}",
                "{\"type\":\"response.audio.delta\",\"delta\":\"x\"}",
            ], "other_events"
        ),
    ])
    func nothingIsLost(events: [String], expected: String) {
        #expect(document(events).contains(expected), "\(document(events))")
    }

    @Test func manyChoicesCallsAndBytesAreTooMuch() {
        var limits = ComparisonLimits()
        limits.choices = 2
        limits.toolCalls = 2
        limits.bodyBytes = 2_000
        let choice = { (index: Int) in
            "{\"choices\":[{\"index\":\(index),\"delta\":{\"content\":\"x\"}}]}"
        }
        let call = { (index: Int) in
            "{\"choices\":[{\"delta\":{\"tool_calls\":"
                + "[{\"index\":\(index),\"function\":{\"name\":\"f\"}}]}}]}"
        }
        func obstacle(_ events: [String]) -> BodyObstacle.Kind? {
            let text = events.map { "data: \($0)\n\n" }.joined()
            return assembled(Array(text.utf8), limits: limits).obstacle?.kind
        }
        #expect(obstacle([0, 9].map(choice)) == nil)
        #expect(obstacle([0, 9, 5].map(choice)) == .tooLarge)
        #expect(obstacle([0, 9].map(call)) == nil)
        #expect(obstacle([0, 9, 5].map(call)) == .tooLarge)
        #expect(obstacle((0..<1_900).map { _ in choice(0) }) == nil)
        #expect(obstacle((0..<2_100).map { _ in choice(0) }) == .tooLarge)
        #expect(obstacle((0..<40).map { "\($0)" }) == .tooLarge)
        #expect(obstacle([String(repeating: "x", count: 3_000)]) == .tooLarge)
    }

    @Test func whatIsNoStreamIsNone() {
        let rule = ComparisonRule(mode: .sse)
        #expect(rule.compare("", "").agreement == .agrees)
        #expect(rule.compare("{\"error\":1}", "{\"error\":2}").notComparable?.reason == .notEvents)
        let result = rule.compare("data: {\"choices\":[]}\n\n", "{\"error\":1}")
        #expect(result.lines == ["type $: an object | no server-sent event is in it"])
    }

    @Test func anyEventsGiveADocument() {
        var random = SeededGenerator.announced("any events")
        let names = [
            "choices", "delta", "content", "text", "type", "index", "tool_calls", "function",
            "arguments", "name",
            "candidates", "parts", "token", "event_type", "message", "content_block",
            "output_index", "item",
        ]
        let values = [
            "1", "-1", "1e99", "null", "true", "\"\"", "\"x\"", "\"message_start\"",
            "\"content_block_delta\"",
            "\"response.output_text.delta\"", "\"text-generation\"", "[]", "{}", "\"\\ud800\"",
        ]
        func drawn(_ depth: Int) -> String {
            switch Int.random(in: 0...(depth > 0 ? 3 : 0), using: &random) {
            case 0: return values.randomElement(using: &random) ?? "1"
            case 1:
                return "["
                    + (0..<Int.random(in: 0...2, using: &random)).map { _ in drawn(depth - 1) }
                    .joined(separator: ",") + "]"
            default:
                let members = names.shuffled(using: &random).prefix(
                    Int.random(in: 0...4, using: &random))
                return "{" + members.map { "\"\($0)\":\(drawn(depth - 1))" }.joined(separator: ",")
                    + "}"
            }
        }
        var formats: Set<StreamFormat> = []
        for _ in 0..<SeededGenerator.rounds(1_000) {
            let events = (0..<Int.random(in: 1...4, using: &random)).map { _ in
                "data: \(drawn(5))\n\n"
            }
            let stream = assembled(Array(events.joined().utf8))
            formats.insert(stream.format)
            #expect(throws: Never.self) {
                try JSONTreeReader.read(stream.document, limits: .init())
            }
        }
        #expect(formats.count > 2)
    }
}
