// What may name a host: `name[:port]`, in the host field and in an absolute target alike.

import HTTPWire
import Testing

@Suite("Host syntax")
struct HostSyntaxTests {
    private static let long = String(repeating: "a", count: 255)

    @Test(
        "that is taken",
        arguments: [
            ("a", "a"), ("a.test", "a.test"), ("a.test:1", "a.test"), ("a.test:0", "a.test"),
            ("a.test:65535", "a.test"), ("a.test:00080", "a.test"), ("a.test:", "a.test"),
            ("A.TEST", "a.test"), ("a.test.", "a.test"), ("a.test.:80", "a.test"),
            ("a-b_c~d.9", "a-b_c~d.9"), ("127.0.0.1", "127.0.0.1"), ("[::1]", "[::1]"),
            ("[::1]:443", "[::1]"), ("[2001:DB8::1]", "[2001:db8::1]"),
            ("[::ffff:192.0.2.1]", "[::ffff:192.0.2.1]"), (long, long), (long + ":80", long),
        ])
    func good(authority: String, host: String) {
        let heads = [
            ParsedRequest(["GET /a HTTP/1.1", "Host: \(authority)"]),
            ParsedRequest(["GET http://\(authority)/a HTTP/1.1", "Host: other.test"]),
        ]
        for parsed in heads {
            #expect(parsed.fault == nil)
            #expect(parsed.source.text(parsed.head.authority) == authority)
            #expect(lowercasedHost(parsed) == host)
        }
    }

    @Test(
        "that is refused",
        arguments: [
            ".", ":", ":80", "a:65536", "a:99999", "a:100000", "a:000080", "a:-1", "a:+1",
            "a:8o", "a:80:80", "a:80a", "a::80", "[", "]", "[]", "[:]", "[::1", "::1]", "::1",
            "[::1]a", "[::1]:x", "[::1]80", "[::1]]", "[[::1]]", "[::1%25eth0]",
            "[v1.a]", "[::g]", "a[::1]", "a,b", "a;b", "a\\b", "a%62", "a!b", "a$b", "a&b",
            "a'b", "a(b", "a*b", "a+b", "a=b", "a|b", "a^b", "a`b", "a{b", String(long) + "a",
        ])
    func bad(authority: String) {
        let heads = [
            ParsedRequest(["GET /a HTTP/1.1", "Host: \(authority)"]),
            ParsedRequest(["GET http://\(authority)/a HTTP/1.1", "Host: other.test"]),
            ParsedRequest(["GET http://\(authority) HTTP/1.1", "Host: other.test"]),
            ParsedRequest(["GET /a HTTP/1.0", "Host: \(authority)"]),
        ]
        for parsed in heads { #expect(parsed.fault == .malformedHost) }
    }

    @Test("cuts the lowercase host to the memory there is", arguments: 0...8)
    func shortMemory(capacity: Int) {
        let parsed = ParsedRequest(["GET /a HTTP/1.1", "Host: ABCDEF"])
        #expect(lowercasedHost(parsed, capacity: capacity) == String("abcdef".prefix(capacity)))
    }

    @Test("names no host in HTTP/1.0 without one")
    func none() {
        let parsed = ParsedRequest(["GET /a HTTP/1.0"])
        #expect(parsed.fault == nil)
        #expect(parsed.head.authority.isEmpty)
        #expect(lowercasedHost(parsed) == "")
    }

    private func lowercasedHost(_ parsed: ParsedRequest, capacity: Int = 512) -> String {
        var memory = [UInt8](repeating: 0, count: capacity)
        let count = memory.withUnsafeMutableBytes {
            parsed.head.copyLowercasedHost(from: parsed.source.base, into: $0)
        }
        return String(decoding: memory.prefix(count), as: UTF8.self)
    }
}
