// From a request's bytes to the socket: once a tick, and held back when the endpoint is slow.

import HTTPWire
import NIOCore
import TLS

extension UpstreamConnection {
    /// Has `flush` called at the end of this tick.
    func markDirty() {
        guard !isDirty else { return }
        isDirty = true
        worker.flushLater(self)
    }

    /// The exchange has more to send.
    func requestGrew() {
        if phase.rawValue >= Phase.awaitingHead.rawValue && phase != .closed { markDirty() }
    }

    /// Closes this side of a tunnel once everything is sent.
    func endOutput() {
        endsOutput = true
        markDirty()
    }

    /// Sends what the exchange has, and the handshake's bytes.
    func flush() {
        isDirty = false
        guard phase != .closed, let context else { return }
        if let http2 { return flush(http2, context) }
        guard phase != .connecting, phase != .handshaking, let exchange else {
            return sendEncrypted(context)
        }
        let count = exchange.waitingBytes
        let isChunked = exchange.requestFraming == .chunked
        if count > 0 || isChunked && exchange.isRequestWhole && !hasSentEnd {
            let sliced = isChunked ? chunked(exchange) : exchange.unsentSlice
            guard var piece = sliced else { return }
            if let session {
                if session.outgoing.readableBytes == 0 { session.outgoing = worker.buffers.take() }
                let isWritten = unsafe piece.withUnsafeReadableBytes { unsafe session.write($0) }
                if !isWritten { return fail(.broken("the endpoint's TLS session is broken")) }
                sendEncrypted(context)
            } else {
                socket.write(&piece, context)
            }
            guard phase != .closed, self.exchange === exchange else { return }
            isSendingHeldBack = !socket.isWritable(context)
            setAnswerDeadline()
            exchange.requestSent(upTo: exchange.sentCount + count)
        } else {
            sendEncrypted(context)
        }
        if endsOutput && phase == .tunnel {
            session?.sendClose()
            sendEncrypted(context)
            context.close(mode: .output, promise: nil)
        }
    }

    /// What is left of a request whose body goes in chunks (RFC 9112 §7.1).
    private func chunked(_ exchange: Exchange) -> ByteBuffer? {
        var piece = worker.buffers.take()
        unsafe exchange.request.withUnsafeReadableBytes { bytes in
            let start = exchange.sentCount
            let bodyStart = min(max(exchange.headCount, start), bytes.count)
            unsafe piece.writeBytes(
                UnsafeRawBufferPointer(rebasing: bytes[min(start, bodyStart)..<bodyStart]))
            unsafe piece.writeChunk(UnsafeRawBufferPointer(rebasing: bytes[bodyStart...]))
        }
        if exchange.isRequestWhole {
            hasSentEnd = true
            piece.writeLastChunk(trailers: exchange.requestTrailers)
        }
        return piece
    }

    /// Gives what TLS has written to the socket.
    func sendEncrypted(_ context: ChannelHandlerContext) {
        guard let session, session.outgoing.readableBytes > 0 else { return }
        var outgoing = session.outgoing
        session.outgoing = ByteBuffer()
        socket.write(&outgoing, context)
        worker.buffers.giveBack(&outgoing)
    }
}
