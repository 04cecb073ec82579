// Events of streams, found however the bytes are cut.

import HTTPWire
import Testing

@Suite("Meters of streams")
struct StreamMeterTests {
    private static func message(_ count: Int) -> String {
        let prefix = [
            0, UInt8(count >> 24), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255),
            UInt8(count & 255),
        ]
        return String(String.UnicodeScalarView(prefix.map { Unicode.Scalar($0) }))
            + String(repeating: "m", count: count)
    }

    private func count(_ kind: StreamMeter.Kind, _ text: String, pieces: Int) -> (Int, StreamMeter)
    {
        var meter = StreamMeter(kind)
        // One byte for each scalar: prefixes of messages hold zeros.
        let bytes = text.unicodeScalars.map { UInt8($0.value) }
        var events = 0
        var start = 0
        while start < bytes.count {
            let end = min(start + pieces, bytes.count)
            events += unsafe Array(bytes[start..<end]).withUnsafeBytes { unsafe meter.take($0) }
            start = end
        }
        return (events, meter)
    }

    @Test(
        "count the same events in any pieces",
        arguments: [
            (.events, "data: a\n\ndata: b\n\n", 2, false),
            (.events, "data: a\r\n\r\ndata: b\r\n\r\n", 2, false),
            (.events, "data: a\r\rdata: b\r\r", 2, false),
            (.events, "event: x\ndata: a\ndata: b\n\n", 1, false),
            // Comments keep a connection alive and are no events; nor are empty lines.
            (.events, ": ping\n\n: ping\n\n\n\n", 0, false),
            (.events, ": ping\ndata: a\n\n", 1, false),
            (.events, "data: a\n\ndata: b\n", 1, true),
            (.events, "\u{EF}\u{BB}\u{BF}data: a\n\n", 1, false),
            (.lines, "{\"a\":1}\n{\"b\":2}\n", 2, false),
            (.lines, "{\"a\":1}\r\n\r\n\n{\"b\":2}", 1, true),
            (.messages, message(3) + message(0) + message(300), 3, false),
            (.messages, message(3) + "\u{0}\u{0}", 1, true),
            (.none, "data: a\n\n", 0, false),
        ] as [(StreamMeter.Kind, String, Int, Bool)])
    func events(kind: StreamMeter.Kind, text: String, expected: Int, isInside: Bool) {
        for pieces in [1, 2, 3, 5, 7, 1_000] {
            let (events, meter) = count(kind, text, pieces: pieces)
            #expect(events == expected, "in pieces of \(pieces)")
            #expect(meter.isInside == isInside, "in pieces of \(pieces)")
        }
    }

    @Test("count each arrival of text without a form")
    func pieces() {
        #expect(count(.pieces, "one two three", pieces: 5).0 == 3)
    }
}

@Suite("Trailers as lines")
struct TrailerLinesTests {
    private func passed(_ lines: String, isGRPC: Bool) -> String {
        let result = unsafe Array(lines.utf8).withUnsafeBytes {
            unsafe TrailerLines.passed($0, isGRPC: isGRPC)
        }
        return String(decoding: result, as: UTF8.self)
    }

    @Test("pass what may follow a body")
    func lines() {
        let lines =
            "grpc-status: 0\r\nmy-meta-bin: AA\r\nhost: x\r\ncontent-length: 1\r\nx-a: b\r\n"
        #expect(passed(lines, isGRPC: false) == "grpc-status: 0\r\nx-a: b\r\n")
        #expect(passed(lines, isGRPC: true) == "grpc-status: 0\r\nmy-meta-bin: AA\r\nx-a: b\r\n")
        // A disguise of a field that we set ourselves.
        #expect(passed("x_forwarded_for: 1\r\n", isGRPC: true) == "")
        #expect(passed("no line at all", isGRPC: true) == "")
    }

    @Test(
        "tell the status of gRPC",
        arguments: [
            ("grpc-status: 0\r\n", 0), ("Grpc-Status: 14\r\n", 14), ("grpc-status: 17\r\n", 2),
            ("grpc-status: \r\n", 2), ("grpc-status: -1\r\n", 2), ("grpc-status: 100\r\n", 2),
            ("x: y\r\n", nil), ("", nil),
        ] as [(String, Int?)])
    func statuses(lines: String, expected: Int?) {
        #expect(TrailerLines.grpcStatus(Array(lines.utf8)) == expected)
    }
}
