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

    /// Reads the 55 bytes of a value that is known to be valid.
    init(valid bytes: UnsafeRawBufferPointer) {
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
