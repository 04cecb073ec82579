// Every byte in every place of a head, against the grammar's own lists of characters.

import HTTPWire
import Testing

@Suite("Bytes of a head")
struct ByteClassTests {
    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    private static let digits = "0123456789"
    /// `tchar` of RFC 9110 §5.6.2.
    private static let token = Set((letters + digits + "!#$%&'*+-.^_`|~").utf8)
    /// Printable ASCII without what no URL holds, nor `\`, which some take for `/`.
    private static let path = Set(UInt8(0x21)...0x7E).subtracting("\"#<>\\?".utf8)
    private static let host = Set((letters + digits + "-._~").utf8)

    /// What comes of a request with one byte in a place of its own.
    private func fault(_ before: String, _ byte: UInt8, _ after: String) -> HeadFault? {
        let bytes = Array(before.utf8) + [byte] + Array(after.utf8)
        let head = RequestHead(limits: RequestReader.limits)
        return bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            return head.parse(base, count: buffer.count)
        }
    }

    @Test("in a method")
    func method() {
        for byte in UInt8.min...(.max) {
            let fault = fault("GE", byte, "T /a HTTP/1.1\r\nHost: a\r\n\r\n")
            // A space ends the method, and leaves `T` for a target.
            let expected: HeadFault? =
                if Self.token.contains(byte) {
                    nil
                } else {
                    byte == 0x20 ? .malformedVersion : .malformedRequestLine
                }
            #expect(fault == expected, "byte \(byte)")
        }
    }

    @Test("in a path and in a query")
    func target() {
        for byte in UInt8.min...(.max) {
            let isPath = Self.path.contains(byte)
            let inPath = fault("GET /a", byte, "b HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect((inPath == nil) == (isPath || byte == 0x3F), "byte \(byte)")
            let inQuery = fault("GET /?a", byte, "b HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect((inQuery == nil) == (isPath || byte == 0x3F || byte == 0x5C), "byte \(byte)")
        }
    }

    @Test("in a field's name")
    func name() {
        for byte in UInt8.min...(.max) {
            let fault = fault("GET / HTTP/1.1\r\nHost: a\r\nX", byte, "Y: a\r\n\r\n")
            // A colon ends the name, and is one all the same.
            let isGood = Self.token.contains(byte) || byte == 0x3A
            #expect((fault == nil) == isGood, "byte \(byte)")
        }
    }

    @Test("in a field's value, at every distance from its start", arguments: 0..<17)
    func value(distance: Int) {
        let before = "GET / HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "v", count: distance)
        for byte in UInt8.min...(.max) {
            let isGood = byte >= 0x20 && byte != 0x7F || byte == 0x09
            for after in ["w\r\n\r\n", "wwwwwwwwwwww\r\n\r\n", "\r\n\r\n"] {
                let fault = fault(before, byte, after)
                #expect(fault == (isGood ? nil : .malformedFieldValue), "byte \(byte)")
            }
        }
    }

    @Test("in a host")
    func hostName() {
        for byte in UInt8.min...(.max) where byte != 0x3A {
            let fault = fault("GET / HTTP/1.1\r\nHost: a", byte, "b\r\n\r\n")
            #expect((fault == nil) == Self.host.contains(byte), "byte \(byte)")
        }
    }

    @Test("in a bracketed address")
    func bracketed() {
        let allowed = Set("0123456789abcdefABCDEF:.".utf8)
        for byte in UInt8.min...(.max) {
            let fault = fault("GET / HTTP/1.1\r\nHost: [::", byte, "1]\r\n\r\n")
            #expect((fault == nil) == allowed.contains(byte), "byte \(byte)")
        }
    }

    @Test("in a length")
    func length() {
        for byte in UInt8.min...(.max) {
            let fault = fault("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1", byte, "1\r\n\r\n")
            let isDigit = byte >= 0x30 && byte <= 0x39
            #expect((fault == nil) == isDigit, "byte \(byte)")
        }
    }
}
