// The head of a copy: the one that was written for the caller's endpoint, with what a file changes.

import HTTPWire
import NIOCore
import Plan

/// Rewrites heads for one shadow.
struct ShadowHead {
    /// Room for the length of a body that was changed.
    private static let lengthBytes = 64
    /// Room for a `traceparent` of the copy's own.
    private static let traceBytes = 80
    /// Waiting for 100 (Continue) is between the caller and its endpoint.
    private static let expect = Array("expect".utf8)

    private let host: [UInt8]?
    private let dropped: [[UInt8]]
    private let added: [UInt8]

    init(_ changes: Shadow.Changes, route: String, version: String) {
        host = changes.host.map { Array($0.utf8) }
        var names = changes.stripped + changes.headers.map(\.name)
        if !changes.keepsCredentials { names += Shadow.Changes.credentials }
        // What is set stays set, though it is a credential.
        dropped = names.map { Array($0.utf8) } + [Self.expect]
        var lines = "x-sluice-shadow: \(route)/\(version)\r\n"
        for header in changes.headers { lines += "\(header.name): \(header.value)\r\n" }
        added = Array(lines.utf8)
    }

    /// Writes the head of a copy into `output`; a length replaces that of the body, which goes
    /// without chunks then, and a place in a trace replaces that of the caller's request. Returns
    /// whether the head could be read.
    func write(
        _ head: ByteBuffer, length: Int?, _ place: TraceParent?, into output: inout ByteBuffer
    ) -> Bool {
        unsafe head.withUnsafeReadableBytes { bytes in
            guard let line = unsafe RequestLine.parse(bytes) else { return false }
            let room =
                bytes.count + added.count + (host?.count ?? 0) + Self.lengthBytes
                + Self.traceBytes
            unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { memory in
                var writer = unsafe HeadWriter(memory)
                unsafe writer.put(UnsafeRawBufferPointer(rebasing: bytes[..<line.end]))
                let fields = unsafe UnsafeRawBufferPointer(rebasing: bytes[line.end...])
                unsafe copyFields(fields, hasLength: length != nil, place, &writer)
                unsafe added.withUnsafeBytes { unsafe writer.put($0) }
                if let length {
                    writer.put("content-length: ")
                    writer.putDecimal(UInt64(length))
                    writer.put("\r\n")
                }
                writer.put("\r\n")
                return writer.count
            }
            return true
        }
    }

    private func copyFields(
        _ fields: UnsafeRawBufferPointer, hasLength: Bool, _ place: TraceParent?,
        _ writer: inout HeadWriter
    ) {
        // The writer cannot be lent to a closure: spans are collected first.
        var spans: [ByteSpan] = []
        var hostSpan: ByteSpan?
        var isTraced = false
        unsafe TrailerLines.forEach(fields) { base, name, _, line in
            let bytes = unsafe name.bytes(at: base)
            let known = unsafe KnownField.named(bytes)
            if known == .host {
                hostSpan = line
            } else if hasLength && (known == .contentLength || known == .transferEncoding) {
                return
            } else if !(unsafe isDropped(bytes)) {
                if known == .traceparent && place != nil {
                    isTraced = true
                } else {
                    spans.append(line)
                }
            }
        }
        guard let base = fields.baseAddress else { return }
        if let host {
            writer.put("host: ")
            unsafe host.withUnsafeBytes { unsafe writer.put($0) }
            writer.put("\r\n")
        } else if let hostSpan {
            unsafe writer.put(hostSpan.bytes(at: base))
        }
        for span in spans { unsafe writer.put(span.bytes(at: base)) }
        if isTraced { place?.write(&writer) }
    }

    private func isDropped(_ name: UnsafeRawBufferPointer) -> Bool {
        dropped.contains { own in
            guard own.count == name.count else { return false }
            for index in 0..<own.count {
                var byte = unsafe name[index]
                if byte >= 0x41 && byte <= 0x5A { byte |= 0x20 }
                if byte != own[index] { return false }
            }
            return true
        }
    }
}
