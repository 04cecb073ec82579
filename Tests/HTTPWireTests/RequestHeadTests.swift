// What a request's head says beyond its framing.

import HTTPWire
import RequestCases
import Testing

@Suite("Request head")
struct RequestHeadTests {
    @Test("keeps nothing of the head before")
    func reuse() {
        let reused = RequestHead(limits: RequestReader.limits)
        let memory = GuardedMemory()
        let rich = FixedText(
            "GET http://b.test HTTP/1.1\r\nHost: a.test\r\nConnection: te, upgrade, close, x\r\n"
                + "Upgrade: websocket\r\nTE: trailers\r\nExpect: 100-continue\r\nX: 1\r\n"
                + "Content-Length: 5\r\nCookie: a=b\r\n\r\n")
        for request in RequestCases.all where request.bytes.count < 2_048 {
            let bytes = memory.place(request.bytes)
            guard let base = bytes.baseAddress else { continue }
            let fresh = RequestHead(limits: RequestReader.limits)
            var scanner = HeadScanner()
            let limits = RequestReader.limits
            guard
                case .complete(let length) = scanner.scanRequest(
                    base, count: bytes.count, limits: limits)
            else { continue }
            let start = base + scanner.skip
            let count = length - scanner.skip
            let fault = fresh.parse(start, count: count)
            #expect(reused.parse(rich.base, count: rich.bytes.count) == nil)
            #expect(reused.wantsWebSocket && reused.wantsTrailers && reused.expectsContinue)
            #expect(reused.parse(start, count: count) == fault)
            // Of a head that is refused nobody may ask anything.
            if fault != nil { continue }
            let isSame = summary(fresh) == summary(reused)
            #expect(isSame, "\(request)")
        }
    }

    /// All that a head tells.
    private func summary(_ head: RequestHead) -> String {
        let fields = (0..<head.fieldCount).map { head.field($0) }
        let places = KnownField.allCases.map { head.index(of: $0) }
        return """
            \(head.method) \(head.methodKind) \(head.targetForm) \(head.target) \(head.path) \
            \(head.targetIsEmptyPath) \(head.authority) \(head.host) \(head.minorVersion) \
            \(head.body) \(head.keepsAlive) \(head.expectsContinue) \(head.wantsWebSocket) \
            \(head.wantsTrailers) \(fields) \(places)
            """
    }

    @Test("tells the forms of a target")
    func forms() {
        let origin = ParsedRequest(["GET /a/b?c?d HTTP/1.1", "Host: a.test:1"])
        #expect(origin.head.targetForm == .origin)
        #expect(origin.source.text(origin.head.target) == "/a/b?c?d")
        #expect(origin.source.text(origin.head.path) == "/a/b")
        #expect(origin.source.text(origin.head.authority) == "a.test:1")
        #expect(origin.source.text(origin.head.host) == "a.test")
        let absolute = ParsedRequest(["GET hTTps://b.test:2/a?c HTTP/1.1", "Host: a.test:1"])
        #expect(absolute.head.targetForm == .absolute)
        #expect(absolute.source.text(absolute.head.target) == "/a?c")
        #expect(absolute.source.text(absolute.head.authority) == "b.test:2")
        #expect(absolute.source.text(absolute.head.host) == "b.test")
        #expect(!absolute.head.targetIsEmptyPath)
        let asterisk = ParsedRequest(["OPTIONS * HTTP/1.1", "Host: a.test"])
        #expect(asterisk.head.targetForm == .asterisk)
        #expect(asterisk.source.text(asterisk.head.target) == "*")
        #expect(asterisk.head.path.isEmpty)
    }

    @Test("completes a path that is left out", arguments: ["", "?", "?a=b", "?a/../b"])
    func emptyPath(query: String) {
        for scheme in ["http", "https"] {
            let parsed = ParsedRequest(["GET \(scheme)://b.test\(query) HTTP/1.1", "Host: a"])
            #expect(parsed.fault == nil)
            #expect(parsed.head.targetIsEmptyPath)
            #expect(parsed.source.text(parsed.head.path) == "/")
            #expect(parsed.source.text(parsed.head.target) == query)
        }
    }

    @Test(
        "knows the methods that matter",
        arguments: [
            ("GET", MethodKind.get, true), ("HEAD", .head, true), ("POST", .post, false),
            ("PUT", .put, true), ("DELETE", .delete, true), ("PATCH", .patch, false),
            ("OPTIONS", .options, true), ("TRACE", .trace, true), ("get", .other, false),
            ("GETS", .other, false), ("GE", .other, false), ("PROPFIND", .other, false),
            ("Post", .other, false), ("HEAT", .other, false), ("PUTT", .other, false),
        ])
    func methods(name: String, kind: MethodKind, isIdempotent: Bool) {
        let parsed = ParsedRequest(["\(name) / HTTP/1.1", "Host: a"])
        #expect(parsed.head.methodKind == kind)
        #expect(parsed.source.text(parsed.head.method) == name)
        #expect(kind.isIdempotent == isIdempotent)
    }

