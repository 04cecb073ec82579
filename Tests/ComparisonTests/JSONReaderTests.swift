// JSON is read as RFC 8259 has it, and what is none is refused with its place.

import Plan
import SeededRandom
import Testing

@testable import Comparison

@Suite("JSON reader")
struct JSONReaderTests {
    private func read(
        _ text: String, _ change: (inout ComparisonLimits) -> Void = { _ in }
    ) throws(JSONFault) -> JSONValue {
        var limits = ComparisonLimits()
        change(&limits)
        return try JSONTreeReader.read(Array(text.utf8), limits: limits)
    }

    private func written(_ value: JSONValue) -> String {
        String(decoding: JSONText.of(value, RedactionCursor(PathRules())), as: UTF8.self)
    }

    @Test(arguments: [
        ("{}", "{}"), ("[]", "[]"), (" [ ] \r\n\t", "[]"), ("null", "null"), ("true", "true"),
        ("\"\"", "\"\""), ("0", "0"), ("-0.0e-0", "-0.0e-0"), ("1E+2", "1E+2"),
        ("{\"b\":1,\"a\":[1,{\"c\":null}]}", "{\"a\":[1,{\"c\":null}],\"b\":1}"),
        ("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}"),
        ("\"\\u00e9\\ud83d\\ude00\\/\\b\\f\"", "\"é😀/\\u0008\\u000c\""),
        ("\"\\ud83d\"", "\"\\ud83d\""), ("\"\\ude00\\ud83d\"", "\"\\ude00\\ud83d\""),
        ("\"\\ud83d\\u0041\"", "\"\\ud83dA\""), ("\u{feff}[1]", "[1]"),
        ("\"\\u0000\"", "\"\\u0000\""), ("\"퟿\"", "\"퟿\""),
    ])
    func reads(text: String, expected: String) throws {
        #expect(written(try read(text)) == expected)
    }

    @Test(arguments: [
        ("", 0, "ends where a value"), (" ", 1, "ends where a value"),
        ("[1,]", 3, "expected a value"),
        ("[1 2]", 3, "expected , or ]"), ("[1}", 2, "expected , or ]"),
        ("{\"a\":1,}", 7, "expected a name here"),
        ("{\"a\" 1}", 5, "expected :"), ("{a:1}", 1, "expected a name or }"),
        ("{\"a\":1]", 6, "expected , or }"),
        ("[", 1, "ends where a value"), ("{\"a\":", 5, "ends where a value"),
        ("{\"a\"", 4, "expected :"),
        ("01", 0, "leading zeros"), ("-", 1, "a digit"), ("1.", 2, "a digit"),
        (".5", 0, "expected a value"),
        ("1e", 2, "a digit"), ("+1", 0, "expected a value"), ("NaN", 0, "expected a value"),
        ("tru", 0, "expected a value"), ("\"a", 0, "not closed"), ("\"\\", 1, "not closed"),
        ("\"\\x\"", 1, "no such escape"), ("\"\\u12g4\"", 1, "four hexadecimal"),
        ("\"a\nb\"", 2, "control"),
        ("1 2", 2, "goes on"), ("{} x", 3, "goes on"), ("'a'", 0, "expected a value"),
        ("[1]]", 3, "goes on"),
        ("<html>", 0, "expected a value"), ("// x\n1", 0, "expected a value"),
        ("-01", 0, "leading zeros"),
    ])
    func refuses(text: String, offset: Int, reason: String) {
        #expect {
            try read(text)
        } throws: { error in
            guard let fault = error as? JSONFault else { return false }
            return fault.kind == .notJSON && fault.offset == offset && fault.reason.contains(reason)
        }
    }

    @Test func refusesWhatIsNoUTF8() {
        for bytes: [UInt8] in [
            [0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
        ] {
            #expect {
                try JSONTreeReader.read(bytes, limits: ComparisonLimits())
            } throws: { ($0 as? JSONFault)?.offset == 1 && ($0 as? JSONFault)?.kind == .notJSON }
        }
    }

    @Test func limitsHold() throws {
        _ = try read("[[1]]") { $0.depth = 2 }
        _ = try read("[1,2]") { $0.values = 3 }
        _ = try read("[1,2]") { $0.bodyBytes = 5 }
        #expect(throws: JSONFault(kind: .tooDeep, offset: 2, reason: "nested deeper than 2")) {
            try read("[[[1]]]") { $0.depth = 2 }
        }
        #expect(throws: JSONFault(kind: .tooManyValues, offset: 3, reason: "more than 2 values")) {
            try read("[1,2]") { $0.values = 2 }
        }
        #expect(throws: JSONFault(kind: .tooLarge, offset: 4, reason: "more than 4 bytes")) {
            try read("[1,2]") { $0.bodyBytes = 4 }
        }
        #expect(throws: JSONFault.self) { try read("[]") { $0.depth = 0 } }
    }

    @Test func everyWayToWriteADocumentReadsAsTheSame() throws {
        var random = SeededGenerator.announced("ways to write JSON")
        for _ in 0..<SeededGenerator.rounds(1_000) {
            let made = MadeJSON.drawn(using: &random)
            let bytes = made.shuffled(arrays: false, using: &random).written(using: &random)
            let value = try JSONTreeReader.read(bytes, limits: ComparisonLimits())
            let plain = try JSONTreeReader.read(made.bytes, limits: ComparisonLimits())
            #expect(JSONOrder.order(value, plain) == 0, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func whatIsWrittenReadsBack() throws {
        var random = SeededGenerator.announced("JSON written and read")
        for _ in 0..<SeededGenerator.rounds(1_000) {
            let value = try JSONTreeReader.read(
                MadeJSON.drawn(using: &random).written(using: &random), limits: ComparisonLimits())
            let text = JSONText.of(value, RedactionCursor(PathRules()))
            let again = try JSONTreeReader.read(text, limits: ComparisonLimits())
            #expect(JSONOrder.order(value, again) == 0)
        }
    }

    @Test func brokenBytesGiveAnAnswerToo() {
        var random = SeededGenerator.announced("broken JSON")
        var faults = 0
        for _ in 0..<SeededGenerator.rounds(1_500) {
            var bytes = MadeJSON.drawn(using: &random).written(using: &random)
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                default:
                    bytes.insert(
                        Array("{}[]\",:\\u0-".utf8).randomElement(using: &random) ?? 0, at: place)
                }
            }
            do {
                _ = try JSONTreeReader.read(bytes, limits: ComparisonLimits())
            } catch {
                faults += 1
                #expect((0...bytes.count).contains(error.offset))
            }
        }
        #expect(faults > 0)
    }
}
