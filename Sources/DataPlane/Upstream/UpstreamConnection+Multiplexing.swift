// HTTP/2 on a connection to an endpoint: how it is chosen, who may use it, and how it is sent.

import HTTPWire
import NIOCore
import Plan
import TLS

extension UpstreamConnection {
    /// Bytes of frames that are collected before they are given to the socket.
    private static let stagedBytes = 64 * 1024

    // MARK: Requests

    /// Whether one more request may go on this connection.
    var mayTake: Bool {
        guard phase != .closed, requestCount < worker.limits.upstreamRequests else { return false }
        guard let http2 else { return waiting.count < worker.limits.upstreamStreams }
        return !http2.isGoingAway && !http2.isTerminated && http2.streamCount < http2.streamLimit
    }

    /// Takes an exchange as one stream among others; its request is sent once that is possible.
    func take(_ exchange: Exchange) {
        requestCount += 1
        let stream = UpstreamStream(connection: self, exchange: exchange)
        exchange.upstream = .stream(stream)
        if let http2 {
            worker.wheel.remove(self)
            stream.open(http2)
        } else {
            waiting.append(stream)
            if phase == .closed {
                failWaiting(.connect("the endpoint does not take connections"))
            }
        }
    }

    /// Forgets a request that no longer waits.
    func forgetWaiting(_ stream: UpstreamStream) {
        if let index = waiting.firstIndex(where: { $0 === stream }) { waiting.remove(at: index) }
    }

    /// Ends the requests that wait.
    func failWaiting(_ failure: UpstreamFailure) {
        while let stream = waiting.popLast() { stream.fail(failure) }
    }

    /// Whether the connection was kept for reuse and may have been closed just as it was used.
    func isStale(for stream: UpstreamStream) -> Bool {
        requestCount > 1 && lastReceivedAt < stream.openedAt
    }

    /// A request was not answered in time: if nothing else came either, the connection is dead.
    func streamTimedOut(_ stream: UpstreamStream) {
        if lastReceivedAt < stream.openedAt { http2?.retire() }
    }

    /// A stream has ended: perhaps the last one.
    func streamClosed() {
        guard let http2, http2.streamCount == 0, phase != .closed else { return }
        if http2.isGoingAway || requestCount >= worker.limits.upstreamRequests {
            http2.retire()
        } else {
            let milliseconds = worker.limits.upstreamIdleMilliseconds
            worker.schedule(self, at: worker.now &+ UInt64(milliseconds) &* 1_000_000)
        }
    }

    // MARK: The choice of a protocol

    /// Begins HTTP/2 if that is what is spoken here; false if it is HTTP/1.1.
    func isMultiplexingChosen() -> Bool {
        let isAgreed = session?.negotiatedProtocol == ProtocolName.http2
        if isAgreed || session == nil && pool.endpoint.wire == .http2 {
            beginMultiplexing()
            return true
        }
        if pool.endpoint.wire == .http2 {
            pool.health.failed(now: worker.now)
            fail(.connect("the endpoint does not offer HTTP/2 (ALPN)"))
            return true
        }
        pool.learned(.http1)
        let streams = waiting
        waiting.removeAll()
        for stream in streams {
            guard let exchange = stream.surrender() else { continue }
            if self.exchange == nil {
                phase = .idle
                begin(exchange)
            } else {
                exchange.upstream = nil
                exchange.dispatch()
            }
        }
        if self.exchange == nil { close() }
        return true
    }

    private func beginMultiplexing() {
        guard let http2 = UpstreamSession(connection: self) else {
            return fail(.connect("there is no memory for a connection"))
        }
        if pool.endpoint.wire == .auto { pool.learned(.http2) }
        self.http2 = http2
        phase = .multiplexing
        worker.wheel.remove(self)
        http2.begin()
        let streams = waiting
        waiting.removeAll()
        for stream in streams { stream.open(http2) }
        if http2.streamCount == 0 { streamClosed() }
        markDirty()
    }

    /// The connection is gone: so is everything on it.
    func endMultiplexing() {
        pool.forgetShared(self)
        guard let http2 else { return }
        self.http2 = nil
        http2.connectionClosed()
    }

    // MARK: Output

    /// Whether more frames may be staged now.
    var mayStage: Bool {
        phase == .multiplexing && staged.readableBytes < Self.stagedBytes
            && context.map(socket.isWritable) == true
    }

    /// Takes bytes of frames.
    func stage(_ bytes: UnsafeRawBufferPointer) {
        if staged.capacity == 0 { staged = worker.buffers.take() }
        unsafe staged.writeBytes(bytes)
    }

    /// Sends the frames that wait, as far as the socket takes them.
    func flush(_ http2: UpstreamSession, _ context: ChannelHandlerContext) {
        while true {
            http2.send()
            let isFull = staged.readableBytes >= Self.stagedBytes
            guard sendStaged(context) else { return }
            if !isFull { break }
        }
        http2.tellProgress()
        if http2.isFinished && phase == .multiplexing {
            session?.sendClose()
            sendEncrypted(context)
            close()
        }
    }

    /// Gives what is staged to the socket; false if the connection broke.
    private func sendStaged(_ context: ChannelHandlerContext) -> Bool {
        if staged.readableBytes > 0 {
            var piece = staged
            staged = ByteBuffer()
            if let session {
                if session.outgoing.readableBytes == 0 { session.outgoing = worker.buffers.take() }
                let isWritten = unsafe piece.withUnsafeReadableBytes { unsafe session.write($0) }
                worker.buffers.giveBack(&piece)
                guard isWritten else {
                    close()
                    return false
                }
            } else {
                socket.write(&piece, context)
                worker.buffers.giveBack(&piece)
            }
        }
        sendEncrypted(context)
        return phase != .closed
    }
}
