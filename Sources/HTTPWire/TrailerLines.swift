// Trailers as lines `name: value CRLF`: which of them are passed on, and what gRPC says in them.

/// Reads lines of trailers.
package enum TrailerLines {
    /// The lines that may be passed on, of trailers that came by HTTP/2.
    ///
    /// gRPC's callers and services put metadata of any name there; of anybody else only what
    /// `TrailerFields` lists.
    package static func passed(_ bytes: UnsafeRawBufferPointer, isGRPC: Bool) -> [UInt8] {
        var lines: [UInt8] = []
        unsafe forEach(bytes) { base, name, value, line in
            let start = unsafe base + name.start
            let isPassed =
                isGRPC
                ? unsafe KnownField.find(start, name.count) == .other
                    && !KnownField.isDisguised(start, name.count)
                : unsafe TrailerFields.mayPass(start, name.count)
            if isPassed {
                unsafe lines.append(
                    contentsOf: UnsafeRawBufferPointer(start: base + line.start, count: line.count))
            }
        }
        return lines
    }

    /// The number in `grpc-status`, or nil if there is none; what is no number is 2 (unknown).
    package static func grpcStatus(_ lines: [UInt8]) -> Int? {
        var status: Int?
        unsafe lines.withUnsafeBytes { bytes in
            unsafe forEach(bytes) { base, name, value, _ in
                if unsafe Text.matches(base + name.start, name.count, "grpc-status") {
                    status = unsafe number(base, value)
                }
            }
        }
        return status
    }

    /// The status of gRPC that a value stands for.
    static func number(_ base: UnsafeRawPointer, _ value: ByteSpan) -> Int {
        let unknown = 2
        guard value.count > 0, value.count <= 2 else { return unknown }
        var number = 0
        for position in value.start..<value.end {
            guard let digit = unsafe base.byte(position).decimalValue else { return unknown }
            number = number * 10 + Int(digit)
        }
        return number <= 16 ? number : unknown
    }

    /// Gives every well-formed line of these bytes to `body`; stops at one that is not.
    package static func forEach(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawPointer, _ name: ByteSpan, _ value: ByteSpan, _ line: ByteSpan) -> Void
    ) {
        guard let base = bytes.baseAddress else { return }
        var position = 0
        while position < bytes.count {
            guard
                case .field(let name, let value, let next) =
                    unsafe FieldLine.parse(base, from: position, to: bytes.count)
            else { return }
            unsafe body(base, name, value, ByteSpan(start: position, count: next - position))
            position = next
        }
    }
}
