// A block of addresses holds just those that begin with its bits.

import Plan
import SeededRandom
import Testing

@Suite("Address range")
struct AddressRangeTests {
    /// A block, an address, and whether the one holds the other.
    struct Case: Sendable, CustomTestStringConvertible {
        let block: [UInt8]
        let bits: Int
        let address: [UInt8]
        let isIn: Bool
        var testDescription: String { "\(address) in \(block)/\(bits)" }

        init(_ block: [UInt8], _ bits: Int, _ address: [UInt8], _ isIn: Bool) {
            self.block = block
            self.bits = bits
            self.address = address
            self.isIn = isIn
        }
    }

    /// 2001:db8::, with a byte set at a place.
    static func six(_ place: Int = 15, _ byte: UInt8 = 0) -> [UInt8] {
        var bytes: [UInt8] = [0x20, 0x01, 0x0d, 0xb8] + [UInt8](repeating: 0, count: 12)
        bytes[place] = byte
        return bytes
    }

    static let cases: [Case] = [
        // IPv4: everything, whole bytes, one address.
        .init([0, 0, 0, 0], 0, [255, 255, 255, 255], true),
        .init([10, 0, 0, 0], 0, [192, 168, 0, 1], true),
        .init([10, 0, 0, 0], 8, [10, 255, 1, 2], true),
        .init([10, 0, 0, 0], 8, [11, 0, 0, 0], false),
        .init([192, 168, 7, 0], 24, [192, 168, 7, 255], true),
        .init([192, 168, 7, 0], 24, [192, 168, 8, 0], false),
        .init([192, 168, 7, 9], 32, [192, 168, 7, 9], true),
        .init([192, 168, 7, 9], 32, [192, 168, 7, 8], false),
        .init([192, 168, 7, 9], 32, [64, 168, 7, 9], false),
        // Odd lengths, on both sides of the bound.
        .init([172, 16, 0, 0], 12, [172, 31, 255, 255], true),
        .init([172, 16, 0, 0], 12, [172, 32, 0, 0], false),
        .init([172, 16, 0, 0], 12, [172, 15, 255, 255], false),
        .init([128, 0, 0, 0], 1, [255, 1, 1, 1], true),
        .init([128, 0, 0, 0], 1, [127, 255, 255, 255], false),
        .init([10, 0, 0, 4], 31, [10, 0, 0, 5], true),
        .init([10, 0, 0, 4], 31, [10, 0, 0, 6], false),
        .init([10, 64, 0, 0], 15, [10, 65, 9, 9], true),
        .init([10, 64, 0, 0], 15, [10, 66, 0, 0], false),
        // A block written with bits beyond its length.
        .init([10, 1, 2, 3], 8, [10, 9, 9, 9], true),
        .init([10, 0, 0, 7], 30, [10, 0, 0, 4], true),
        // IPv6.
        .init(six(), 0, [UInt8](repeating: 0xff, count: 16), true),
        .init(six(), 32, six(4, 0xff), true),
        .init(six(), 32, six(3, 0xb9), false),
        .init(six(), 64, six(8, 0xff), true),
        .init(six(), 64, six(7, 1), false),
        .init(six(), 61, six(7, 7), true),
        .init(six(), 61, six(7, 8), false),
        .init(six(), 127, six(15, 1), true),
        .init(six(), 127, six(15, 2), false),
        .init(six(), 128, six(), true),
        .init(six(), 128, six(15, 1), false),
        // One family is never in the other, and broken addresses in none.
        .init([0, 0, 0, 0], 0, six(), false),
        .init(six(), 0, [10, 0, 0, 1], false),
        .init([0, 0, 0, 0], 0, [], false),
        .init([0, 0, 0, 0], 0, [1, 2, 3], false),
    ]

    @Test("holds what begins with its bits", arguments: cases)
    func contains(_ given: Case) {
        let range = AddressRange(bytes: given.block, prefixBits: given.bits)
        #expect(range.contains(given.address) == given.isIn)
    }

    @Test("agrees with numbers for every length")
    func everyLength() {
        let seed = SeededGenerator.seed(for: "addresses")
        var generator = SeededGenerator(seed: seed)
        let bytes = { (word: UInt32) in (0..<4).map { UInt8(word >> (24 - 8 * $0) & 0xff) } }
        for bits in (0...32).flatMap({ [Int](repeating: $0, count: 200) }) {
            let block: UInt32 = generator.next()
            // Near the block, so that long prefixes are met too.
            let flipped = UInt32(1) << UInt32.random(in: 0..<32, using: &generator)
            let address = block ^ (Bool.random(using: &generator) ? flipped : 0)
            let isIn = bits == 0 || (block ^ address) >> (32 - UInt32(bits)) == 0
            let range = AddressRange(bytes: bytes(block), prefixBits: bits)
            #expect(
                range.contains(bytes(address)) == isIn,
                "\(address) in \(block)/\(bits), seed \(seed)")
        }
    }

    @Test("tells addresses for people")
    func description() {
        #expect(ListenAddress(host: "0.0.0.0", port: 8443).description == "0.0.0.0:8443")
        #expect(ListenAddress(host: "::1", port: 0).description == "[::1]:0")
        #expect(Endpoint(host: "::1", port: 80, security: nil).url == "http://[::1]:80")
        let security = EndpointSecurity(trust: .system, serverName: "a.example")
        #expect(
            Endpoint(host: "a.example", port: 443, security: security).url
                == "https://a.example:443")
    }
}
