// Which field lines are passed on, and which belong to one connection only.

import HTTPWire
import Testing

@Suite("Fields that are passed on")
struct CopyFieldsTests {
    private static let hopFields = [
        "Connection: x-other", "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive",
        "Proxy-Authenticate: Basic", "TE: trailers", "Transfer-Encoding: chunked",
        "Upgrade: h2c", "HTTP2-Settings: AAMA",
    ]

    @Test("are all but those of the connection", arguments: hopFields)
    func hop(field: String) {
        let expected = "X-A: 1\r\nX-B:2  \r\n"
        for line in [field, field.lowercased(), field.uppercased()] {
            let request = ParsedRequest(fields: ["X-A: 1", line, "X-B:2  "])
            #expect(request.fault == nil)
            #expect(request.passedOn() == "Host: a.test\r\n" + expected)
            let answer = ParsedResponse(status: 200, fields: ["X-A: 1", line, "X-B:2  "])
            #expect(answer.fault == nil)
            #expect(answer.passedOn() == expected)
        }
    }

    @Test("are none if all are of the connection")
    func allHop() {
        let fields = Self.hopFields + Self.hopFields.filter { !$0.hasPrefix("Transfer") }
        #expect(ParsedResponse(status: 200, fields: fields).passedOn() == "")
        #expect(ParsedResponse(status: 200).passedOn() == "")
    }

    @Test("keep their bytes and their order")
    func bytes() {
        let fields = ["a:1", "B: \t2 ", "a:3", "d: Ç", "e:"]
        let request = ParsedRequest(fields: fields)
        #expect(
            request.passedOn(dropping: KnownFieldSet(.host))
                == "a:1\r\nB: \t2 \r\na:3\r\nd: Ç\r\ne:\r\n")
    }

    @Test(
        "are not those that Connection nominates",
        arguments: [
            ["Connection: x-a"], ["Connection: X-A"], ["Connection: close, x-a"],
            ["Connection: x-a,close"], ["Connection: ,, x-a ,"],
            ["Connection: x-c", "Connection: \tx-a\t"], ["Connection: te \t, \tx-a\t ,\tx-c"],
            ["connection: te, x-a, upgrade"],
        ])
    func nominated(connection: [String]) {
        let before = ["X-A: 1", "X-Ab: 2"] + connection + ["x-a: 3", "X-B: 4"]
        let expected = "X-Ab: 2\r\nX-B: 4\r\n"
        #expect(ParsedRequest(fields: before).passedOn() == "Host: a.test\r\n" + expected)
        #expect(ParsedResponse(status: 200, fields: before).passedOn() == expected)
    }

    @Test(
        "cannot be stripped by Connection if they frame or describe the request",
        arguments: [
            "Host: a.test", "Content-Length: 5", "Expect: 100-continue",
            "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: a.test",
            "X-Forwarded-Port: 1", "Forwarded: for=192.0.2.1", "X-Real-IP: 192.0.2.1",
            "X-Request-ID: 1", "Via: 1.1 x", "X-Sluice-Version: v1",
        ])
    func notNominable(field: String) {
        let name = field.prefix { $0 != ":" }
        let lines = ["GET /a HTTP/1.1", "Connection: \(name)", field]
        let isHost = field.hasPrefix("Host")
        let request = ParsedRequest(isHost ? lines : lines + ["Host: a.test"])
        #expect(request.fault == nil)
        #expect(request.passedOn() == field + "\r\n" + (isHost ? "" : "Host: a.test\r\n"))
    }

    @Test("never include a transfer coding, nominated or not")
    func coding() {
        let fields = ["Connection: transfer-encoding", "Transfer-Encoding: chunked", "X-A: 1"]
        let request = ParsedRequest(fields: fields)
        #expect(request.head.body == .chunked)
        #expect(request.passedOn() == "Host: a.test\r\nX-A: 1\r\n")
    }

    @Test("close and keep-alive name no fields")
    func wordsOfConnection() {
        let request = ParsedRequest(fields: ["Connection: close, keep-alive", "Close: 1"])
        #expect(request.passedOn() == "Host: a.test\r\nClose: 1\r\n")
    }

    @Test("are not those that the caller drops")
    func dropped() {
        let fields = [
            "X-Forwarded-For: 1", "X-A: 1", "X-Sluice-A: 1", "x-sluice-b: 2", "X-B: 2",
            "X-Forwarded-Port: 3",
        ]
        let set = KnownFieldSet(.host, .xForwardedFor, .sluice)
        let request = ParsedRequest(fields: fields)
        #expect(request.passedOn(dropping: set) == "X-A: 1\r\nX-B: 2\r\nX-Forwarded-Port: 3\r\n")
        // A set of `other` must not drop everything that is unknown.
        #expect(
            request.passedOn(dropping: KnownFieldSet(.other, .host, .xForwardedFor))?
                .hasPrefix("X-A: 1\r\n") == true)
    }

    @Test("must fit, or the writer says so", arguments: 0..<40)
    func overflow(capacity: Int) {
        let request = ParsedRequest(fields: ["X-A: 1", "Upgrade: x", "X-B: 2"])
        let whole = "Host: a.test\r\nX-A: 1\r\nX-B: 2\r\n"
        let written = Written.text(capacity: capacity) {
            request.head.copyFields(from: request.source.base, dropping: [], to: &$0)
        }
        #expect(written == (capacity >= whole.utf8.count ? whole : nil))
    }

    @Test("are described one by one")
    func described() {
        let request = ParsedRequest(fields: ["X-A:  one ", "Upgrade: x", "COOKIE: a=b"])
        let head = request.head
        #expect(head.fieldCount == 4)
        let field = head.field(1)
        #expect(request.source.text(field.name) == "X-A")
        #expect(request.source.text(field.value) == "one")
        #expect(request.source.text(field.line) == "X-A:  one \r\n")
        #expect(field.known == .other)
        #expect(!field.isHop)
        #expect(head.field(2).isHop)
        #expect(head.index(of: .cookie) == 3)
        #expect(head.index(of: .via) == -1)
        for index in [-1, 4, Int.min, Int.max] {
            #expect(head.field(index).name.isEmpty)
            #expect(head.field(index).value.isEmpty)
        }
    }

    @Test("are found by name", arguments: [("x-a", 1), ("x-b", 3), ("x-", -1), ("", -1)])
    func named(name: String, index: Int) {
        let request = ParsedRequest(fields: ["X-A: 1", "x-a: 2", "X-b: 3"])
        var name = name
        let found = name.withUTF8 {
            request.head.index(named: UnsafeRawBufferPointer($0), base: request.source.base)
        }
        #expect(found == index)
    }
}
