// The place of a request in a trace, as `traceparent` has it (W3C Trace Context, version 00).

import HTTPWire

/// What a `traceparent` says.
struct TraceParent: Sendable {
    /// Where the span's id stands in the field's value.
    static let spanOffset = 36

    /// The trace's id.
    var high: UInt64
    var low: UInt64
    /// The id of the span that what follows hangs below; 0 for none.
    var span: UInt64
    var isSampled: Bool

    /// A place in a trace that is there already; not sampled.
    init(high: UInt64, low: UInt64, span: UInt64) {
        self.high = high
        self.low = low
        self.span = span
        isSampled = false
    }

    /// A new trace.
    init(drawnBy random: inout RandomSource) {
        high = random.next() | 1
        low = random.next()
        span = 0
        isSampled = false
    }

    /// Whether there is just one `traceparent`, of version 00 with ids that are not all zero.
    static func isValid(_ head: RequestHead, _ base: UnsafeRawPointer) -> Bool {
        let index = head.index(of: .traceparent)
        guard index >= 0, !head.hasSeveral(.traceparent) else { return false }
        let bytes = unsafe head.field(index).value.bytes(at: base)
        guard bytes.count == 55, unsafe bytes[0] == 0x30, unsafe bytes[1] == 0x30 else {
            return false
        }
        var traceBits: UInt8 = 0
        var spanBits: UInt8 = 0
        for position in 0..<55 {
            let byte = unsafe bytes[position]
            if position == 2 || position == 35 || position == 52 {
                if byte != 0x2D { return false }
                continue
            }
            let isHexadecimal = (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
            if !isHexadecimal { return false }
            if position > 2 && position < 35 { traceBits |= byte & 0x4F }
            if position > 35 && position < 52 { spanBits |= byte & 0x4F }
        }
        return traceBits != 0 && spanBits != 0
    }

    /// Reads the field of a head in which it is known to be valid.
    init(validIn head: RequestHead, _ base: UnsafeRawPointer) {
        let bytes = unsafe head.field(head.index(of: .traceparent)).value.bytes(at: base)
        unsafe high = Self.number(bytes, 3, 16)
        unsafe low = Self.number(bytes, 19, 16)
        unsafe span = Self.number(bytes, Self.spanOffset, 16)
        isSampled = unsafe Self.number(bytes, 53, 2) & 1 == 1
    }

    private static func number(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ count: Int
    ) -> UInt64 {
        var number: UInt64 = 0
        for position in start..<start + count {
            let byte = unsafe bytes[position]
            number = number << 4 | UInt64(byte < 0x3A ? byte & 15 : byte &- 0x57)
        }
        return number
    }

    /// Writes the field; returns where its value begins.
    @discardableResult
    func write(_ writer: inout HeadWriter) -> Int {
        writer.put("traceparent: ")
        let start = writer.count
        writer.put("00-")
        writer.putHexadecimal16(high)
        writer.putHexadecimal16(low)
        writer.put("-")
        writer.putHexadecimal16(span)
        writer.put(isSampled ? "-01\r\n" : "-00\r\n")
        return start
    }
}
