// A message as one line of text or of JSON, escaped and cut: pure.

import Logging
import Plan

/// Writes a line. Nothing in a message ends it, hides in it, or passes itself off as a part of it.
struct LogLine {
    /// All of a line. Pipes take so much in one piece (PIPE_BUF), so that lines of several
    /// processes do not mix either.
    static let mostBytes = 4_096
    /// A message, if there is much beside it.
    static let mostMessageBytes = 2_560
    /// One text beside it.
    static let mostValueBytes = 1_024
    /// A name.
    static let mostNameBytes = 128
    /// Lists and mappings within each other.
    static let mostDepth = 4
    private static let cutMark = "…"
    private static let cutEnd = ",\"cut\":true"

    private var bytes: [UInt8] = []
    private let format: LogSettings.Format
    private var isCut = false

    /// The line of a message, with its end.
    static func bytes(of entry: LogEntry, _ format: LogSettings.Format) -> [UInt8] {
        var line = LogLine(format)
        switch format {
        case .text: line.writeText(entry)
        case .json: line.writeJSON(entry)
        }
        line.add("\n")
        return line.bytes
    }

    private init(_ format: LogSettings.Format) {
        self.format = format
        bytes.reserveCapacity(256)
    }

    // MARK: Text

    /// `2026-03-01T10:30:00+0100 info sluice: routes=3 [Control] configuration loaded`.
    private mutating func writeText(_ entry: LogEntry) {
        add("\(LogTime.local(microseconds: entry.microseconds)) \(entry.level) ")
        add(escaping: entry.label, upTo: Self.mostNameBytes)
        add(":")
        for (name, value) in entry.metadata.sorted(by: { $0.key < $1.key }) {
            let start = bytes.count
            add(" ")
            word(name, upTo: Self.mostNameBytes)
            add("=")
            word("\(value)", upTo: Self.mostValueBytes)
            takeBack(start, ifBeyond: Self.mostBytes - Self.mostMessageBytes)
        }
        if isCut { add(" " + Self.cutMark) }
        add(" [")
        add(escaping: entry.source, upTo: Self.mostNameBytes)
        add("] ")
        add(escaping: entry.message, upTo: Self.mostBytes - bytes.count - 1)
    }

    /// A word as it is, and anything else in quotes: a blank in it would begin another one.
    private mutating func word(_ text: String, upTo most: Int) {
        let isWord =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { $0 != "\"" && !$0.properties.isWhitespace }
        if isWord {
            add(escaping: text, upTo: most)
        } else {
            quote(text, upTo: most)
        }
    }

    // MARK: JSON

    private mutating func writeJSON(_ entry: LogEntry) {
        add("{\"time\":\"\(LogTime.utc(microseconds: entry.microseconds))\"")
        add(",\"time_ms\":\(entry.microseconds / 1_000),\"level\":\"\(entry.level)\",\"logger\":")
        quote(entry.label, upTo: Self.mostNameBytes)
        add(",\"source\":")
        quote(entry.source, upTo: Self.mostNameBytes)
        add(",\"message\":")
        quote(entry.message, upTo: Self.mostMessageBytes)
        if !entry.metadata.isEmpty {
            add(",\"metadata\":")
            let ending = "}}\n".utf8.count + Self.cutEnd.utf8.count
            members(entry.metadata, 1, within: Self.mostBytes - ending)
        }
        if isCut { add(Self.cutEnd) }
        add("}")
    }

    /// A mapping; members for which there is no room are left out.
    private mutating func members(_ metadata: Logger.Metadata, _ depth: Int, within most: Int) {
        add("{")
        var isFirst = true
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            let start = bytes.count
            if !isFirst { add(",") }
            quote(name, upTo: Self.mostNameBytes)
            add(":")
            add(value, depth, within: most)
            if !takeBack(start, ifBeyond: most) { isFirst = false }
        }
        add("}")
    }

    private mutating func add(_ value: Logger.MetadataValue, _ depth: Int, within most: Int) {
        switch value {
        case .string(let text): quote(text, upTo: Self.mostValueBytes)
        case .stringConvertible(let value): quote(value.description, upTo: Self.mostValueBytes)
        case .array where depth >= Self.mostDepth, .dictionary where depth >= Self.mostDepth:
            isCut = true
            quote(Self.cutMark, upTo: Self.mostValueBytes)
        case .dictionary(let metadata): members(metadata, depth + 1, within: most)
        case .array(let values):
            add("[")
            for (index, value) in values.enumerated() {
                let start = bytes.count
                if index > 0 { add(",") }
                add(value, depth + 1, within: most)
                if takeBack(start, ifBeyond: most) { break }
            }
            add("]")
        }
    }

    // MARK: Parts

    /// Removes what was written since then if it does not fit.
    @discardableResult
    private mutating func takeBack(_ start: Int, ifBeyond most: Int) -> Bool {
        if bytes.count <= most { return false }
        bytes.removeLast(bytes.count - start)
        isCut = true
        return true
    }

    /// Text of our own.
    private mutating func add(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func quote(_ text: String, upTo most: Int) {
        add("\"")
        add(escaping: text, upTo: most, inQuotes: true)
        add("\"")
    }

    /// As much of a text as there is room for.
    private mutating func add(escaping text: String, upTo most: Int, inQuotes: Bool = false) {
        let end = bytes.count + most - Self.cutMark.utf8.count
        for scalar in text.unicodeScalars {
            let start = bytes.count
            if let escape = LogEscape.of(scalar, format, inQuotes: inQuotes) {
                add(escape)
            } else {
                bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
            if bytes.count > end {
                bytes.removeLast(bytes.count - start)
                add(Self.cutMark)
                isCut = true
                return
            }
        }
    }
}
