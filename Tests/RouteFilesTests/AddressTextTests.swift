// Addresses to listen on, to connect to and to trust are read as written, or not at all.

import Plan
import Testing

@testable import RouteFiles

@Suite("Addresses as text")
struct AddressTextTests {
    @Test(
        "addresses to listen on",
        arguments: [
            ("127.0.0.1:8443", "127.0.0.1", 8443), ("0.0.0.0:0", "0.0.0.0", 0),
            ("[::1]:9901", "::1", 9901), ("[2001:db8::7]:65535", "2001:db8::7", 65_535),
        ])
    func listen(_ text: String, _ host: String, _ port: Int) {
        #expect(AddressText.listen(text) == ListenAddress(host: host, port: port))
        #expect(AddressText.listen(text)?.description == text)
    }

    @Test(
        "what is no address to listen on",
        arguments: [
            "", ":", ":8443", "8443", "127.0.0.1", "127.0.0.1:", "127.0.0.1:-1",
            "127.0.0.1:65536", "127.0.0.1: 1", "127.0.0.256:1", "127.1:1", "localhost:8443",
            "::1:8443", "[::1]", "[::1]:", "[::1:8443", "::1]:8443", "[]:8443",
            "[127.0.0.1]:8443", "[fe80::1%eth0]:8443", "127.0.0.1\0x:8443", "127.0.0.1:8443\0",
        ])
    func noListen(_ text: String) {
        #expect(AddressText.listen(text) == nil)
    }

    @Test(
        "blocks of addresses",
        arguments: [
            ("10.0.0.0/8", [10, 0, 0, 0], 8), ("192.168.1.1", [192, 168, 1, 1], 32),
            ("0.0.0.0/0", [0, 0, 0, 0], 0),
            ("2001:db8::/32", [0x20, 1, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 12), 32),
            ("::1", [UInt8](repeating: 0, count: 15) + [1], 128),
        ] as [(String, [UInt8], Int)])
    func ranges(_ text: String, _ bytes: [UInt8], _ bits: Int) {
        #expect(AddressText.range(text) == AddressRange(bytes: bytes, prefixBits: bits))
    }

    @Test(
        "what is no block of addresses",
        arguments: [
            "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0/8",
            "::/129", "[::1]", "a.example", "10.0.0.0 /8", "10.0.0.0\0/8",
        ])
    func noRanges(_ text: String) {
        #expect(AddressText.range(text) == nil)
    }

    @Test(
        "names",
        arguments: [
            "a", "models.example.com", "xn--gre-6ka8k.example", "my_host", "1a.example", "a-b",
            "1.2.3.a", String(repeating: "a", count: 63),
        ])
    func names(_ text: String) {
        #expect(AddressText.isName(text))
    }

    @Test(
        "what is no name",
        arguments: [
            "", ".", "a.", ".a", "a..b", "-a", "a-", "a.-b.c", "A", "a b", "größe", "a:1", "[a]",
            "10.0.0.300", "1.2.3", "7", "*", "a/b", "a\0", String(repeating: "a", count: 64),
            String(repeating: "abcdefg.", count: 32) + "abc",
        ])
    func noNames(_ text: String) {
        #expect(!AddressText.isName(text))
    }

    @Test("hosts with and without ports are split")
    func split() throws {
        let plain = try #require(AddressText.split("models.internal"))
        #expect(plain == ("models.internal", nil))
        let withPort = try #require(AddressText.split("models.internal:80"))
        #expect(withPort == ("models.internal", 80))
        let bracketed = try #require(AddressText.split("[2001:db8::1]"))
        #expect(bracketed == ("2001:db8::1", nil))
        for text in ["", ":80", "a:b", "a:1:2", "[a]:1", "[::1]x", "[::1]x:1", "[", "[:", "]:1"] {
            if let found = AddressText.split(text) {
                // What is let through here is no name and no address later.
                #expect(!AddressText.isName(found.host) && AddressText.bytes(found.host) == nil)
            }
        }
    }
}
