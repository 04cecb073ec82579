// The head of a request, checked by RFC 9112 where it allows to refuse.

/// One request's head; reused for one head after the other, without allocating.
package final class RequestHead {
    /// What a head may measure.
    package let limits: HeadLimits

    /// The method's name.
    package private(set) var method = ByteSpan.empty
    /// The method, as far as it matters.
    package private(set) var methodKind = MethodKind.other
    /// The form of the target.
    package var targetForm: TargetForm { parsedTarget.form }
    /// Path and query.
    package var target: ByteSpan { parsedTarget.target }
    /// The path without its query.
    package var path: ByteSpan { parsedTarget.path }
    /// Whether the target leaves its path out, so that `/` must be put before it.
    package var targetIsEmptyPath: Bool { parsedTarget.isEmptyPath }
    /// `host[:port]`: the target's if it names one, else the host field's; empty in HTTP/1.0.
    package private(set) var authority = ByteSpan.empty
    /// The authority without its port.
    package private(set) var host = ByteSpan.empty
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    package private(set) var minorVersion = 1
    /// How the body is framed.
    package private(set) var body = BodyFraming.none
    /// Whether the client wants to send more requests on this connection.
    package private(set) var keepsAlive = true
    /// Whether the client waits for 100 (Continue).
    package private(set) var expectsContinue = false
    /// Whether the client asks to switch to WebSocket (RFC 6455 §4.1); nothing else is tunnelled.
    package private(set) var wantsWebSocket = false
    /// Whether the client takes trailers.
    package private(set) var wantsTrailers = false

    private var parsedTarget = RequestTarget()
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

    /// Whether there is more than one field of this kind.
    package func hasSeveral(_ known: KnownField) -> Bool { fields.seenTwice.contains(known) }

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

    /// Writes the host in lowercase, without a last dot; returns its length.
    package func copyLowercasedHost(
        from base: UnsafeRawPointer, into memory: UnsafeMutableRawBufferPointer
    ) -> Int {
        var count = min(host.count, memory.count)
        if count > 0, unsafe base.byte(host.start + count - 1) == 0x2E { count -= 1 }
        for index in 0..<count {
            unsafe memory[index] = base.byte(host.start + index).lowercased
        }
        return count
    }

    /// Reads a head of this length, which ends in an empty line; returns what is wrong with it.
    package func parse(_ base: UnsafeRawPointer, count: Int) -> HeadFault? {
        let next: Int
        switch unsafe parseLine(base, count: count) {
        case .failure(let fault): return fault
        case .success(let end): next = end
        }
        if let fault = unsafe fields.parse(base, from: next, to: count) { return fault }
        if let fault = unsafe checkHost(base) { return fault }
        switch unsafe fields.framing(base, isHTTP10: minorVersion == 0) {
        case .failure(let fault): return fault
        case .success(let framing): body = framing == .length(0) ? .none : framing
        }
        if methodKind == .trace && body != .none { return .bodyOnTrace }
        return unsafe checkConnection(base)
    }

    // MARK: The request line

    private func parseLine(_ base: UnsafeRawPointer, count: Int) -> Result<Int, HeadFault> {
        var position = 0
        while position < count, unsafe ByteClass.token.contains(base.byte(position)) {
            position &+= 1
        }
        method = ByteSpan(start: 0, count: position)
        guard position > 0, position < count, unsafe base.byte(position) == 0x20 else {
            return .failure(.malformedRequestLine)
        }
        methodKind = unsafe MethodKind.find(base, position)
        let targetStart = position + 1
        position = targetStart
        while position < count, unsafe base.byte(position) > 0x20 { position &+= 1 }
        let span = ByteSpan(start: targetStart, count: position - targetStart)
        guard position < count, unsafe base.byte(position) == 0x20, !span.isEmpty else {
            return .failure(.malformedRequestLine)
        }
        if span.count > limits.targetBytes { return .failure(.targetTooLong) }
        if let fault = unsafe parseVersion(base, from: position + 1, to: count) {
            return .failure(fault)
        }
        if methodKind == .connect { return .failure(.connectRefused) }
        switch unsafe RequestTarget.parse(base, span, method: methodKind) {
        case .failure(let fault): return .failure(fault)
        case .success(let parsed): parsedTarget = parsed
        }
        return .success(position + 11)
    }

    /// Exactly `HTTP/1.1` or `HTTP/1.0` and the end of the line.
    private func parseVersion(_ base: UnsafeRawPointer, from start: Int, to end: Int) -> HeadFault?
    {
        guard start + 10 <= end, unsafe Text.equals(base + start, 5, "HTTP/"),
            let major = unsafe base.byte(start + 5).decimalValue,
            unsafe base.byte(start + 6) == 0x2E,
            let minor = unsafe base.byte(start + 7).decimalValue,
            unsafe base.byte(start + 8) == 0x0D, unsafe base.byte(start + 9) == 0x0A
        else { return .malformedVersion }
        guard major == 1, minor <= 1 else { return .unsupportedVersion }
        minorVersion = Int(minor)
        return nil
    }

    // MARK: What the fields say

    private func checkHost(_ base: UnsafeRawPointer) -> HeadFault? {
        if fields.seenTwice.contains(.host) { return .doubleHost }
        authority = .empty
        host = .empty
        let index = fields.index(of: .host)
        if index >= 0 {
            authority = fields[index].value
            guard let found = unsafe HostSyntax.host(base, authority) else { return .malformedHost }
            host = found
        } else if minorVersion == 1 {
            return .missingHost
        }
        if parsedTarget.form == .absolute {
            authority = parsedTarget.authority
            guard let found = unsafe HostSyntax.host(base, authority) else { return .malformedHost }
            host = found
        }
        return nil
    }

    private func checkConnection(_ base: UnsafeRawPointer) -> HeadFault? {
        keepsAlive = minorVersion == 1
        wantsWebSocket = false
        wantsTrailers = false
        expectsContinue = false
        if fields.seen.contains(.connection) {
            if unsafe fields.list(.connection, holds: "keep-alive", base) { keepsAlive = true }
            if unsafe fields.list(.connection, holds: "close", base) { keepsAlive = false }
            let index = fields.index(of: .upgrade)
            // HTTP/1.0 knows no upgrade (RFC 9110 §7.8), and WebSocket begins with GET.
            if index >= 0, minorVersion == 1, methodKind == .get,
                unsafe fields.list(.connection, holds: "upgrade", base)
            {
                let value = fields[index].value
                wantsWebSocket = unsafe Text.matches(base + value.start, value.count, "websocket")
            }
        }
        if fields.seen.contains(.te) {
            wantsTrailers = unsafe fields.list(.te, holds: "trailers", base)
        }
        if fields.seen.contains(.expect) {
            let value = fields[fields.index(of: .expect)].value
            guard !fields.seenTwice.contains(.expect),
                unsafe Text.matches(base + value.start, value.count, "100-continue")
            else { return .unknownExpectation }
            expectsContinue = minorVersion == 1
        }
        return nil
    }
}
