// What two answers are, from what workers kept of them.

import Comparison
import Plan
import Recording
import Testing

@testable import Pairing

@Suite struct PairReadingTests {
    private func result(
        _ primary: PairedAnswer, _ other: PairedAnswer, mode: ComparisonRule.Mode = .json,
        headers: [String] = []
    ) -> PairResult {
        var rule = ComparisonRule(mode: mode)
        rule.headers = headers
        return PairReading(rule).read(PairMaking.pair(primary, other)).result
    }

    @Test(arguments: ComparisonRule.Mode.allCases, OutcomeKind.allCases)
    func anAnswerThatDidNotComeDiffers(mode: ComparisonRule.Mode, kind: OutcomeKind) {
        let whole = PairMaking.answer("{}")
        let other = result(whole, PairMaking.answer("{}", kind: kind), mode: mode)
        let primary = result(PairMaking.answer("{}", kind: kind), whole, mode: mode)
        switch kind {
        case .answered:
            #expect(other.agreement == (mode == .sse ? .agrees : .agrees))
            #expect(primary.agreement == .agrees)
        case .clientGone:
            #expect(other.agreement == .notComparable)
            #expect(other.notComparable == NotComparable(primary: nil, shadow: .callerGone))
            #expect(primary.notComparable == NotComparable(primary: .callerGone, shadow: nil))
        case .connect, .reset, .timeout, .protocolError, .unavailable:
            #expect(other.agreement == .differs)
            #expect(other.differences.groups == ["answer"])
            #expect(other.differences.told.first?.shadow == "no answer (\(kind))")
            #expect(other.differences.told.first?.primary == "status 200")
            // Nothing can be held against the shadow then.
            #expect(primary.agreement == .notComparable)
            #expect(primary.notComparable == NotComparable(primary: .noAnswer, shadow: nil))
        }
    }

    @Test func callersThatWentAwayAreNoEvidenceWhateverElse() {
        let gone = PairMaking.answer(kind: .clientGone)
        let late = PairMaking.answer(kind: .timeout)
        #expect(result(gone, late).notComparable?.reason == .callerGone)
        #expect(result(late, gone).notComparable?.reason == .callerGone)
        #expect(result(late, late).notComparable?.reason == .noAnswer)
    }

    @Test func answersAreComparedWithoutTheirCodings() {
        let body = Array(#"{"a": 1, "b": [2]}"#.utf8)
        let gzip = PairMaking.answer(
            PairMaking.deflated(body), fields: "Content-Encoding: gzip\r\nx: y\r\n")
        let deflate = PairMaking.answer(
            PairMaking.deflated(body, windowBits: 15), fields: "content-encoding:\tdeflate \r\n")
        let plain = PairMaking.answer(#"{"b":[2],"a":1}"#)
        #expect(result(gzip, plain).agreement == .agrees)
        #expect(result(deflate, gzip, mode: .bytes).agreement == .agrees)
        let other = PairMaking.answer(
            PairMaking.deflated(Array(#"{"a":2,"b":[2]}"#.utf8)),
            fields: "content-encoding: gzip\r\n")
        #expect(result(plain, other).differences.groups == ["$.a"])
    }

    @Test func otherCodingsAreComparedOnlyAsTheyCame() {
        func brotli(_ bytes: [UInt8], _ name: String = "br") -> PairedAnswer {
            PairMaking.answer(bytes, fields: "content-encoding: \(name)\r\n")
        }
        #expect(result(brotli([1, 2]), brotli([1, 2], "BR")).agreement == .agrees)
        let differing = result(brotli([1, 2]), brotli([1, 3]))
        #expect(differing.agreement == .notComparable)
        #expect(differing.notComparable?.reason == .unknownCoding)
        #expect(result(brotli([1]), brotli([1], "zstd")).agreement == .notComparable)
        #expect(result(PairMaking.answer("{}"), brotli([1])).agreement == .notComparable)
        #expect(result(brotli([1]), brotli([2]), mode: .none).agreement == .agrees)
        // A status says enough.
        let failed = PairMaking.answer("x", status: 500)
        #expect(result(brotli([1]), failed).differences.groups == ["status"])
    }

    @Test func bodiesThatAreNotInTheirCodingDiffer() {
        let broken = PairMaking.answer([1, 2, 3], fields: "content-encoding: gzip\r\n")
        let found = result(PairMaking.answer("{}"), broken)
        #expect(found.agreement == .differs)
        #expect(found.differences.told.first?.shadow == "not in the content coding that it names")
        #expect(
            result(broken, PairMaking.answer([4], fields: "content-encoding: gzip\r\n"))
                .notComparable?.reason == .miscoded)
    }

    @Test func whatIsLongerThanMayBeKeptIsNotCompared() {
        let large = PairMaking.answer("{}", isTooLarge: true)
        #expect(result(PairMaking.answer("{}"), large).notComparable?.reason == .tooLarge)
        var rule = ComparisonRule(mode: .json)
        rule.limits.bodyBytes = 1_000
        let bomb = PairMaking.answer(
            PairMaking.deflated([UInt8](repeating: 32, count: 1_001)),
            fields: "content-encoding: gzip\r\n")
        let pair = PairMaking.pair(PairMaking.answer("{}"), bomb)
        #expect(PairReading(rule).read(pair).result.notComparable?.reason == .tooLarge)
        // A stream says far less than it is long.
        rule.mode = .sse
        let events = "data: {\"text\":\"a\"}\n\n"
        let stream = String(repeating: ": nothing\n", count: 200) + events
        let coded = PairMaking.answer(
            PairMaking.deflated(Array(stream.utf8)), fields: "content-encoding: gzip\r\n")
        let same = PairMaking.pair(PairMaking.answer(events), coded)
        #expect(PairReading(rule).read(same).result.agreement == .agrees)
    }

    @Test func headersAreReadFromTheirLines() {
        let left = PairMaking.answer(
            "{}", fields: "X-Model:  a \r\nvary: a\r\nno colon\r\n: empty\r\nVary: b\r\n")
        let right = PairMaking.answer("{}", fields: "x-model: b\r\nVARY: a, b")
        let found = result(left, right, headers: ["x-model", "vary", "x-none"])
        #expect(found.differences.groups == ["header x-model"])
        #expect(found.differences.told.first?.primary == "a")
    }

    @Test func examplesSayWhyThereIsNoAnswer() {
        for mode in ComparisonRule.Mode.allCases {
            let reading = PairReading(ComparisonRule(mode: mode))
            let found = reading.read(
                PairMaking.pair(PairMaking.answer("{}"), PairMaking.answer(kind: .reset)))
            let example = reading.comparison.example(
                primary: found.primary, shadow: found.other, result: found.result)
            #expect(example.shadowBody == "[no answer (reset)]")
            #expect(example.primaryStatus == 200 && example.shadowStatus == 0)
        }
    }

    @Test(arguments: [
        ("POST /a", "POST /a"), ("GET /a?key=SECRET", "GET /a?…"), ("GET /?", "GET /?…"),
        ("GET /a#SECRET", "GET /a?…"), ("", ""),
    ])
    func queriesAreNotKept(line: String, kept: String) {
        #expect(KeptPair.withoutQuery(line) == kept)
    }
}
