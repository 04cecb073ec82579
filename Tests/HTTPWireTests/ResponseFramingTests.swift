// How the end of an answer's body is known, by method, status and fields.

import HTTPWire
import Testing

@Suite("Framing of answers")
struct ResponseFramingTests {
    private static let length = ["Content-Length: 5"]
    private static let coding = ["Transfer-Encoding: chunked"]

    @Test(
        "by their fields",
        arguments: [
            (length, BodyFraming.length(5)), (["Content-Length: 0"], .length(0)),
            (coding, .chunked), (["Transfer-Encoding: CHUNKED"], .chunked), ([], .untilClose),
        ])
    func byFields(fields: [String], framing: BodyFraming) {
        for status in [200, 201, 206, 301, 404, 500, 503] {
            let answer = ParsedResponse(status: status, fields: fields)
            #expect(answer.fault == nil)
            for method in MethodKind.allCases where method != .head {
                #expect(answer.head.body(answering: method) == framing, "\(method) \(status)")
            }
        }
    }

    @Test("to HEAD: never a body", arguments: [[], length, coding])
    func toHead(fields: [String]) {
        for status in [200, 204, 304, 404, 500] {
            let answer = ParsedResponse(status: status, fields: fields)
            #expect(answer.head.body(answering: .head) == .none)
        }
    }

    @Test("that never have a body", arguments: [100, 101, 102, 103, 199, 204, 304])
    func withoutBody(status: Int) {
        for fields in [[], Self.length, Self.coding] {
            let answer = ParsedResponse(status: status, fields: fields)
            #expect(answer.fault == nil)
            #expect(answer.head.body(answering: .get) == .none)
        }
    }

    @Test(
        "that two readers might see differently",
        arguments: [
            (["Content-Length: 5", "Content-Length: 5"], HeadFault.doubleContentLength),
            (["Content-Length: 5", "content-length: 6"], .doubleContentLength),
            (["Content-Length: 5, 5"], .malformedContentLength),
            (["Content-Length: +5"], .malformedContentLength),
            (["Content-Length: -1"], .malformedContentLength),
            (["Content-Length:"], .malformedContentLength),
            (["Content-Length: 0x5"], .malformedContentLength),
            (["Content-Length: 9223372036854775808"], .malformedContentLength),
            (length + coding, .lengthWithTransferEncoding),
            (coding + length, .lengthWithTransferEncoding),
            (coding + coding, .doubleTransferEncoding),
            (["Transfer-Encoding: gzip, chunked"], .unknownTransferEncoding),
            (["Transfer-Encoding: identity"], .unknownTransferEncoding),
            (["Transfer-Encoding:"], .unknownTransferEncoding),
        ])
    func ambiguous(fields: [String], fault: HeadFault) {
        // Even where no body can follow: such an upstream is not to be trusted further.
        for status in [200, 204, 304, 101] {
            #expect(ParsedResponse(status: status, fields: fields).fault == fault)
        }
    }

    @Test("of HTTP/1.0")
    func http10() {
        let plain = ParsedResponse(["HTTP/1.0 200 OK"])
        #expect(plain.head.body(answering: .get) == .untilClose)
        #expect(!plain.head.keepsAlive)
        let sized = ParsedResponse(["HTTP/1.0 200 OK", "Content-Length: 5"])
        #expect(sized.head.body(answering: .get) == .length(5))
        #expect(!sized.head.keepsAlive)
        let kept = ParsedResponse(["HTTP/1.0 200 OK", "Connection: Keep-Alive"] + Self.length)
        #expect(kept.head.keepsAlive)
        let chunked = ParsedResponse(["HTTP/1.0 200 OK"] + Self.coding)
        #expect(chunked.fault == .transferEncodingInHTTP10)
    }

    @Test(
        "and whether the connection is kept",
        arguments: [
            ([], true), (["Connection: close"], false), (["Connection: Close"], false),
            (["Connection: keep-alive"], true), (["Connection: keep-alive, close"], false),
            (["Connection: x", "Connection: close"], false), (["Connection: closed"], true),
        ])
    func keepsAlive(fields: [String], keeps: Bool) {
        #expect(ParsedResponse(status: 200, fields: fields).head.keepsAlive == keeps)
    }

    @Test(
        "that switch protocols",
        arguments: [
            (["Connection: upgrade", "Upgrade: websocket"], true),
            (["Connection: x, Upgrade", "Upgrade: WebSocket"], true),
            (["Connection: upgrade", "Upgrade: h2c"], false),
            (["Connection: upgrade"], false), (["Upgrade: websocket"], false),
            (["Connection: close", "Upgrade: websocket"], false),
            (["Connection: upgrade", "Upgrade: websocket, h2c"], false),
        ])
    func switches(fields: [String], switches: Bool) {
        let answer = ParsedResponse(status: 101, fields: fields)
        #expect(answer.fault == nil)
        #expect(answer.head.switchesToWebSocket == switches)
    }

    @Test("starts anew with every head")
    func reuse() {
        let head = ResponseHead(limits: RequestReader.limits)
        let first = FixedText(
            "HTTP/1.0 101 x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                + "Content-Length: 5\r\n\r\n")
        let second = FixedText("HTTP/1.1 200\r\n\r\n")
        #expect(head.parse(first.base, count: first.bytes.count) == nil)
        #expect(head.switchesToWebSocket)
        #expect(head.parse(second.base, count: second.bytes.count) == nil)
        #expect(head.status == 200)
        #expect(head.keepsAlive)
        #expect(!head.switchesToWebSocket)
        #expect(head.fieldCount == 0)
        #expect(head.index(of: .contentLength) == -1)
        #expect(head.body(answering: .get) == .untilClose)
    }
}
