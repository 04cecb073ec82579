// Undoes the content codings of an answer, within a limit.

import CZlib

/// What is left of a body without its content codings (RFC 9110 §8.4).
package enum ContentDecoding: Equatable {
    /// The content itself.
    case decoded([UInt8])
    /// It would have more bytes than the limit.
    case tooLarge
    /// The body is not in the coding that its answer names.
    case broken
    /// It is in a coding that is not known here.
    case unknown

    /// Codings of one body, one within the other, that are undone.
    private static let mostCodings = 2
    private static let chunkBytes = 32 * 1024
    /// The largest window, as zlib counts it.
    private static let windowBits: Int32 = 15
    /// What zlib adds to the window for the form of gzip.
    private static let gzipBits: Int32 = 16

    /// Undoes what a `content-encoding` field names, in the order of which it was done.
    package static func decode(
        _ body: [UInt8], codings: String, most: Int
    ) -> ContentDecoding {
        let names = codings.split(separator: ",").map {
            $0.trimming { $0 == " " || $0 == "\t" }.lowercased()
        }.filter { !$0.isEmpty && $0 != "identity" }
        // An answer to HEAD, or with a status that has no content, names its coding all the same.
        if names.isEmpty || body.isEmpty { return .decoded(body) }
        if names.count > mostCodings { return .unknown }
        var content = body
        for name in names.reversed() {
            let step = undo(name, of: content, most: most)
            guard case .decoded(let inner) = step else { return step }
            content = inner
        }
        return .decoded(content)
    }

    private static func undo(_ name: String, of body: [UInt8], most: Int) -> ContentDecoding {
        switch name {
        case "gzip", "x-gzip":
            return inflated(body, windowBits: windowBits + gzipBits, most: most)
        case "deflate":
            let found = inflated(body, windowBits: windowBits, most: most)
            // Some leave out the frame that RFC 9110 §8.4.1.2 asks for.
            return found == .broken ? inflated(body, windowBits: -windowBits, most: most) : found
        default: return .unknown
        }
    }

    private static func inflated(
        _ body: [UInt8], windowBits: Int32, most: Int
    ) -> ContentDecoding {
        guard let size = UInt32(exactly: body.count) else { return .tooLarge }
        var stream = unsafe z_stream()
        let stateBytes = unsafe Int32(MemoryLayout<z_stream>.size)
        guard unsafe inflateInit2_(&stream, windowBits, ZLIB_VERSION, stateBytes) == Z_OK else {
            return .broken
        }
        // unsafe: `stream` stays where it is until it is ended, and reads only what is lent to it.
        defer { _ = unsafe inflateEnd(&stream) }
        return unsafe body.withUnsafeBufferPointer { input in
            unsafe stream.next_in = input.baseAddress
            unsafe stream.avail_in = size
            return unsafe drain(&stream, mayGoOn: windowBits > Self.windowBits, most: most)
        }
    }

    /// All that comes out of a stream whose input is set. A file of gzip may have several members,
    /// one behind the other (RFC 1952 §2.2).
    private static func drain(
        _ stream: inout z_stream, mayGoOn: Bool, most: Int
    ) -> ContentDecoding {
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: chunkBytes)
        while true {
            let status = unsafe chunk.withUnsafeMutableBufferPointer { output in
                unsafe stream.next_out = output.baseAddress
                unsafe stream.avail_out = UInt32(output.count)
                return unsafe inflate(&stream, Z_NO_FLUSH)
            }
            let made = unsafe chunk.count - Int(stream.avail_out)
            if content.count + made > most { return .tooLarge }
            content += chunk[..<made]
            switch status {
            case Z_OK: continue
            case Z_STREAM_END:
                if unsafe stream.avail_in == 0 { return .decoded(content) }
                guard mayGoOn, unsafe inflateReset(&stream) == Z_OK else { return .broken }
            // Also when there is nothing more to read, and it is not over.
            default: return .broken
            }
        }
    }
}
