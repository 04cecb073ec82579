// Heads in the form of HTTP/1.1 into the fields of HTTP/2 (RFC 9113 §8.2, §8.3).

import HTTPWire

extension FieldVector {
    /// Adds the fields of an answer that are passed on, less some.
    func addFields(of head: ResponseHead, base: UnsafeRawPointer, dropping: KnownFieldSet) {
        for index in 0..<head.fieldCount {
            let field = head.field(index)
            if field.isHop || (field.known != .other && dropping.contains(field.known)) {
                continue
            }
            unsafe add(field.name.bytes(at: base), field.value.bytes(at: base))
        }
    }

    /// Adds lines `name: value CRLF`.
    func addLines(_ lines: UnsafeRawBufferPointer) {
        unsafe TrailerLines.forEach(lines) { base, name, value, _ in
            unsafe add(name.bytes(at: base), value.bytes(at: base))
        }
    }

    /// Adds a request that `Exchange.writeRequestHead` has written: its line and then `host`.
    ///
    /// A request to upgrade becomes an extended CONNECT (RFC 8441 §4).
    func addRequest(_ text: UnsafeRawBufferPointer, isSecure: Bool, isUpgrade: Bool) {
        guard let line = unsafe RequestLine.parse(text) else {
            overflow()
            return
        }
        unsafe add(
            ":method",
            isUpgrade ? Self.connect : UnsafeRawBufferPointer(rebasing: text[line.method]))
        if isUpgrade { add(":protocol", "websocket") }
        add(":scheme", isSecure ? "https" : "http")
        let rest = unsafe UnsafeRawBufferPointer(rebasing: text[line.end...])
        var isFirst = true
        unsafe TrailerLines.forEach(rest) { base, name, value, _ in
            let valueBytes = unsafe value.bytes(at: base)
            if isFirst {
                isFirst = false
                unsafe add(":authority", valueBytes)
                unsafe add(":path", UnsafeRawBufferPointer(rebasing: text[line.target]))
                return
            }
            let nameBytes = unsafe name.bytes(at: base)
            switch unsafe KnownField.named(nameBytes) {
            case .connection, .transferEncoding, .upgrade, .webSocketKey: return
            case .authorization, .cookie: unsafe add(nameBytes, valueBytes, .never)
            case .xRequestID, .traceparent: unsafe add(nameBytes, valueBytes, .never)
            default: unsafe add(nameBytes, valueBytes)
            }
        }
    }

    private static var connect: UnsafeRawBufferPointer {
        let text: StaticString = "CONNECT"
        return unsafe UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}
