// Statuses, headers, text and bytes of two answers, and answers of which not all is there.

import Plan
import Testing

@testable import Comparison

@Suite("Pair comparison")
struct PairComparisonTests {
    private func answer(
        _ status: Int = 200, _ headers: [(String, String)] = [], _ body: Answer.Body = .whole([])
    ) -> Answer {
        Answer(status: status, headers: headers.map { .init(name: $0.0, value: $0.1) }, body: body)
    }

    private func compare(_ rule: ComparisonRule, _ primary: Answer, _ shadow: Answer) -> PairResult
    {
        let comparison = PairComparison(rule)
        let result = comparison.compare(primary: primary, shadow: shadow)
        #expect(comparison.compare(primary: shadow, shadow: primary) == result.mirrored)
        return result
    }

    @Test func statusesDifferAndThenBodiesAreNotCompared() {
        var rule = ComparisonRule(mode: .text)
        let left = answer(200, [], .whole(Array("good".utf8)))
        let right = answer(503, [], .whole(Array("bad".utf8)))
        #expect(compare(rule, left, right).lines == ["value status: 200 | 503"])
        rule.comparesStatus = false
        #expect(compare(rule, left, right).differences.groups == ["body"])
        #expect(compare(rule, left, left).agreement == .agrees)
    }

