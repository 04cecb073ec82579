// Heads of HTTP/2, written out as HTTP/1.1 has them.

import HTTPWire
import Testing

@Suite("Transcripts of HTTP/2 heads")
struct HeadTranscriptTests {
    private static let get: [(String, String)] = [
        (":method", "GET"), (":scheme", "https"), (":authority", "a.example"), (":path", "/x?y=1"),
    ]
    private static let post: [(String, String)] = [
        (":method", "POST"), (":scheme", "https"), (":authority", "a.example"), (":path", "/"),
    ]

    private func text(
        _ fields: [(String, String)], _ kind: HeadTranscript.Kind = .request, isEnd: Bool = true,
        limits: HeadLimits = HeadLimits(headBytes: 8_192, headFields: 20, targetBytes: 1_024)
    ) -> (text: String, transcript: HeadTranscript) {
        let transcript = HeadTranscript(limits: limits)
        transcript.begin(kind)
        for (name, value) in fields { _ = transcript.add(name, value) }
        unsafe transcript.finish(isEnd: isEnd) { memory in
            unsafe memory.copyBytes(from: Array("KEY".utf8))
            return 3
        }
        return (unsafe String(decoding: transcript.bytes, as: UTF8.self), transcript)
    }

    /// Found by fuzzing: the first byte of a name that has none was looked at.
    @Test("refuse a name without a byte")
    func emptyName() {
        let memory = GuardedMemory()
        let transcript = HeadTranscript(
            limits: HeadLimits(headBytes: 8_192, headFields: 20, targetBytes: 1_024))
        transcript.begin(.request)
        #expect(unsafe transcript.add(memory.place([]), memory.place([])) == .overLimit)
        #expect(transcript.fault == .malformedFieldName)
    }

    @Test(
        "say what HTTP/1.1 says",
        arguments: [
            (get, true, "GET /x?y=1 HTTP/1.1\r\nhost: a.example\r\n\r\n"),
            (
                get + [("accept", "*/*"), ("x-a", "")], true,
                "GET /x?y=1 HTTP/1.1\r\nhost: a.example\r\naccept: */*\r\nx-a: \r\n\r\n"
            ),
            // A body of unknown length, one of known length, and none.
            (
                post, false,
                "POST / HTTP/1.1\r\nhost: a.example\r\ntransfer-encoding: chunked\r\n\r\n"
            ),
            (
                post + [("content-length", "3")], false,
                "POST / HTTP/1.1\r\nhost: a.example\r\ncontent-length: 3\r\n\r\n"
            ),
            (post, true, "POST / HTTP/1.1\r\nhost: a.example\r\ncontent-length: 0\r\n\r\n"),
            // Crumbs of a cookie (RFC 9113 §8.2.3).
            (
                get + [("cookie", "a=1"), ("x", "y"), ("cookie", "b=2"), ("cookie", "c=3")], true,
                "GET /x?y=1 HTTP/1.1\r\nhost: a.example\r\nx: y\r\ncookie: a=1; b=2; c=3\r\n\r\n"
            ),
            // Without an authority the host field stays as it is.
            (
                [(":method", "GET"), (":scheme", "https"), (":path", "/"), ("host", "b.example")],
                true,
                "GET / HTTP/1.1\r\nhost: b.example\r\n\r\n"
            ),
            (
                [(":method", "CONNECT"), (":authority", "a:1")], false,
                "CONNECT a:1 HTTP/1.1\r\nhost: a:1\r\ntransfer-encoding: chunked\r\n\r\n"
            ),
        ] as [([(String, String)], Bool, String)])
    func requests(fields: [(String, String)], isEnd: Bool, expected: String) {
        #expect(text(fields, isEnd: isEnd).text == expected)
    }

