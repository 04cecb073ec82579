// The writer of heads: numbers, and what happens at the end of its memory.

import HTTPWire
import Testing

@Suite("Head writer")
struct HeadWriterTests {
    private static let numbers: [UInt64] = [
        0, 1, 9, 10, 15, 16, 99, 100, 255, 256, 4_095, 4_096, 65_535, 1_000_000,
        9_999_999_999_999_999_999, 10_000_000_000_000_000_000, .max - 1, .max,
    ]

    @Test("writes decimal numbers", arguments: numbers)
    func decimal(number: UInt64) {
        #expect(Written.text { $0.putDecimal(number) } == String(number))
    }

    @Test("writes hexadecimal numbers", arguments: numbers)
    func hexadecimal(number: UInt64) {
        #expect(Written.text { $0.putHexadecimal(number) } == String(number, radix: 16))
    }

    @Test("writes powers of two", arguments: 0..<64)
    func powers(exponent: Int) {
        for number in [UInt64(1) << exponent, (UInt64(1) << exponent) - 1] {
            #expect(Written.text { $0.putDecimal(number) } == String(number))
            #expect(Written.text { $0.putHexadecimal(number) } == String(number, radix: 16))
        }
    }

    @Test("writes as many hexadecimal digits as asked for")
    func digits() {
        #expect(Written.text { $0.putHexadecimal(0xAB, digits: 4) } == "00ab")
        #expect(Written.text { $0.putHexadecimal(0xABCDE, digits: 2) } == "de")
        #expect(Written.text { $0.putHexadecimal(.max, digits: 16) } == "ffffffffffffffff")
        #expect(Written.text { $0.putHexadecimal(7, digits: 0) } == "")
    }

    private static let pieces: [(name: String, count: Int)] = [
        ("text", 5), ("byte", 1), ("decimal", 5), ("hexadecimal", 4), ("bytes", 5),
    ]

    private static func put(_ piece: String, _ writer: inout HeadWriter) {
        switch piece {
        case "text": writer.put("hello")
        case "byte": writer.putByte(0x2A)
        case "decimal": writer.putDecimal(12_345)
        case "hexadecimal": writer.putHexadecimal(0xBEEF)
        default: [UInt8]("hello".utf8).withUnsafeBytes { writer.put($0) }
        }
    }

    @Test("never writes past its memory", arguments: pieces)
    func overflow(piece: String, count: Int) {
        for capacity in 0...8 {
            var memory = [UInt8](repeating: 0xEE, count: 16)
            let (written, overflowed) = memory.withUnsafeMutableBytes { buffer in
                let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<capacity])
                var writer = HeadWriter(room)
                Self.put(piece, &writer)
                return (writer.count, writer.overflowed)
            }
            #expect(overflowed == (capacity < count))
            #expect(written <= capacity)
            #expect(memory[capacity...].allSatisfy { $0 == 0xEE })
        }
    }

    /// How far a writer is, taken down since writers cannot be copied.
    private static func state(_ writer: borrowing HeadWriter) -> [Int] {
        [writer.count, writer.overflowed ? 1 : 0]
    }

    @Test("remembers that something did not fit")
    func overflowStays() {
        var memory = [UInt8](repeating: 0, count: 4)
        let states = memory.withUnsafeMutableBytes { buffer in
            var writer = HeadWriter(buffer)
            writer.put("hello")
            var states = [Self.state(writer)]
            writer.put("four")
            states.append(Self.state(writer))
            writer.putByte(0x2A)
            return states + [Self.state(writer)]
        }
        // What does not fit is not written in part, and what fits still is.
        #expect(states == [[0, 1], [4, 1], [4, 1]])
        #expect(memory == Array("four".utf8))
    }

    @Test("does without memory")
    func noMemory() {
        var writer = HeadWriter(UnsafeMutableRawBufferPointer(start: nil, count: 0))
        writer.put(UnsafeRawBufferPointer(start: nil, count: 0))
        let before = Self.state(writer)
        writer.putByte(0x2A)
        let after = Self.state(writer)
        #expect(before == [0, 0])
        #expect(after == [0, 1])
    }

    @Test("refuses a negative length")
    func negative() {
        let text = FixedText("hello")
        #expect(Written.text { $0.put(text.base, -1) } == nil)
        #expect(Written.text { $0.put(text.base, .min) } == nil)
        #expect(Written.text { $0.put(text.base, .max) } == nil)
    }
}