    @Test func headersAreComparedByNameInAnyCase() {
        var rule = ComparisonRule(mode: .none)
        rule.headers = ["content-type", "x-model", "cache-control", "set-cookie", "vary"]
        let left = answer(
            200,
            [
                ("Content-Type", "text/plain"), ("x-model", "A"), ("Vary", "a"), ("vary", "b"),
                ("x-other", "1"),
                ("Set-Cookie", "s=1"),
            ])
        let right = answer(
            200,
            [
                ("content-type", "text/plain"), ("X-Model", "a"), ("cache-control", "no-store"),
                ("Vary", "a, b"),
            ])
        #expect(
            compare(rule, left, right).lines == [
                "value header x-model: A | a", "extra header cache-control: - | no-store",
                "missing header set-cookie: [redacted] | -",
            ])
    }

    @Test(arguments: [
        ("a\nb", "a\nb", nil), ("a\nbc", "a\nbd", "value body line 2 column 2: a\nbc | a\nbd"),
        ("", "x", "length body line 1 column 1:  | x"),
        ("é", "è", "value body line 1 column 1: é | è"),
        ("ab é", "ab è", "value body line 1 column 4: ab é | ab è"),
        ("a ", "a", "length body line 1 column 2: a  | a"),
        ("x\r\n", "x\n", "value body line 1 column 2: x\r\n | x\n"),
    ])
    func textsAreComparedExactly(primary: String, shadow: String, line: String?) {
        let rule = ComparisonRule(mode: .text)
        let result = rule.compare(primary, shadow)
        #expect(result.lines == (line.map { [$0] } ?? []))
        #expect(rule.compare(shadow, primary) == result.mirrored)
    }

    @Test func bytesAreToldByLengthAndDigest() {
        let rule = ComparisonRule(mode: .bytes)
        #expect(rule.compare([1, 2, 3], [1, 2, 3]).agreement == .agrees)
        #expect(
            rule.compare(Array("foobar".utf8), Array("foo".utf8)).lines == [
                "length body byte 3: 6 bytes, fnv1a64 85944171f73967e8 | 3 bytes, fnv1a64 dcb27518fed9d577"
            ])
        #expect(
            rule.compare([0xff, 0], [0xff, 1]).lines.first?.hasPrefix("value body byte 1: ") == true
        )
        // The vectors that were published with the function.
        #expect(BytesComparison.digest("".utf8) == 0xcbf2_9ce4_8422_2325)
        #expect(BytesComparison.digest("a".utf8) == 0xaf63_dc4c_8601_ec8c)
    }

    @Test(arguments: ComparisonRule.Mode.allCases)
    func whatIsNotThereIsSaid(mode: ComparisonRule.Mode) {
        let rule = ComparisonRule(mode: mode)
        let body = Answer.Body.whole(Array((mode == .sse ? "data: {}\n\n" : "{}").utf8))
        let whole = answer(200, [], body)
        let cut = compare(rule, whole, answer(200, [], .cutOff))
        let large = compare(rule, whole, answer(200, [], .tooLarge))
        let both = compare(rule, answer(200, [], .cutOff), answer(200, [], .tooLarge))
        if mode == .none {
            #expect([cut, large, both].allSatisfy { $0.agreement == .agrees })
            return
        }
        #expect(cut.agreement == .differs)
        #expect(cut.differences.told.first?.shadow == "the answer was cut off")
        #expect(large.agreement == .notComparable)
        #expect(large.notComparable == NotComparable(primary: nil, shadow: .tooLarge))
        #expect(both.notComparable == NotComparable(primary: .cutOff, shadow: .tooLarge))
        #expect(both.notComparable?.reason == both.mirrored.notComparable?.reason)
    }

    @Test(arguments: ComparisonRule.Mode.allCases)
    func anAnswerAndNoneDiffer(mode: ComparisonRule.Mode) {
        var rule = ComparisonRule(mode: mode)
        rule.headers = ["x-model"]
        rule.comparesStatus = false
        let whole = answer(204, [("x-model", "a")], .whole(Array("{}".utf8)))
        let none = Answer.missing("timeout")
        #expect(
            compare(rule, whole, none).lines == ["missing answer: status 204 | no answer (timeout)"]
        )
        #expect(
            compare(rule, none, whole).lines == ["extra answer: no answer (timeout) | status 204"])
        #expect(compare(rule, none, Answer.missing("reset")).notComparable?.reason == .noAnswer)
    }

    @Test(arguments: [ComparisonRule.Mode.json, .text, .sse, .bytes])
    func bodiesInUnknownCodingsAreComparedAsTheyCame(mode: ComparisonRule.Mode) {
        let rule = ComparisonRule(mode: mode)
        func coded(_ byte: UInt8, _ coding: String = "br") -> Answer {
            answer(200, [], .coded([byte], coding: coding))
        }
        let whole = answer(200, [], .whole(Array((mode == .sse ? "data: {}\n\n" : "{}").utf8)))
        #expect(compare(rule, coded(1), coded(1)).agreement == .agrees)
        #expect(compare(rule, coded(1), coded(2)).notComparable?.reason == .unknownCoding)
        #expect(compare(rule, coded(1), coded(1, "zstd")).notComparable?.reason == .unknownCoding)
        #expect(compare(rule, coded(1), whole).notComparable?.reason == .unknownCoding)
        let broken = compare(rule, whole, answer(200, [], .miscoded))
        #expect(broken.agreement == .differs)
        #expect(broken.differences.told.first?.shadow == "not in the content coding that it names")
    }

    @Test func bodiesBeyondTheLimitAreNotCompared() {
        var rule = ComparisonRule(mode: .text)
        rule.limits.bodyBytes = 3
        #expect(rule.compare("abcd", "abcd").agreement == .agrees)
        #expect(rule.compare("abcd", "abce").notComparable?.reason == .tooLarge)
        #expect(rule.compare("abc", "abd").agreement == .differs)
    }

    @Test func answersOfAChatAreCompared() throws {
        var rule = try ComparisonRule.json(
            ignored: ["$.id", "$.created", "$.usage", "$.system_fingerprint", "$.service_tier"])
        let primary = try AnswerFixtures.bytes("chat_primary.json")
        let shadow = try AnswerFixtures.bytes("chat_shadow.json")
        #expect(
            rule.compare(primary, shadow).lines == [
                "value $.choices[0].message.content: \"The capital of France is Paris.\" "
                    + "| \"The capital of France is Paris, on the Seine.\"",
                "value $.model: \"m-large-2025-04-14\" | \"m-small-2025-06-01\"",
            ])
        rule.ignored += [try JSONPath("$.model"), try JSONPath("$..content")]
        #expect(rule.compare(primary, shadow).agreement == .agrees)
    }

    @Test func scoresAreComparedWithToleranceAndWithoutOrder() throws {
        let rule = try ComparisonRule.json(
            ignored: ["$.request_id", "$.took_ms"], unordered: ["$.predictions"],
            tolerances: [("$..score", .init(absolute: 1e-5))])
        let primary = try AnswerFixtures.bytes("scores_primary.json")
        let shadow = try AnswerFixtures.bytes("scores_shadow.json")
        #expect(rule.compare(primary, shadow).agreement == .agrees)
        let strict = try ComparisonRule.json(
            ignored: ["$.request_id", "$.took_ms"], unordered: ["$.predictions"])
        #expect(strict.compare(primary, shadow).differences.groups == ["$.predictions[*].score"])
    }
}
