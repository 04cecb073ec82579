// Server-sent events as the HTML standard has them, whatever way the bytes are cut.

import SeededRandom
import Testing

@testable import Comparison

@Suite("Event stream parser")
struct EventStreamParserTests {
    private func events(_ text: String, most: Int = 10_000) -> [EventStreamParser.Event] {
        var parser = EventStreamParser(mostEventBytes: most)
        return parser.take(Array(text.utf8)[...])
    }

    private func shown(_ events: [EventStreamParser.Event]) -> [String] {
        events.map { event in
            "\(event.type ?? "-")|\(String(decoding: event.data, as: UTF8.self))|\(event.id ?? "-")"
        }
    }

    @Test(arguments: [
        ("data: a\n\n", ["-|a|-"]), ("data:a\r\rdata:b\r\n\r\n", ["-|a|-", "-|b|-"]),
        ("data: a\ndata:  b\n\n", ["-|a\n b|-"]), ("data\n\n", ["-||-"]),
        ("data\ndata\n\n", ["-|\n|-"]),
        ("data:\n\n", ["-||-"]), (": note\n\nevent: x\n\n", []),
        ("event: x\ndata: 1\n\ndata: 2\n\n", ["x|1|-", "-|2|-"]),
        ("id: 7\ndata: 1\n\ndata: 2\n\nid\ndata: 3\n\n", ["-|1|7", "-|2|7", "-|3|"]),
        ("id: a\0b\ndata: 1\n\n", ["-|1|-"]), ("retry: 100\ndata: 1\nfoo: bar\n\n", ["-|1|-"]),
        ("\u{feff}data: 1\n\n", ["-|1|-"]), ("\n\u{feff}data: 1\n\n", []), ("data: 1\n", []),
        ("data: 1", []), ("data: a: b\n\n", ["-|a: b|-"]),
        ("event: x\nevent: y\ndata: 1\n\n", ["y|1|-"]),
        ("Data: 1\n\n", []), ("data: 1\r\n\r\ndata: 2\n\r\n", ["-|1|-", "-|2|-"]), ("", []),
        ("\n\n\r\r", []),
    ])
    func readsAsTheStandardSays(text: String, expected: [String]) {
        #expect(shown(events(text)) == expected)
    }

    @Test func anyCutGivesTheSameEvents() {
        var random = SeededGenerator.announced("cuts of event streams")
        let pieces = [
            "data: ", "data", "event: x", "id: 1", ": c", "a", "\u{feff}", "\n", "\r", "\r\n",
            "\n\n", "\r\n\r\n", "é",
        ]
        for _ in 0..<SeededGenerator.rounds(2_000) {
            let text = (0..<Int.random(in: 0...14, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            var parser = EventStreamParser(mostEventBytes: 10_000)
            var found: [EventStreamParser.Event] = []
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(4, rest.count), using: &random)
                found += parser.take(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(found == events(text), "\(text.debugDescription)")
        }
    }

    @Test func oneEventIsLimited() {
        let fits = "event: x\ndata: \(String(repeating: "a", count: 80))\n\n"
        var parser = EventStreamParser(mostEventBytes: 100)
        for _ in 0..<50 { #expect(parser.take(Array(fits.utf8)[...]).count == 1) }
        #expect(!parser.isOverLimit)
        #expect(parser.take(Array(repeating: UInt8(ascii: "b"), count: 200)[...]).isEmpty)
        #expect(parser.isOverLimit)
        #expect(parser.take(Array("\n\ndata: 1\n\n".utf8)[...]).isEmpty)
        // Many lines of one event count together.
        var many = EventStreamParser(mostEventBytes: 100)
        for _ in 0..<30 { _ = many.take(Array("data: 1234\n".utf8)[...]) }
        #expect(many.isOverLimit)
    }
}
