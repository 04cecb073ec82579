// JSON paths are read as they are meant, written back as they read, and refused with place and mend.

import Plan
import SeededRandom
import Testing

@Suite("JSON path")
struct JSONPathTests {
    private typealias Step = (JSONPath.Selector, isRecursive: Bool)

    private func name(_ text: String) -> JSONPath.Selector { .name(Array(text.utf8)) }

    private func expect(
        _ text: String, _ steps: [Step], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        do {
            let path = try JSONPath(text)
            #expect(path.steps.map(\.selector) == steps.map(\.0), sourceLocation: sourceLocation)
            #expect(
                path.steps.map(\.isRecursive) == steps.map(\.isRecursive),
                sourceLocation: sourceLocation)
        } catch {
            Issue.record("\(text): \(error)", sourceLocation: sourceLocation)
        }
    }

    @Test func readsEveryForm() {
        expect("$", [])
        expect("$.id", [(name("id"), false)])
        expect(
            "$.choices[*].logprobs",
            [(name("choices"), false), (.any, false), (name("logprobs"), false)])
        expect("$..created", [(name("created"), true)])
        expect("$..['a b'][0]", [(name("a b"), true), (.index(0), false)])
        expect("$['it''s']".replacing("''", with: "\\'"), [(name("it's"), false)])
        expect("$[\"a]b\"].*", [(name("a]b"), false), (.any, false)])
        expect("$..*", [(.any, true)])
        expect("$..[12]", [(.index(12), true)])
        expect("$.x-request-id", [(name("x-request-id"), false)])
        expect("$.größe", [(name("größe"), false)])
        expect("$['']", [(name(""), false)])
        expect("$['\\u00e9\\ud83d\\ude00\\n\\\\']", [(name("é😀\n\\"), false)])
    }

    @Test(
        "refuses with the place and how to mend it",
        arguments: [
            ("", 1, "begins with $"), ("id", 1, "begins with $"), ("$id", 2, "expected . or ["),
            ("$.", 3, "expected a name or *"), ("$.a.", 5, "expected a name or *"),
            ("$...a", 4, "expected a name or *"), ("$.[0]", 3, "without a dot"),
            ("$.a b", 4, "['a name']"), ("$[", 3, "expected [*]"), ("$[1", 2, "not closed"),
            ("$[-1]", 3, "from the front"), ("$[01]", 3, "leading zeros"),
            ("$[1:2]", 4, "of its own"),
            ("$['a','b']", 6, "of its own"), ("$[?(@.a)]", 3, "filters"), ("$['a]", 3, "quotes"),
            ("$['a\\x']", 5, "no such escape"), ("$['\\ud83d']", 4, "surrogate"),
            ("$['\\ud83d\\u0041']", 4, "surrogate"), ("$['\\u12']", 4, "four hexadecimal"),
            ("$['\\u１２３４']", 4, "four hexadecimal"), ("$['a\nb']", 5, "control character"),
            ("$[99999999999999999999]", 3, "so many elements"), ("$[x]", 3, "expected [*]"),
            ("$['a'x]", 6, "expected ]"),
        ])
    func refuses(text: String, column: Int, reason: String) {
        #expect {
            try JSONPath(text)
        } throws: { error in
            guard let error = error as? JSONPathError else { return false }
            return error.column == column && error.reason.contains(reason)
                && error.description == "column \(column): \(error.reason)"
        }
    }

    @Test func lengthIsLimited() throws {
        let longest = "$." + String(repeating: "a", count: JSONPath.mostCharacters - 2)
        #expect(try JSONPath(longest).steps.count == 1)
        #expect(throws: JSONPathError.self) { try JSONPath(longest + "a") }
        let deepest = "$" + String(repeating: "[0]", count: JSONPath.mostSteps)
        #expect(try JSONPath(deepest).steps.count == JSONPath.mostSteps)
        #expect(throws: JSONPathError.self) { try JSONPath(deepest + "[0]") }
    }

    @Test func whatIsWrittenReadsBackAsTheSame() throws {
        var random = SeededGenerator.announced("paths read back")
        let pieces = [
            "a", "B", "7", "_", "-", "é", "😀", "'", "\"", "\\", "/", " ", ".", "]", "\n",
            "\u{202e}", "$", "*",
        ]
        for _ in 0..<SeededGenerator.rounds(2_000) {
            let count = Int.random(in: 0...5, using: &random)
            let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            var written = "$"
            JSONPathText.append(
                name: text.utf8, isRecursive: Bool.random(using: &random), to: &written)
            let path = try JSONPath(written)
            #expect(path.steps.map(\.selector) == [.name(Array(text.utf8))])
            #expect(path.description == written)
            #expect(!written.unicodeScalars.contains { $0.properties.generalCategory == .control })
            #expect(!written.unicodeScalars.contains("\u{202e}"))
        }
    }

    @Test func anyTextGivesAnAnswer() {
        var random = SeededGenerator.announced("any text as a path")
        let alphabet = Array("$.[]*'\"\\u09a-é ?:,".unicodeScalars)
        var good = 0
        for _ in 0..<SeededGenerator.rounds(20_000) {
            var scalars = String.UnicodeScalarView("$".unicodeScalars)
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                scalars.append(alphabet.randomElement(using: &random) ?? "a")
            }
            let text = String(scalars)
            do {
                let path = try JSONPath(text)
                #expect(try JSONPath(path.description) == path)
                good += 1
            } catch {
                #expect(error.column <= scalars.count + 1)
            }
        }
        #expect(good > 0)
    }
}
