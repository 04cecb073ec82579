// What a head writer writes, as an array.

import HTTPWire

/// Gives a writer so much memory and returns what it has written.
enum Written {
    /// The bytes written, or nil if they did not fit.
    static func bytes(
        capacity: Int, _ body: (inout HeadWriter) -> Void
    ) -> [UInt8]? {
        var memory = [UInt8](repeating: 0xEE, count: capacity)
        let count: Int? = memory.withUnsafeMutableBytes { buffer in
            var writer = HeadWriter(buffer)
            body(&writer)
            return writer.overflowed ? nil : writer.count
        }
        return count.map { Array(memory.prefix($0)) }
    }

    /// The text written, or nil if it did not fit.
    static func text(capacity: Int = 4_096, _ body: (inout HeadWriter) -> Void) -> String? {
        bytes(capacity: capacity, body).map { String(decoding: $0, as: UTF8.self) }
    }
}
