// Examples hold no secrets and stay small; text for terminals holds nothing that acts on them.

import Plan
import SeededRandom
import Testing

@testable import Comparison

@Suite("Examples")
struct ExampleTests {
    private func example(_ rule: ComparisonRule, _ primary: String, _ shadow: String) -> PairExample
    {
        let comparison = PairComparison(rule)
        let left = Answer(status: 200, headers: [], body: .whole(Array(primary.utf8)))
        let right = Answer(status: 200, headers: [], body: .whole(Array(shadow.utf8)))
        return comparison.example(
            primary: left, shadow: right, result: comparison.compare(primary: left, shadow: right))
    }

    private func everything(_ example: PairExample) -> String {
        ([example.primaryBody, example.shadowBody]
            + example.differences.flatMap { [$0.primary ?? "", $0.shadow ?? ""] }).joined(
                separator: "\n")
    }

    @Test(arguments: [
        ("{\"user\":{\"name\":\"SECRET\"},\"n\":1}", "{\"user\":{\"name\":\"SECRET2\"},\"n\":2}"),
        ("{\"user\":\"SECRET\"}", "{}"), ("{}", "{\"user\":[\"SECRET\"]}"),
        ("{\"user\":\"SECRET\"}", "{\"user\":7}"),
        (
            "[{\"user\":\"SECRET\",\"x\":1}]",
            "[{\"user\":\"SECRET\",\"x\":2},{\"user\":\"SECRET\"}]"
        ),
        ("{\"a\":{\"user\":\"SECRET\"}}", "{\"a\":null}"),
        ("{\"a\":{\"user\":\"SECRET\"}}", "{\"b\":{\"user\":\"SECRET\"}}"),
        (
            "{\"bag\":[{\"k\":1,\"t\":\"SECRET\"},{\"k\":2}]}",
            "{\"bag\":[{\"k\":2},{\"k\":3,\"t\":\"SECRET\"}]}"
        ),
        ("{\"bag\":[\"SECRET\",1]}", "{\"bag\":[1]}"), ("SECRET", "{\"user\":1}"),
        ("{\"user\":\"SECRET\"", "{}"),
    ])
    func secretsAreNotInThem(primary: String, shadow: String) throws {
        var rule = try ComparisonRule.json(
            unordered: ["$.bag"], redacted: ["$..user", "$.bag[*].t", "$.bag[0]"])
        for mode in ComparisonRule.Mode.allCases {
            rule.mode = mode
            for example in [example(rule, primary, shadow), example(rule, shadow, primary)] {
                #expect(!everything(example).contains("SECRET"), "\(mode): \(everything(example))")
            }
        }
        rule.mode = .json
        rule.redaction.paths = []
        #expect(everything(example(rule, primary, shadow)).contains("SECRET"))
    }

    @Test func redactedValuesAreComparedAllTheSame() throws {
        let rule = try ComparisonRule.json(redacted: ["$.key"])
        let example = example(rule, "{\"key\":\"a\",\"n\":1}", "{\"key\":\"b\",\"n\":1}")
        #expect(example.differences.map(\.path) == ["$.key"])
        #expect(example.primaryBody == "{\"key\":\"[redacted]\",\"n\":1}")
        #expect(example.shadowBody == example.primaryBody)
    }

    @Test func theySayWhatAnAnswerWas() throws {
        let rule = try ComparisonRule.json(ignored: ["$.id", "$.a[0]"])
        let json = example(rule, "{\"id\":1,\"b\":2,\"a\":[1,2]}", "{\"a\":[3,2]}")
        #expect(json.primaryBody == "{\"a\":[\"[ignored]\",2],\"b\":2}")
        #expect(json.differenceCount == 1 && json.primaryStatus == 200)
        let comparison = PairComparison(rule)
        let cut = Answer(status: 502, headers: [], body: .cutOff)
        let result = comparison.compare(primary: cut, shadow: cut)
        #expect(
            comparison.example(primary: cut, shadow: cut, result: result).primaryBody
                == "[the answer was cut off]")
        let stream = example(ComparisonRule(mode: .sse), "data: {\"text\":\"a\"}\n\n", "<html>")
        #expect(
            stream.primaryBody == "{\"choices\":[{\"index\":0,\"text\":\"a\"}],\"format\":\"text\"}"
        )
        #expect(stream.shadowBody == "<html>")
    }

    @Test func longBodiesAreCutWhereTheyDiffer() throws {
        var rule = try ComparisonRule.json()
        rule.limits.exampleBodyBytes = 200
        rule.limits.exampleDifferences = 2
        let body = { (end: String) in
            "{" + (0..<400).map { "\"n\($0 + 1_000)\":\($0)," }.joined()
                + "\"z\":\"\(end)\",\"z1\":\"\(end)\",\"z2\":\"\(end)\"}"
        }
        let example = example(rule, body("Paris"), body("Lyon"))
        #expect(example.primaryBody.contains("Paris") && example.shadowBody.contains("Lyon"))
        #expect(example.primaryBody.utf8.count <= 206)
        #expect(example.differences.count == 2 && example.differenceCount == 3)
    }

    @Test func excerptsStayWithinTheirBytes() {
        var random = SeededGenerator.announced("excerpts")
        let pieces: [[UInt8]] = [
            Array("a".utf8), Array("é".utf8), Array("😀".utf8), [0xff], [0x80], [0xed, 0xa0],
        ]
        for _ in 0..<SeededGenerator.rounds(2_000) {
            func drawn() -> [UInt8] {
                (0..<Int.random(in: 0...40, using: &random)).flatMap { _ in
                    pieces.randomElement(using: &random) ?? []
                }
            }
            let start = drawn()
            let (left, right) = (start + drawn(), start + drawn())
            let most = Int.random(in: 0...30, using: &random)
            let shown = Excerpt.around(left, right, most: most)
            #expect(shown.left.utf8.count <= most + 6 && shown.right.utf8.count <= most + 6)
            let mirrored = Excerpt.around(right, left, most: most)
            #expect(mirrored.left == shown.right && mirrored.right == shown.left)
            #expect(Excerpt.head(left, most: most).utf8.count <= most + 3)
        }
        #expect(Excerpt.head(Array("Parisé".utf8), most: 6) == "Paris…")
        #expect(Excerpt.head(Array("Paris".utf8), most: 5) == "Paris")
    }

    @Test(arguments: [
        ("plain é 😀", "plain é 😀"), ("\u{1b}[2J", "\\u{1b}[2J"), ("a\nb\tc\r", "a\\nb\\tc\\u{d}"),
        ("\u{202e}evil", "\\u{202e}evil"), ("\u{9b}2J", "\\u{9b}2J"), ("\u{2028}", "\\u{2028}"),
        ("\u{200b}", "\\u{200b}"), ("\u{7f}", "\\u{7f}"), ("\u{e000}", "\\u{e000}"), ("", ""),
        ("e\u{301}", "e\u{301}"),
    ])
    func textForTerminalsIsHarmless(text: String, expected: String) {
        #expect(TerminalText.escaped(text) == expected)
    }
}
