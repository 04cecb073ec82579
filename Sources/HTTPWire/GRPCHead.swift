// What the head of a call by gRPC says (gRPC, doc/PROTOCOL-HTTP2.md).

extension RequestHead {
    /// Whether the request is a call by gRPC: `application/grpc`, alone or with `+proto` and such.
    package func isGRPC(_ base: UnsafeRawPointer) -> Bool {
        let index = self.index(of: .contentType)
        guard index >= 0 else { return false }
        let value = field(index).value
        let name: StaticString = "application/grpc"
        let length = name.utf8CodeUnitCount
        guard unsafe Text.hasPrefix(base + value.start, value.count, name) else { return false }
        if value.count == length { return true }
        // Not `application/grpc-web`, which has its status in its body.
        let next = unsafe base.byte(value.start + length)
        return next == 0x2B || next == 0x3B || next == 0x20
    }

    /// The time that the caller gives the call, in nanoseconds: `1*8DIGIT` and a unit.
    package func grpcTimeoutNanoseconds(_ base: UnsafeRawPointer) -> UInt64? {
        let name: StaticString = "grpc-timeout"
        let bytes = unsafe UnsafeRawBufferPointer(
            start: name.utf8Start, count: name.utf8CodeUnitCount)
        let index = unsafe self.index(named: bytes, base: base)
        guard index >= 0 else { return nil }
        let value = field(index).value
        guard value.count >= 2, value.count <= 9 else { return nil }
        var number: UInt64 = 0
        for position in value.start..<value.end - 1 {
            guard let digit = unsafe base.byte(position).decimalValue else { return nil }
            number = number * 10 + UInt64(digit)
        }
        switch unsafe base.byte(value.end - 1) {
        case UInt8(ascii: "H"): return number * 3_600_000_000_000
        case UInt8(ascii: "M"): return number * 60_000_000_000
        case UInt8(ascii: "S"): return number * 1_000_000_000
        case UInt8(ascii: "m"): return number * 1_000_000
        case UInt8(ascii: "u"): return number * 1_000
        case UInt8(ascii: "n"): return number
        default: return nil
        }
    }
}

extension ResponseHead {
    /// The status of gRPC in the head of an answer that has nothing else; nil without one.
    package func grpcStatus(_ base: UnsafeRawPointer) -> Int? {
        let name: StaticString = "grpc-status"
        let bytes = unsafe UnsafeRawBufferPointer(
            start: name.utf8Start, count: name.utf8CodeUnitCount)
        let index = unsafe self.index(named: bytes, base: base)
        return index < 0 ? nil : unsafe TrailerLines.number(base, field(index).value)
    }
}
