// Answers to an HTTP/1.1 client: heads, framing of bodies, tunnels.

import HTTPWire
import NIOCore
import Plan
import Recording

extension ClientConnection {
    private static let addedBytes = 512

    /// Stages an informational answer; false if it does not fit.
    func stageInformational(
        _ head: ResponseHead, base: UnsafeRawPointer, count: Int
    ) -> Bool {
        if isHTTP10 { return true }
        return stageHead(atMost: count + 64) { writer in
            unsafe writeStatusLine(head, base, &writer)
            unsafe head.copyFields(from: base, dropping: AnswerFields.replaced, to: &writer)
            writer.put("\r\n")
        }
    }

    /// Tells the client to go on with its body (100).
    func stageContinue() {
        stage("HTTP/1.1 100 Continue\r\n\r\n")
    }

    /// Stages the final head; returns its bytes, or nil if it does not fit.
    func stageHead(
        _ head: ResponseHead, base: UnsafeRawPointer, count: Int, _ framing: BodyFraming
    ) -> Int? {
        guard let exchange else { return nil }
        answerIsChunked = framing.hasUnknownEnd && !isHTTP10
        if mustClose || (framing.hasUnknownEnd && isHTTP10) { willClose = true }
        let status = head.status
        var dropped = AnswerFields.replaced
        if status == 204 || status == 101 { dropped.insert(.contentLength) }
        let stagedBefore = staged.readableBytes
        let fits = stageHead(atMost: count + Self.addedBytes) { writer in
            unsafe writeStatusLine(head, base, &writer)
            unsafe head.copyFields(from: base, dropping: dropped, to: &writer)
            if answerIsChunked { writer.put("transfer-encoding: chunked\r\n") }
            // An empty answer of HTTP/2 need not say so.
            if framing == .length(0) && head.index(of: .contentLength) < 0 {
                writer.put("content-length: 0\r\n")
            }
            writer.put("x-request-id: ")
            exchange.identifier.write(&writer)
            writer.put("\r\n")
            exchange.writeVersion(&writer)
            if status == 101 {
                writer.put("connection: upgrade\r\nupgrade: websocket\r\n")
            } else if willClose {
                writer.put("connection: close\r\n")
            } else if isHTTP10 {
                writer.put("connection: keep-alive\r\n")
            }
            writer.put("\r\n")
        }
        return fits ? staged.readableBytes - stagedBefore : nil
    }

    private func writeStatusLine(
        _ head: ResponseHead, _ base: UnsafeRawPointer, _ writer: inout HeadWriter
    ) {
        writer.put("HTTP/1.1 ")
        writer.putDecimal(UInt64(head.status))
        writer.put(" ")
        unsafe writer.put(head.reason.bytes(at: base))
        writer.put("\r\n")
    }

    /// Stages a piece of the body, or raw bytes of a tunnel.
    func stageBody(_ bytes: UnsafeRawBufferPointer) {
        guard answerIsChunked else { return unsafe stage(bytes) }
        stageChunkSize(bytes.count)
        unsafe stage(bytes)
        stage("\r\n")
    }

    /// Stages the end of the body.
    func stageEnd(trailers: [UInt8]) {
        guard answerIsChunked else { return }
        stage("0\r\n")
        unsafe trailers.withUnsafeBytes { unsafe stage($0) }
        stage("\r\n")
    }

    /// Bytes go both ways from now on.
    func beginTunnel() {
        phase = .tunnel
        willClose = true
        setPhaseDeadline()
    }
}

/// Fields of an answer that the gateway sets itself.
enum AnswerFields {
    static let replaced = KnownFieldSet(.sluice, .xRequestID, .transferEncoding)
}
