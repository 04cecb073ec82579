// The head of an upstream's answer, checked as strictly as a client's: upstreams are not trusted.

/// One answer's head; reused for one head after the other, without allocating.
package final class ResponseHead {
    /// What a head may measure.
    package let limits: HeadLimits

    /// The status, 100 to 599.
    package private(set) var status = 0
    /// The reason phrase, perhaps empty.
    package private(set) var reason = ByteSpan.empty
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    package private(set) var minorVersion = 1
    /// Whether the upstream takes more requests on this connection.
    package private(set) var keepsAlive = true
    /// Whether the answer switches to WebSocket.
    package private(set) var switchesToWebSocket = false

    private var framing = BodyFraming.none
    private var hasLength = false
    private var fields: FieldSection

    /// Makes a head of at most these measures.
    package init(limits: HeadLimits) {
        self.limits = limits
        fields = FieldSection(capacity: limits.headFields)
    }

    /// How many fields there are.
    package var fieldCount: Int { fields.count }

    /// A field by its place; one without name and value if there are fewer.
    package func field(_ index: Int) -> HeadField { fields[index] }

    /// The first field of this kind, or -1.
    package func index(of known: KnownField) -> Int { fields.index(of: known) }

    /// The first field of this lowercase name, or -1.
    package func index(named lowercase: UnsafeRawBufferPointer, base: UnsafeRawPointer) -> Int {
        unsafe fields.index(named: lowercase, base: base)
    }

    /// Copies the fields that are passed on, less some.
    package func copyFields(
        from base: UnsafeRawPointer, dropping: KnownFieldSet, to writer: inout HeadWriter
    ) {
        unsafe fields.copy(from: base, dropping: dropping, to: &writer)
    }

    /// How the body is framed that answers a request of this method (RFC 9112 §6.3).
    package func body(answering method: MethodKind) -> BodyFraming {
        if method == .head || status < 200 || status == 204 || status == 304 { return .none }
        return hasLength ? framing : .untilClose
    }

    /// Reads a head of this length, which ends in an empty line; returns what is wrong with it.
    package func parse(_ base: UnsafeRawPointer, count: Int) -> HeadFault? {
        guard let next = unsafe parseLine(base, count: count) else { return .malformedStatusLine }
        if let fault = unsafe fields.parse(base, from: next, to: count) { return fault }
        switch unsafe fields.framing(base, isHTTP10: minorVersion == 0) {
        case .failure(let fault): return fault
        case .success(let found): framing = found
        }
        hasLength = framing != .none
        keepsAlive = minorVersion == 1
        switchesToWebSocket = false
        if fields.seen.contains(.connection) {
            if unsafe fields.list(.connection, holds: "keep-alive", base) { keepsAlive = true }
            if unsafe fields.list(.connection, holds: "close", base) { keepsAlive = false }
            let index = fields.index(of: .upgrade)
            if index >= 0, unsafe fields.list(.connection, holds: "upgrade", base) {
                let value = fields[index].value
                switchesToWebSocket = unsafe Text.matches(
                    base + value.start, value.count, "websocket")
            }
        }
        return nil
    }

    /// `HTTP/1.x SP 3DIGIT [SP reason] CRLF`; returns the offset behind it.
    private func parseLine(_ base: UnsafeRawPointer, count: Int) -> Int? {
        guard count >= 16, unsafe Text.equals(base, 7, "HTTP/1."),
            let minor = unsafe base.byte(7).decimalValue, minor <= 1,
            unsafe base.byte(8) == 0x20,
            let hundreds = unsafe base.byte(9).decimalValue,
            let tens = unsafe base.byte(10).decimalValue,
            let ones = unsafe base.byte(11).decimalValue
        else { return nil }
        minorVersion = Int(minor)
        status = Int(hundreds) * 100 + Int(tens) * 10 + Int(ones)
        guard status >= 100, status <= 599 else { return nil }
        var position = 12
        if unsafe base.byte(position) == 0x20 { position += 1 }
        let start = position
        while position < count {
            let byte = unsafe base.byte(position)
            if byte < 0x20 && byte != 0x09 || byte == 0x7F { break }
            position &+= 1
        }
        guard start == 13 || position == 12, position + 1 < count,
            unsafe base.byte(position) == 0x0D, unsafe base.byte(position + 1) == 0x0A
        else { return nil }
        reason = ByteSpan(start: start, count: position - start)
        return position + 2
    }
}
