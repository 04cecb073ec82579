// A cookie is found among others, and only the one that is asked for.

import SeededRandom
import Splitting
import Testing

@Suite("Cookie value")
struct CookieValueTests {
    /// A `cookie` field, and what stands in it under a name; nil if nothing does.
    struct Case: Sendable, CustomTestStringConvertible {
        let field: String
        let name: String
        let value: String?
        var testDescription: String { "\(name) in \"\(field)\"" }

        init(_ field: String, _ name: String, _ value: String?) {
            self.field = field
            self.name = name
            self.value = value
        }
    }

    static let cases: [Case] = [
        // Alone, first, in the middle, last.
        .init("session=abc", "session", "abc"),
        .init("session=abc; theme=dark", "session", "abc"),
        .init("a=1; session=abc; theme=dark", "session", "abc"),
        .init("a=1; b=2; session=abc", "session", "abc"),
        // Spaces and tabs, and none.
        .init("a=1;session=abc;b=2", "session", "abc"),
        .init("  session=abc  ; b=2", "session", "abc"),
        .init("a=1;\t session= \tabc\t ;b=2", "session", "abc"),
        .init("session =abc", "session", nil),
        .init("session=a b c", "session", "a b c"),
        // Names that hold the name.
        .init("my-session=no; session=yes", "session", "yes"),
        .init("sessions=no; session=yes", "session", "yes"),
        .init("session2=no", "session", nil),
        .init("xsession=no", "session", nil),
        .init("other=session=no", "session", nil),
        .init("other=session; session=yes", "session", "yes"),
        // Case counts.
        .init("Session=no; SESSION=no", "session", nil),
        // Empty values are found; cookies without "=" are not.
        .init("session=", "session", ""),
        .init("session=   ; a=1", "session", ""),
        .init("session=; a=1", "session", ""),
        .init("session", "session", nil),
        .init("session; a=1", "session", nil),
        .init("session; session=yes", "session", "yes"),
        // The first of several; its value as it stands.
        .init("session=one; session=two", "session", "one"),
        .init("session=; session=two", "session", ""),
        .init("session=\"abc\"", "session", "\"abc\""),
        .init("session=a=b==", "session", "a=b=="),
        .init("session=Zoë", "session", "Zoë"),
        // Odd fields.
        .init("", "session", nil),
        .init(";", "session", nil),
        .init(";;; ;session=abc;;", "session", "abc"),
        .init("=abc", "session", nil),
        .init("   ", "session", nil),
        .init("a=1", "a-name-longer-than-the-field", nil),
    ]

    @Test("is found where it stands", arguments: cases)
    func find(_ given: Case) {
        #expect(value(of: given.name, in: Array(given.field.utf8)) == given.value)
    }

    @Test("need not be text")
    func bytes() {
        let field: [UInt8] = [0x61, 0x3d, 0xff, 0x00, 0x80, 0x3b, 0x62, 0x3d, 0x31]
        let range = Array("a".utf8).withUnsafeBytes { name in
            field.withUnsafeBytes { CookieValue.find(name: name, in: $0) }
        }
        #expect(range == 2..<5)
    }

    @Test("is found, or not, in random bytes without harm")
    func random() {
        let seed = SeededGenerator.seed(for: "cookies")
        var generator = SeededGenerator(seed: seed)
        let alphabet = Array("a=; \tab".utf8)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...14, using: &generator)
            let field = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            let found = value(of: "a", in: field)
            let expected = reference("a", String(decoding: field, as: UTF8.self))
            if found != expected {
                Issue.record("\(field) gave \(found ?? "nil"), seed \(seed)")
            }
        }
    }

    private func value(of name: String, in field: [UInt8]) -> String? {
        let range = Array(name.utf8).withUnsafeBytes { name in
            field.withUnsafeBytes { CookieValue.find(name: name, in: $0) }
        }
        return range.map { String(decoding: field[$0], as: UTF8.self) }
    }

    /// The same with the means of strings.
    private func reference(_ name: String, _ field: String) -> String? {
        func trimmed(_ text: Substring) -> Substring {
            var text = text.drop { $0 == " " || $0 == "\t" }
            while text.last == " " || text.last == "\t" { text.removeLast() }
            return text
        }
        for pair in field.split(separator: ";", omittingEmptySubsequences: false) {
            let pair = pair.drop { $0 == " " || $0 == "\t" }
            guard let equals = pair.firstIndex(of: "=") else { continue }
            if pair[..<equals] == name {
                return String(trimmed(pair[pair.index(after: equals)...]))
            }
        }
        return nil
    }
}
