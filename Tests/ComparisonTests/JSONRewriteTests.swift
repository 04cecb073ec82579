// One field of a body gets another value, and every other byte stays.

import Plan
import SeededRandom
import Testing

@testable import Comparison

@Suite("JSON rewrite")
struct JSONRewriteTests {
    private func rewrite(
        _ changes: [(String, String)], limits: ComparisonLimits = .init()
    ) throws -> JSONRewrite {
        try JSONRewrite(
            try changes.map { JSONFieldChange(path: try JSONPath($0.0), value: Array($0.1.utf8)) },
            limits: limits)
    }

    private func rewritten(_ body: String, _ changes: [(String, String)]) throws -> String {
        String(decoding: try rewrite(changes).rewritten(Array(body.utf8)), as: UTF8.self)
    }

    @Test(arguments: [
        (
            " {\"model\" : \"v1\" , \"n\":1.0}\n", "$.model", "\"v3\"",
            " {\"model\" : \"v3\" , \"n\":1.0}\n"
        ),
        (
            "{\"a\":{\"b\":[1,2,{\"c\":3}]}}", "$.a.b[2].c", "null",
            "{\"a\":{\"b\":[1,2,{\"c\":null}]}}"
        ),
        ("{\"a\":{\"b\":[1,2]}}", "$.a", "{}", "{\"a\":{}}"), ("[1,2]", "$[*]", "0", "[0,0]"),
        ("{\"m\\u006fdel\":1}", "$.model", "2", "{\"m\\u006fdel\":2}"), ("[]", "$", "[1]", "[1]"),
        ("{\"model\":1,\"model\":2}", "$.model", "3", "{\"model\":3,\"model\":3}"),
        ("{\"a\":{\"x\":1},\"x\":[{\"x\":2}]}", "$..x", "9", "{\"a\":{\"x\":9},\"x\":9}"),
        ("{\"a\":1}", "$.model", "\"v3\"", "{\"a\":1,\"model\":\"v3\"}"),
        ("{ }", "$.m", "1", "{ \"m\":1}"),
        ("{\"a\":1 \n}", "$['it\\'s']", "1", "{\"a\":1 \n,\"it's\":1}"),
        ("{\"a\":-1.5e3}", "$.a", "1", "{\"a\":1}"),
        ("\u{feff}{\"a\":1}", "$.a", "2", "\u{feff}{\"a\":2}"),
        ("{\"ü\":\"é\"}", "$.ü", "\"è\"", "{\"ü\":\"è\"}"),
    ])
    func changesOnlyThat(body: String, path: String, value: String, expected: String) throws {
        #expect(try rewritten(body, [(path, value)]) == expected)
    }

    @Test func severalChangesAreMadeAtOnce() throws {
        #expect(
            try rewritten(
                "{\"b\":1,\"c\":2}", [("$.c", "3"), ("$.a", "0"), ("$.b", "9"), ("$.d", "[]")])
                == "{\"b\":9,\"c\":3,\"a\":0,\"d\":[]}")
        #expect(try rewritten("{}", [("$.a", "1"), ("$.b", "2")]) == "{\"a\":1,\"b\":2}")
    }

    @Test(arguments: [
        ("{\"a\":1}", "$.a.b", "$.a.b is not in the body"),
        ("{}", "$..a", "$..a is not in the body"),
        ("[]", "$.a", "$.a is not in the body"), ("7", "$.a", "$.a is not in the body"),
        ("[1]", "$[1]", "$[1] is not in the body"),
        ("{\"a\":1,}", "$.a", "byte 7: expected a name here"),
        ("", "$.a", "byte 0"), ("{} {}", "$.a", "byte 3: the text goes on"),
        ("{}", "$[*]", "$[*] is not in the body"),
    ])
    func saysWhatIsWrong(body: String, path: String, reason: String) {
        #expect {
            try rewritten(body, [(path, "1")])
        } throws: { "\($0)".contains(reason) }
    }

    @Test func newValuesMustBeJSON() {
        for value in ["", "v3", "{", "1 2", "'a'"] {
            #expect {
                try rewrite([("$.a", value)])
            } throws: { "\($0)".hasPrefix("the new value of $.a is no JSON: byte ") }
        }
    }

    @Test(arguments: [
        ("v3", "\"v3\""), ("a\"b\\\n\u{1}", "\"a\\\"b\\\\\\n\\u0001\""), ("é", "\"é\""),
    ])
    func textIsQuoted(text: String, expected: String) throws {
        let quoted = JSONRewrite.quoted(text)
        #expect(String(decoding: quoted, as: UTF8.self) == expected)
        #expect(
            try JSONTreeReader.read(quoted, limits: .init()).string?.elementsEqual(text.utf8)
                == true)
    }

    @Test func bodiesStayWithinTheLimit() throws {
        var limits = ComparisonLimits()
        limits.bodyBytes = 20
        let rewrite = try rewrite([("$[*]", "\"12345\"")], limits: limits)
        #expect(try rewrite.rewritten(Array("[1,2]".utf8)).count == 17)
        #expect(throws: JSONRewriteError.tooLarge(20)) {
            try rewrite.rewritten(Array("[1,2,3]".utf8))
        }
        #expect(throws: JSONRewriteError.self) {
            try rewrite.rewritten(Array("[          1          ]".utf8))
        }
    }

    @Test func onlyTheValueChangesInAnyDocument() throws {
        var random = SeededGenerator.announced("rewritten documents")
        let rewrite = try rewrite([("$.model", "\"v3\"")])
        for _ in 0..<SeededGenerator.rounds(500) {
            func members() -> [(name: String, value: MadeJSON)] {
                (0..<Int.random(in: 0...3, using: &random)).map {
                    ("m\($0)", MadeJSON.drawn(using: &random))
                }
            }
            func written(_ members: [(name: String, value: MadeJSON)]) -> [UInt8] {
                Array(
                    MadeJSON.object(members).written(using: &random).drop {
                        $0 != UInt8(ascii: "{")
                    })
            }
            // The same text around the value before and after, cut out of what is written.
            let before = written(members()).dropLast()
            let after = written(members()).dropFirst()
            let comma = Array((before.contains(UInt8(ascii: ":")) ? "," : "").utf8)
            let end = after.contains(UInt8(ascii: ":")) ? Array(",".utf8) + after : Array("}".utf8)
            let name = before + comma + Array("\"model\":".utf8)
            let old = MadeJSON.drawn(using: &random).written(using: &random)
            let changed = try rewrite.rewritten(name + old + end)
            #expect(changed == name + Array("\"v3\"".utf8) + end)
        }
    }
}
