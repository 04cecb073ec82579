// One event of the live stream as bytes.

import Foundation
import NIOCore

/// Writes server-sent events (WHATWG HTML §9.2).
enum StreamEvent {
    /// How long a browser waits before it connects anew, in milliseconds.
    private static let retryMilliseconds = 2_000

    /// What comes before the first event.
    static let opening = ByteBuffer(string: "retry: \(retryMilliseconds)\n\n")

    /// An event whose data is JSON in one line. `id` is the newest decision's: whoever comes back
    /// with it gets those that came after.
    static func make(_ name: String, id: Int64, _ value: some Encodable) throws -> ByteBuffer {
        var buffer = ByteBuffer(string: "event: \(name)\nid: \(id)\ndata: ")
        buffer.writeBytes(try Answers.encoder.encode(value))
        buffer.writeString("\n\n")
        return buffer
    }
}