    @Test("knows when 100 (Continue) is waited for")
    func expectation() {
        #expect(ParsedRequest(fields: ["Expect: 100-CONTINUE "]).head.expectsContinue)
        #expect(!ParsedRequest(fields: []).head.expectsContinue)
        let old = ParsedRequest(["GET / HTTP/1.0", "Expect: 100-continue"])
        #expect(old.fault == nil)
        #expect(!old.head.expectsContinue, "HTTP/1.0 has no 100 (Continue)")
    }

    @Test(
        "knows who takes trailers",
        arguments: [
            (["TE: trailers"], true), (["TE: gzip, Trailers"], true), (["TE: gzip"], false),
            (["TE: gzip", "TE: trailers"], true), (["TE: trailersx"], false), ([], false),
        ])
    func trailers(fields: [String], wants: Bool) {
        #expect(ParsedRequest(fields: fields).head.wantsTrailers == wants)
    }

    @Test(
        "knows a wish to switch to WebSocket",
        arguments: [
            (["Connection: upgrade", "Upgrade: websocket"], true),
            (["Connection: keep-alive, Upgrade", "Upgrade: WebSocket"], true),
            (["Upgrade: websocket", "Connection: x", "Connection: upgrade"], true),
            (["Upgrade: websocket"], false), (["Connection: upgrade"], false),
            (["Connection: keep-alive", "Upgrade: websocket"], false),
            (["Connection: upgrade", "Upgrade: h2c"], false),
            (["Connection: upgrade", "Upgrade: h2c, websocket"], false),
            (["Connection: upgrade", "Upgrade: websockets"], false),
        ])
    func webSocket(fields: [String], wants: Bool) {
        let parsed = ParsedRequest(fields: fields)
        #expect(parsed.fault == nil)
        #expect(parsed.head.wantsWebSocket == wants)
    }

    @Test(
        "switches to WebSocket from GET in HTTP/1.1 only",
        arguments: [
            ("GET / HTTP/1.1", true), ("GET / HTTP/1.0", false), ("POST / HTTP/1.1", false),
            ("HEAD / HTTP/1.1", false), ("OPTIONS * HTTP/1.1", false),
        ])
    func webSocketLine(line: String, wants: Bool) {
        let parsed = ParsedRequest([
            line, "Host: a.test", "Connection: keep-alive, upgrade", "Upgrade: websocket",
        ])
        #expect(parsed.fault == nil)
        #expect(parsed.head.wantsWebSocket == wants)
        #expect(parsed.passedOn() == "Host: a.test\r\n", "the wish itself is never passed on")
    }

    @Test("obeys its own limits, also where no scanner has looked before")
    func ownLimits() {
        let limits = HeadLimits(headBytes: 1_024, headFields: 2, targetBytes: 4)
        let head = RequestHead(limits: limits)
        func fault(_ text: String) -> HeadFault? {
            let source = FixedText(text)
            return head.parse(source.base, count: source.bytes.count)
        }
        #expect(fault("GET /abc HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\n") == nil)
        #expect(fault("GET /abcd HTTP/1.1\r\nHost: a\r\n\r\n") == .targetTooLong)
        #expect(fault("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\nX: b\r\n\r\n") == .tooManyFields)
        #expect(
            HeadLimits(headBytes: -1, headFields: 0, targetBytes: .min)
                == HeadLimits(headBytes: 1, headFields: 1, targetBytes: 1))
    }

    @Test("has faults with names of their own and statuses of errors")
    func faults() {
        let slugs = HeadFault.allCases.map { "\($0.slug)" }
        #expect(Set(slugs).count == slugs.count)
        for fault in HeadFault.allCases {
            #expect([400, 405, 414, 417, 431, 501, 505].contains(fault.status), "\(fault)")
            #expect("\(fault.detail)".count > 10)
        }
        let used = RequestCases.all.compactMap { request -> String? in
            if case .refused(_, let slug) = request.expected { slug } else { nil }
        }
        let missing = Set(slugs).subtracting(used)
        #expect(missing == ["malformed_status_line"], "the table of cases covers all the others")
    }

    @Test("has spans that cannot overflow")
    func spans() {
        let span = ByteSpan(start: 3, count: 4)
        #expect(span.start == 3 && span.count == 4 && span.end == 7 && !span.isEmpty)
        #expect(ByteSpan.empty.isEmpty)
        let huge = ByteSpan(start: .max, count: .max)
        #expect(huge.end == 2 * Int(UInt32.max))
        #expect(ByteSpan(start: -1, count: .min) == .empty)
    }
}
