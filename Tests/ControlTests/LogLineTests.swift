// Lines of the gateway's own log: one for each message, whatever is in it.

import Foundation
import Logging
import Plan
import Testing

@testable import Control

@Suite struct LogLineTests {
    private struct Line: Decodable {
        let time: String
        let time_ms: Int
        let level: String
        let logger: String
        let source: String
        let message: String
        let metadata: [String: String]?
        let cut: Bool?
    }

    private static let noon = 1_772_357_400_250_113

    private static func text(
        _ format: LogSettings.Format, _ message: String, _ metadata: Logger.Metadata = [:],
        label: String = "sluice", source: String = "Control", microseconds: Int = noon
    ) -> String {
        let entry = LogEntry(
            microseconds: microseconds, level: .warning, label: label, source: source,
            message: message, metadata: metadata)
        let bytes = LogLine.bytes(of: entry, format)
        #expect(bytes.count <= LogLine.mostBytes)
        #expect(bytes.last == 0x0A && bytes.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        guard let text = String(validating: bytes.dropLast(), as: UTF8.self) else {
            Issue.record("no UTF-8")
            return ""
        }
        let hidden: [Unicode.GeneralCategory] = [
            .control, .format, .lineSeparator, .paragraphSeparator,
        ]
        #expect(!text.unicodeScalars.contains { hidden.contains($0.properties.generalCategory) })
        return text
    }

    private static func json(_ message: String, _ metadata: Logger.Metadata = [:]) throws -> Line {
        try JSONDecoder().decode(Line.self, from: Data(text(.json, message, metadata).utf8))
    }

    /// Every character that has a category of those that are escaped, and some of all others.
    private static let everything: String = {
        let scalars = (0...0x10FFFF).compactMap(Unicode.Scalar.init(_:)).filter {
            switch $0.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: true
            default: $0.value < 0x250 || $0.value % 4_099 == 0
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }()

    @Test func jsonHasOneObject() throws {
        #expect(
            Self.text(.json, "loaded", ["routes": "3", "b": "x y"]) == #"""
                {"time":"2026-03-01T09:30:00.250113Z","time_ms":1772357400250,"level":"warning",\#
                "logger":"sluice","source":"Control","message":"loaded",\#
                "metadata":{"b":"x y","routes":"3"}}
                """#)
        #expect(try Self.json("").metadata == nil)
        #expect(try Self.json("").cut == nil)
    }

    @Test func textIsAsPeopleKnowIt() {
        let line = Self.text(
            .text, #"ends with "\" – 5 %"#,
            ["routes": "3", "said": "a b", "none": "", "url": "a=b"])
        let time = #/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+\-]\d{4} /#
        #expect(line.prefixMatch(of: time) != nil, "\(line)")
        #expect(
            line.replacing(time, with: "") == #"warning sluice: none="" routes=3 said="a b" "#
                + #"url=a=b [Control] ends with "\" – 5 %"#)
    }

    @Test func everyCharacterComesBackFromJSON() throws {
        for scalar in Self.everything.unicodeScalars {
            let text = "a\(scalar)\(scalar)b"
            let line = try Self.json(text, ["k\(scalar)": "\(text)"])
            #expect(Array(line.message.unicodeScalars) == Array(text.unicodeScalars))
            #expect(line.metadata?.count == 1 && line.cut == nil)
            let value = line.metadata?.values.first ?? ""
            #expect(Array(value.unicodeScalars) == Array(text.unicodeScalars))
        }
    }

    @Test func noCharacterBreaksAText() {
        for scalar in Self.everything.unicodeScalars {
            let line = Self.text(.text, "a\(scalar)b", ["k\(scalar)": "v\(scalar)w"])
            #expect(line.contains("[Control] a"))
        }
        let forged = Self.text(
            .text, "x\r\n2026 error sluice: [Control] forged\u{1B}[2J",
            ["name": "a\" [Control] forged\n", "e\u{202E}": "\u{E0001}\u{2028}"])
        #expect(
            forged.hasSuffix(
                #"e\u{202e}="\u{e0001}\u{2028}" name="a\" [Control] forged\n" [Control] "#
                    + #"x\r\n2026 error sluice: [Control] forged\u{1b}[2J"#), "\(forged)")
        #expect(
            Self.text(.text, "m", label: "a\nb", source: "c\u{7F}").hasSuffix(
                #"a\nb: [c\u{7f}] m"#))
    }

    @Test(arguments: ["x", "\u{1}", "\u{10FFFF}", "\u{E0001}", "é", "\""])
    func whatIsTooLongIsCut(character: String) throws {
        let long = String(repeating: character, count: 10_000)
        let line = try Self.json(long, ["first": "\(long)", "\(long)": "1", "z": "2"])
        #expect(line.cut == true)
        #expect(line.message.hasSuffix("…") && line.message.hasPrefix(character))
        #expect(line.message.utf8.count <= LogLine.mostMessageBytes)
        let text = Self.text(.text, long, ["first": "\(long)", "\(long)": "1", "z": "2"])
        #expect(text.hasSuffix("…"))
        let only = Self.text(.text, long)
        #expect(only.utf8.count > LogLine.mostBytes - 32)
        let label = Self.text(.json, long, label: long, source: long)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(label.utf8)) }
    }

    @Test func muchBesideAMessageIsLeftOut() throws {
        let metadata = Dictionary(
            uniqueKeysWithValues: (0..<500).map {
                ("key\($0)", Logger.MetadataValue("value \($0)"))
            })
        let line = try Self.json("m", metadata)
        #expect(line.cut == true && line.message == "m")
        #expect((50..<500).contains(line.metadata?.count ?? 0))
        let text = Self.text(.text, "the message stays", metadata)
        #expect(text.hasSuffix(" … [Control] the message stays"))
    }

    @Test func listsAndMappingsKeepTheirForm() throws {
        let inner: Logger.MetadataValue = ["c": ["d", .stringConvertible(5)], "e": [:]]
        let line = Self.text(.json, "m", ["a": ["b\n", inner]])
        #expect(line.hasSuffix(#""metadata":{"a":["b\n",{"c":["d","5"],"e":{}}]}}"#), "\(line)")
        #expect(Self.text(.text, "m", ["a": ["b\n", inner]]).contains("[Control] m"))
        var deep: Logger.MetadataValue = "end"
        for _ in 0..<1_000 { deep = [deep, ["x": deep]].randomElement().map { [$0] } ?? deep }
        let cut = Self.text(.json, "m", ["a": deep])
        #expect(cut.contains("…") && cut.hasSuffix(#","cut":true}"#))
        let wide = Logger.MetadataValue.array(Array(repeating: ["x": ["y"]], count: 100_000))
        let left = Self.text(.json, "m", ["a": wide, "b": "kept"])
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(left.utf8)) }
        #expect(left.hasSuffix(#""b":"kept"},"cut":true}"#) || left.contains("\"x\""))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000000Z"), (1_709_164_799_000_001, "2024-02-28T23:59:59.000001Z"),
        (1_709_164_800_999_999, "2024-02-29T00:00:00.999999Z"),
        (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    ])
    func times(microseconds: Int, expected: String) {
        #expect(LogTime.utc(microseconds: microseconds) == expected)
    }
}
