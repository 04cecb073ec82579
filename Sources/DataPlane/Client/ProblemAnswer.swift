// An error that the gateway itself answers with, as `application/problem+json` (RFC 9457).

import HTTPWire
import NIOCore
import Recording

/// One problem, ready to be staged. All its text is the gateway's own or checked before.
struct ProblemAnswer {
    let error: GatewayError
    let status: Int
    let detail: StaticString
    let isHead: Bool
    let closes: Bool

    /// The most bytes that a problem's head or body takes.
    private static let capacity = 2 * 1024

    /// Stages head and body; false if they do not fit.
    func stage(
        on client: ClientConnection, _ identifier: RequestIdentifier, exchange: Exchange?
    ) -> Bool {
        let worker = client.worker
        var body = worker.buffers.take()
        defer { worker.buffers.giveBack(&body) }
        guard writeBody(into: &body, identifier) else { return false }
        let length = body.readableBytes
        let fits = client.stageHead(atMost: Self.capacity) { writer in
            writeHead(&writer, identifier, length: length, date: worker.dateText)
            exchange?.writeVersion(&writer)
            writer.put("\r\n")
        }
        if fits && !isHead { unsafe body.withUnsafeReadableBytes { unsafe client.stage($0) } }
        return fits
    }

    /// Writes the body; false if it does not fit.
    @discardableResult
    func writeBody(into body: inout ByteBuffer, _ identifier: RequestIdentifier) -> Bool {
        var fits = true
        unsafe body.writeWithUnsafeMutableBytes(minimumWritableBytes: Self.capacity) { memory in
            var writer = unsafe HeadWriter(memory)
            writeBody(&writer, identifier)
            fits = !writer.overflowed
            return writer.count
        }
        return fits
    }

    private func writeHead(
        _ writer: inout HeadWriter, _ identifier: RequestIdentifier, length: Int, date: [UInt8]
    ) {
        writer.put("HTTP/1.1 ")
        writer.putDecimal(UInt64(status))
        writer.put(" ")
        writer.put(error.title)
        writer.put("\r\ncontent-type: application/problem+json\r\ncontent-length: ")
        writer.putDecimal(UInt64(length))
        writer.put("\r\ncache-control: no-store\r\ndate: ")
        unsafe date.withUnsafeBytes { unsafe writer.put($0) }
        writer.put("\r\nx-request-id: ")
        identifier.write(&writer)
        writer.put("\r\nx-sluice-error: ")
        writer.put(error.slug)
        writer.put(closes ? "\r\nconnection: close\r\n" : "\r\n")
        if status == 503 { writer.put("retry-after: 1\r\n") }
    }

    private func writeBody(_ writer: inout HeadWriter, _ identifier: RequestIdentifier) {
        writer.put("{\"type\":\"urn:sluice:error:")
        writer.put(error.slug)
        writer.put("\",\"title\":\"")
        writer.put(error.title)
        writer.put("\",\"status\":")
        writer.putDecimal(UInt64(status))
        writer.put(",\"detail\":\"")
        writer.put(detail)
        writer.put("\",\"request_id\":\"")
        identifier.write(&writer)
        writer.put("\"}\n")
    }
}
