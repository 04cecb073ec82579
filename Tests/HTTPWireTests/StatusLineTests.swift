// The first line of an answer: what is taken, and what is not.

import HTTPWire
import Testing

@Suite("Status lines")
struct StatusLineTests {
    private static let goodLines: [(line: String, status: Int, reason: String, minor: Int)] = [
        ("HTTP/1.1 200 OK", 200, "OK", 1),
        ("HTTP/1.0 200 OK", 200, "OK", 0),
        ("HTTP/1.1 200 ", 200, "", 1),
        ("HTTP/1.1 200", 200, "", 1),
        ("HTTP/1.1 404 Not Found", 404, "Not Found", 1),
        ("HTTP/1.1 100 Continue", 100, "Continue", 1),
        ("HTTP/1.1 599 x", 599, "x", 1),
        ("HTTP/1.1 200  two spaces", 200, " two spaces", 1),
        ("HTTP/1.1 200 tab\tinside", 200, "tab\tinside", 1),
        ("HTTP/1.1 200 Größe", 200, "Größe", 1),
    ]

    @Test("that are good", arguments: goodLines)
    func good(line: String, status: Int, reason: String, minor: Int) {
        let answer = ParsedResponse([line, "Content-Length: 0"])
        #expect(answer.fault == nil)
        #expect(answer.head.status == status)
        #expect(answer.source.text(answer.head.reason) == reason)
        #expect(answer.head.minorVersion == minor)
        #expect(answer.head.fieldCount == 1)
    }

    @Test(
        "that are malformed",
        arguments: [
            "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK",
            "HTTP/1.1 200OK", "HTTP/1.1 200\tOK", "HTTP/1.1  200 OK", "HTTP/1.1\t200 OK",
            "HTTP/1.1 099 x", "HTTP/1.1 000 x", "HTTP/1.1 600 x", "HTTP/1.1 999 x",
            "HTTP/1.1 -20 x", "HTTP/1.1 +20 x", "HTTP/1.1 2x0 x", "HTTP/1.1 0x2 x",
            "HTTP/1.2 200 OK", "HTTP/2.0 200 OK", "HTTP/0.9 200 OK", "HTTP/2 200 OK",
            "HTTP/1.1.1 200 OK", "HTTP/11 200 OK", "http/1.1 200 OK", "HTTP/1,1 200 OK",
            " HTTP/1.1 200 OK", "ICY 200 OK and so on", "HTTP/1.1 200 a\0b",
            "HTTP/1.1 200 a\u{7F}", "HTTP/1.1 200 a\u{1B}[0m", "HTTP/1.1 200 a\rb",
            "HTTP/1.1 200 OK\r", "GET / HTTP/1.1 and more",
        ])
    func malformed(line: String) {
        #expect(ParsedResponse([line, "Content-Length: 0"]).fault == .malformedStatusLine)
        #expect(ParsedResponse([line]).fault == .malformedStatusLine)
    }

    @Test("that are too short for any")
    func tooShort() {
        let head = ResponseHead(limits: RequestReader.limits)
        let text = FixedText("HTTP/1.1 200\r\n\r\n")
        for count in 0..<text.bytes.count {
            #expect(head.parse(text.base, count: count) != nil, "\(count) bytes")
        }
        #expect(head.parse(text.base, count: text.bytes.count) == nil)
    }

    @Test(
        "with fields that no request could have either",
        arguments: [
            ("X-Name : a", HeadFault.spaceBeforeColon), (" X-Name: a", .foldedField),
            ("X-Name", .missingColon), (": a", .malformedFieldName),
            ("X Name: a", .malformedFieldName), ("X-Name: a\0", .malformedFieldValue),
            ("X-Name: a\rb", .malformedFieldValue), ("X-Name: a\r", .malformedFieldValue),
        ])
    func badFields(line: String, fault: HeadFault) {
        #expect(ParsedResponse(status: 200, fields: [line]).fault == fault)
    }
}
