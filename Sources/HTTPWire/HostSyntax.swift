// The authority of a request: `host[:port]` (RFC 9110 §4.2, RFC 3986 §3.2).

/// Checks and splits an authority.
enum HostSyntax {
    /// The longest host name (RFC 1035 §2.3.4).
    private static let mostBytes = 255

    /// The host without its port, or nil if the authority is malformed.
    static func host(_ base: UnsafeRawPointer, _ authority: ByteSpan) -> ByteSpan? {
        guard !authority.isEmpty else { return nil }
        let isBracketed = unsafe base.byte(authority.start) == 0x5B
        var position = isBracketed ? authority.start + 1 : authority.start
        while position < authority.end {
            let byte = unsafe base.byte(position)
            let isAllowed =
                isBracketed ? ByteClass.bracketed.contains(byte) : ByteClass.host.contains(byte)
            if !isAllowed { break }
            position &+= 1
        }
        if isBracketed {
            guard position < authority.end, position > authority.start + 2,
                unsafe base.byte(position) == 0x5D
            else { return nil }
            position &+= 1
        }
        let host = ByteSpan(start: authority.start, count: position &- authority.start)
        guard host.count > 0, host.count <= mostBytes else { return nil }
        // Only dots would become an empty name.
        if host.count == 1, unsafe base.byte(host.start) == 0x2E { return nil }
        guard position < authority.end else { return host }
        let port = ByteSpan(start: position &+ 1, count: authority.end &- position &- 1)
        guard unsafe base.byte(position) == 0x3A, unsafe isPort(base, port) else { return nil }
        return host
    }

    private static func isPort(_ base: UnsafeRawPointer, _ span: ByteSpan) -> Bool {
        guard span.count <= 5 else { return false }
        var port = 0
        for position in span.start..<span.end {
            guard let digit = unsafe base.byte(position).decimalValue else { return false }
            port = port * 10 + Int(digit)
        }
        return port <= 65_535
    }
}
