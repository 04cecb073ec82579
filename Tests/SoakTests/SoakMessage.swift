// Reads HTTP/1.1 messages whole: enough for a test to which both ends belong.

import Glibc
import NIOCore

/// A request or an answer.
struct SoakMessage {
    let firstLine: String
    let fields: [String: String]
    let body: ByteBuffer

    var text: String { String(buffer: body) }
}

/// Cuts a connection's bytes into messages. Every body is framed by its length or in chunks.
struct SoakMessageReader {
    enum Fault: Error {
        case unframed(String)
        case badChunk
    }

    private enum Framing {
        case length(Int)
        case chunked
    }

    private var bytes = ByteBuffer()
    private var head: (firstLine: String, fields: [String: String], framing: Framing)?
    private var body = ByteBuffer()

    /// Whether nothing of a next message has arrived.
    var isEmpty: Bool { head == nil && bytes.readableBytes == 0 }

    mutating func append(_ piece: ByteBuffer) {
        if bytes.readableBytes == 0 { bytes.clear() }
        bytes.writeImmutableBuffer(piece)
    }

    /// The next message, or nil as long as it is not whole.
    mutating func next() throws -> SoakMessage? {
        if head == nil {
            guard let text = take(through: "\r\n\r\n") else { return nil }
            head = try Self.parse(text)
            body = ByteBuffer()
        }
        guard let head else { return nil }
        switch head.framing {
        case .length(let length):
            guard let whole = bytes.readSlice(length: length) else { return nil }
            body = whole
        case .chunked:
            guard try readChunks() else { return nil }
        }
        self.head = nil
        return SoakMessage(firstLine: head.firstLine, fields: head.fields, body: body)
    }

    /// Takes the chunks that are there; true once the last one was among them.
    private mutating func readChunks() throws -> Bool {
        while true {
            let start = bytes
            guard let line = take(through: "\r\n") else { return false }
            guard let size = Int(line.dropLast(1), radix: 16) else { throw Fault.badChunk }
            guard var chunk = bytes.readSlice(length: size),
                let end = bytes.readString(length: 2)
            else {
                bytes = start
                return false
            }
            guard end == "\r\n" else { throw Fault.badChunk }
            if size == 0 { return true }
            body.writeBuffer(&chunk)
        }
    }

    /// Takes everything up to and with a text that ends in a line feed.
    private mutating func take(through end: StaticString) -> String? {
        let count = bytes.withUnsafeReadableBytes { readable -> Int? in
            guard let base = readable.baseAddress else { return nil }
            let length = end.utf8CodeUnitCount
            var position = 0
            while let feed = memchr(base + position, 0x0A, readable.count - position) {
                position = UnsafeRawPointer(feed) - base + 1
                let start = position - length
                if start >= 0, memcmp(base + start, end.utf8Start, length) == 0 { return position }
            }
            return nil
        }
        return count.flatMap { bytes.readString(length: $0) }
    }

    private static func parse(_ text: String) throws -> (String, [String: String], Framing) {
        let lines = text.split(separator: "\r\n")
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields[line[..<colon].lowercased()] = String(value)
        }
        let firstLine = lines.first.map(String.init) ?? ""
        if fields["transfer-encoding"] == "chunked" { return (firstLine, fields, .chunked) }
        if let length = fields["content-length"].flatMap({ Int($0) }) {
            return (firstLine, fields, .length(length))
        }
        // A request without a body has neither; an answer of this test always has one of them.
        if firstLine.hasPrefix("HTTP/") { throw Fault.unframed(text) }
        return (firstLine, fields, .length(0))
    }
}
