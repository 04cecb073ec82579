// The chunked coding by itself: its numbers, its limits and its ends.

import HTTPWire
import Testing

@Suite("Chunked decoder")
struct ChunkedDecoderTests {
    /// What comes of an input: the body, and how it ended.
    private func decode(
        _ text: String, lineLimit: Int = 64, trailerLimit: Int = 256
    ) -> (body: String, end: ChunkedDecoder.Event, used: Int, trailers: String) {
        var decoder = ChunkedDecoder(lineLimit: lineLimit, trailerLimit: trailerLimit)
        let bytes = Array(text.utf8)
        var body: [UInt8] = []
        var position = 0
        while true {
            let event = bytes.withUnsafeBytes { decoder.next($0, &position) }
            if case .data(let start, let count) = event {
                body += bytes[start..<start + count]
                continue
            }
            let trailers = String(decoding: decoder.trailers, as: UTF8.self)
            return (String(decoding: body, as: UTF8.self), event, position, trailers)
        }
    }

    @Test("leaves what follows the body")
    func rest() {
        let result = decode("5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n")
        #expect(result.body == "hello")
        #expect(result.end == .finished)
        #expect(result.used == 15)
    }

    @Test("stays finished")
    func staysFinished() {
        var decoder = ChunkedDecoder(lineLimit: 64, trailerLimit: 64)
        let bytes = Array("0\r\n\r\nx".utf8)
        var position = 0
        bytes.withUnsafeBytes { buffer in
            #expect(decoder.next(buffer, &position) == .finished)
            #expect(position == 5)
            var end = buffer.count
            #expect(decoder.next(buffer, &end) == .finished)
        }
    }

    @Test("waits for more in every place")
    func waits() {
        let whole = "5;a=b\r\nhello\r\n0\r\nX-A: 1\r\n\r\n"
        for count in 0..<whole.utf8.count {
            let result = decode(String(decoding: whole.utf8.prefix(count), as: UTF8.self))
            #expect(result.end == .needsInput, "after \(count) bytes")
            #expect(result.used == count)
        }
    }

    @Test("never gives an empty piece of data")
    func noEmptyData() {
        var decoder = ChunkedDecoder(lineLimit: 64, trailerLimit: 64)
        for byte in "2\r\nab\r\n0\r\n\r\n".utf8 {
            var position = 0
            let event = withUnsafeBytes(of: byte) { decoder.next($0, &position) }
            if case .data(_, let count) = event { #expect(count == 1) }
            #expect(position == 1)
        }
    }

    @Test(
        "takes sizes below 2⁶³ of at most sixteen digits",
        arguments: [
            ("7fffffffffffffff", true), ("7FFFFFFFFFFFFFFF", true), ("1", true),
            ("0000000000000001", true), ("8000000000000000", false), ("f000000000000000", false),
            ("00000000000000001", false), ("ffffffffffffffffffffffffffffffff", false),
        ])
    func sizes(size: String, isTaken: Bool) {
        let result = decode(size + "\r\nx")
        #expect(result.end == (isTaken ? .needsInput : .fault(.malformedChunkSize)))
        #expect(result.body == (isTaken ? "x" : ""))
        // The fault is known before the line ends.
        if !isTaken { #expect(decode(size).end == .fault(.malformedChunkSize)) }
    }

    @Test("takes every hexadecimal digit and no other byte")
    func digits() {
        for byte in UInt8.min...(.max) {
            var decoder = ChunkedDecoder(lineLimit: 64, trailerLimit: 64)
            var position = 0
            let event = withUnsafeBytes(of: byte) { decoder.next($0, &position) }
            let isDigit = Set("0123456789abcdefABCDEF".utf8).contains(byte)
            #expect(event == (isDigit ? .needsInput : .fault(.malformedChunkSize)), "\(byte)")
        }
    }

    @Test(
        "takes one byte only where a line must end",
        arguments: [
            ("1\r", UInt8(0x0A), HeadFault.malformedChunkSize),
            ("1;a\r", 0x0A, .malformedChunkSize), ("1\r\nx", 0x0D, .malformedChunkEnd),
            ("1\r\nx\r", 0x0A, .malformedChunkEnd), ("0\r\n\r", 0x0A, .malformedTrailer),
            ("0\r\nX-A: 1\r", 0x0A, .malformedTrailer),
        ])
    func lineEnds(before: String, only: UInt8, fault: HeadFault) {
        for byte in UInt8.min...(.max) where byte != only {
            var decoder = ChunkedDecoder(lineLimit: 64, trailerLimit: 64)
            var event = ChunkedDecoder.Event.needsInput
            for next in Array(before.utf8) + [byte] {
                var position = 0
                event = withUnsafeBytes(of: next) { decoder.next($0, &position) }
            }
            #expect(event == .fault(fault), "byte \(byte)")
        }
        let last = String(decoding: [only], as: UTF8.self)
        if case .fault = decode(before + last).end { Issue.record("the right byte is refused") }
    }

    @Test("refuses a bare line feed in a trailer at once")
    func trailerLineFeed() {
        #expect(decode("0\r\nX-A: 1\n").end == .fault(.malformedTrailer))
        #expect(decode("0\r\n\n").end == .fault(.malformedTrailer))
    }

    @Test("counts a size line to its last byte", arguments: 3...12)
    func lineLimit(limit: Int) {
        let fitting = "1;" + String(repeating: "a", count: max(0, limit - 4))
        let line = limit >= 4 ? fitting : "1"
        #expect(decode(line + "\r\nx\r\n0\r\n\r\n", lineLimit: limit).end == .finished)
        let longer = decode(line + (limit >= 4 ? "a" : ";") + "\r\nx", lineLimit: limit)
        #expect(longer.end == .fault(.chunkLineTooLong))
    }

    @Test("bounds a size line that never ends")
    func endlessLine() {
        let result = decode("1;" + String(repeating: "a", count: 1_000), lineLimit: 100)
        #expect(result.end == .fault(.chunkLineTooLong))
        #expect(result.used == 100)
    }

    @Test("counts a trailer section to its last byte")
    func trailerLimit() {
        let trailers = "X-A: 1\r\nHost: a\r\n\r\n"
        let count = trailers.utf8.count
        #expect(decode("0\r\n" + trailers, trailerLimit: count).end == .finished)
        let result = decode("0\r\n" + trailers, trailerLimit: count - 1)
        #expect(result.end == .fault(.trailersTooLarge))
    }

    @Test("bounds a trailer that never ends")
    func endlessTrailer() {
        let result = decode("0\r\nX-A: " + String(repeating: "a", count: 1_000), trailerLimit: 50)
        #expect(result.end == .fault(.trailersTooLarge))
        #expect(result.used == 53)
        #expect(result.trailers == "")
    }

    @Test("counts each size line by itself")
    func manyLines() {
        let chunks = String(repeating: "1;abcdefgh\r\nx\r\n", count: 50)
        let result = decode(chunks + "0\r\n\r\n", lineLimit: 12)
        #expect(result.end == .finished)
        #expect(result.body == String(repeating: "x", count: 50))
    }
}
