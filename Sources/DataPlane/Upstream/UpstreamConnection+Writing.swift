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
        guard phase != .connecting, phase != .handshaking, let exchange else {
            return sendEncrypted(context)
        }
        let count = exchange.request.readableBytes - exchange.sentCount
        if count > 0 {
            let start = exchange.request.readerIndex + exchange.sentCount
            guard let piece = exchange.request.getSlice(at: start, length: count) else { return }
            if let session {
                if session.outgoing.readableBytes == 0 { session.outgoing = worker.buffers.take() }
                let isWritten = unsafe piece.withUnsafeReadableBytes { unsafe session.write($0) }
                if !isWritten { return fail(.broken("the endpoint's TLS session is broken")) }
                sendEncrypted(context)
            } else {
                context.writeAndFlush(wrapOutboundOut(piece), promise: nil)
            }
            guard phase != .closed, self.exchange === exchange else { return }
            isSendingHeldBack = !context.channel.isWritable
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

    private func sendEncrypted(_ context: ChannelHandlerContext) {
        guard let session, session.outgoing.readableBytes > 0 else { return }
        var outgoing = session.outgoing
        session.outgoing = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
        worker.buffers.giveBack(&outgoing)
    }
}