    @Test("turn an extended CONNECT into an upgrade")
    func tunnels() {
        let fields = [(":method", "CONNECT"), (":protocol", "websocket")] + Self.get.dropFirst()
        let (text, transcript) = text(fields, isEnd: false)
        #expect(transcript.isWebSocket)
        #expect(
            text == "GET /x?y=1 HTTP/1.1\r\nhost: a.example\r\nconnection: upgrade\r\n"
                + "upgrade: websocket\r\nsec-websocket-key: KEY\r\n\r\n")
        let other = self.text(
            [(":method", "CONNECT"), (":protocol", "connect-udp")] + Self.get.dropFirst())
        #expect(other.transcript.isUnknownProtocol)
    }

    @Test("turn the success of a tunnel into a switch with its proof")
    func switches() {
        let (_, transcript) = text([(":status", "200"), ("x", "y")], .answer)
        transcript.becomeSwitch(accept: Array("PROOF".utf8))
        #expect(
            (unsafe String(decoding: transcript.bytes, as: UTF8.self))
                == "HTTP/1.1 101 \r\nx: y\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
                + "sec-websocket-accept: PROOF\r\n\r\n")
    }

    @Test("of answers have a status line, of trailers none")
    func answers() {
        #expect(
            text([(":status", "204"), ("x", "y")], .answer).text == "HTTP/1.1 204 \r\nx: y\r\n\r\n")
        #expect(text([(":status", "200")], .answer).text == "HTTP/1.1 200 \r\n\r\n")
        #expect(text([("grpc-status", "0")], .trailers).text == "grpc-status: 0\r\n")
        // What is no status is none that the parser takes.
        #expect(text([(":status", "2x0")], .answer).text == "HTTP/1.1 000 \r\n\r\n")
    }

    @Test("refuse a second host", arguments: ["b.example", "a.example.", "a.exampl", ""])
    func hosts(host: String) {
        #expect(text(Self.get + [("host", host)]).transcript.fault == .doubleHost)
        #expect(text(Self.get + [("host", "A.Example")]).text == text(Self.get).text)
    }

    @Test("keep no more than the limits, and count on")
    func limits() {
        let small = HeadLimits(headBytes: 256, headFields: 4, targetBytes: 64)
        let many = Self.get + (0..<5).map { ("x\($0)", "y") }
        #expect(text(many, limits: small).transcript.fault == .tooManyFields)
        let long = Self.get + [("x", String(repeating: "y", count: 1_000))]
        #expect(text(long, limits: small).transcript.fault == .headTooLarge)
        let cookies = Self.get + (0..<4).map { _ in ("cookie", String(repeating: "c", count: 100)) }
        #expect(text(cookies, limits: small).transcript.fault == .headTooLarge)
        let path = [(":method", "GET"), (":path", "/" + String(repeating: "p", count: 300))]
        #expect(text(path, limits: small).transcript.fault == .headTooLarge)
    }

    @Test("call a bomb what unpacks to many times the limit")
    func bombs() {
        let transcript = HeadTranscript(
            limits: HeadLimits(headBytes: 1_024, headFields: 10, targetBytes: 64))
        transcript.begin(.request)
        var additions: [HeadTranscript.Addition] = []
        while additions.count < 1_000 {
            additions.append(transcript.add("x", String(repeating: "y", count: 100)))
            if additions.last == .bomb { break }
        }
        // 8 KiB, at 133 bytes for each field.
        #expect(additions.count == 62)
        #expect(additions.last == .bomb)
        #expect(transcript.count < 4_096)
    }

    @Test("begin anew without anything of the last head")
    func reuse() {
        let (_, transcript) = text(
            Self.get + [("cookie", "a=1"), ("content-length", "1")], isEnd: false)
        transcript.begin(.request)
        for (name, value) in Self.post { _ = transcript.add(name, value) }
        transcript.finish(isEnd: false)
        #expect(
            (unsafe String(decoding: transcript.bytes, as: UTF8.self))
                == "POST / HTTP/1.1\r\nhost: a.example\r\ntransfer-encoding: chunked\r\n\r\n")
    }
}

extension HeadTranscript {
    fileprivate func add(_ name: String, _ value: String) -> Addition {
        var name = name
        var value = value
        return name.withUTF8 { nameBytes in
            value.withUTF8 { valueBytes in
                unsafe add(UnsafeRawBufferPointer(nameBytes), UnsafeRawBufferPointer(valueBytes))
            }
        }
    }
}
