// The first line of a request that we have written ourselves.

/// Where method and target stand in `METHOD SP TARGET SP HTTP/1.1 CRLF`.
package struct RequestLine: Sendable {
    /// The method's name.
    package let method: Range<Int>
    /// Path and query.
    package let target: Range<Int>
    /// The offset behind the line.
    package let end: Int

    /// Finds the parts, or returns nil if this is no request line.
    package static func parse(_ text: UnsafeRawBufferPointer) -> RequestLine? {
        var position = 0
        while position < text.count, unsafe text[position] != 0x20 { position += 1 }
        let method = 0..<position
        let start = position + 1
        position = start
        while position < text.count, unsafe text[position] > 0x20 { position += 1 }
        let end = position + 11
        guard start < position, end <= text.count, unsafe text[end - 1] == 0x0A else { return nil }
        return RequestLine(method: method, target: start..<position, end: end)
    }
}

extension KnownField {
    /// Which field these bytes name, in any case.
    package static func named(_ name: UnsafeRawBufferPointer) -> KnownField {
        guard let start = name.baseAddress else { return .other }
        return unsafe find(start, name.count)
    }
}
