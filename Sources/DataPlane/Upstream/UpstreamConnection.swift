// A connection to an endpoint, with HTTP/1.1 or HTTP/2 on it, that is kept and used again.

import HTTPWire
import NIOCore
import NIOPosix
import Plan
import Recording
import TLS

/// One connection to an endpoint, owned by one loop for life.
final class UpstreamConnection: TimerNode, ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the connection does now.
    enum Phase: UInt8 {
        case connecting
        case handshaking
        /// No exchange; anything the endpoint says now is wrong.
        case idle
        /// The answer's head is awaited.
        case awaitingHead
        /// The answer's body flows.
        case receivingBody
        /// Raw bytes go both ways after a 101.
        case tunnel
        /// HTTP/2: each stream has a phase of its own.
        case multiplexing
        case closed
    }

    let pool: EndpointPool
    let worker: Worker
    let session: TLSSession?
    var context: ChannelHandlerContext?
    let socket = SocketWriter()
    var phase = Phase.connecting
    /// The exchange under way with HTTP/1.1.
    var exchange: Exchange?
    /// The framing of HTTP/2, once it is chosen.
    var http2: UpstreamSession?
    /// Requests that wait until the connection is made and its protocol known.
    var waiting: [UpstreamStream] = []
    /// Frames to send at the end of this tick.
    var staged = ByteBuffer()
    var scanner = HeadScanner()
    /// Bytes of a head that has not arrived whole.
    var partial = ByteBuffer()
    /// Ciphertext not yet decrypted, while the answer may not be read on.
    var unread = ByteBuffer()
    var bodyFraming = BodyFraming.none
    var bodyLeft: UInt64 = 0
    var chunks = ChunkedDecoder(lineLimit: 0, trailerLimit: 0)
    var keepsAlive = true
    var requestCount = 0
    /// Whether anything of the present answer has arrived.
    var hasReceived = false
    var isDirty = false
    var isReadPaused = false
    var isAnswerPaused = false
    var isSendingHeldBack = false
    var endsOutput = false
    /// Whether the end of a chunked request has been sent.
    var hasSentEnd = false
    var lastReceivedAt: UInt64 = 0
    /// Whether the endpoint's close_notify came: without it, a TLS answer may be cut off.
    var hasCloseNotify = false
    private var isCounted = true
    private var hasExchangeCounted = false

    init(pool: EndpointPool, session: TLSSession?) {
        self.pool = pool
        self.session = session
        worker = pool.worker
    }

    // MARK: Life

    /// Starts to connect; the outcome comes as a channel event.
    func connect(to address: SocketAddress) {
        let milliseconds = worker.limits.connectMilliseconds
        worker.schedule(self, at: worker.now &+ UInt64(milliseconds) &* 1_000_000)
        let bound = NIOLoopBound(self, eventLoop: worker.eventLoop)
        let shared = NIOLoopBound(worker.receiveBuffer, eventLoop: worker.eventLoop)
        let limits = worker.limits
        ClientBootstrap(group: worker.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.maxMessagesPerRead, value: 1)
            .channelOption(.recvAllocator, value: SharedReceiveAllocator(shared))
            .channelOption(
                .writeBufferWaterMark,
                value: .init(low: limits.bufferLowBytes, high: limits.bufferHighBytes)
            )
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.milliseconds(Int64(milliseconds) + 1_000))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(bound.value)
                }
            }
            .connect(to: address)
            .whenFailure { _ in bound.value.connectFailed() }
    }

    /// Takes an exchange; its request is sent at the end of this tick, or once connected.
    func begin(_ exchange: Exchange) {
        self.exchange = exchange
        exchange.upstream = .connection(self)
        hasReceived = false
        hasSentEnd = false
        requestCount += 1
        pool.inFlight += 1
        hasExchangeCounted = true
        switch phase {
        case .connecting, .handshaking:
            let milliseconds = exchange.route?.timeouts.connectMilliseconds ?? 0
            worker.schedule(self, at: worker.now &+ UInt64(milliseconds) &* 1_000_000)
        case .closed: fail(.connect("the endpoint does not take connections"))
        default:
            phase = .awaitingHead
            setAnswerDeadline()
            markDirty()
        }
    }

    /// Closes the connection in the middle of an exchange that has ended otherwise.
    func abandon() {
        exchange = nil
        close()
    }

    /// Closes the connection.
    func close() {
        detach()
        guard phase != .closed else { return }
        phase = .closed
        worker.wheel.remove(self)
        endMultiplexing()
        if let context {
            context.close(promise: nil)
        } else {
            countOut()
        }
    }

    /// Ends the exchange's hold on the connection and returns it.
    @discardableResult
    func detach() -> Exchange? {
        if hasExchangeCounted {
            hasExchangeCounted = false
            pool.inFlight -= 1
        }
        defer { exchange = nil }
        return exchange
    }

    /// Goes back to the pool after a whole answer, or closes.
    func release() {
        let mayStay = keepsAlive && requestCount < worker.limits.upstreamRequests
        if mayStay && !isSendingHeldBack && pool.keep(self) {
            phase = .idle
            isAnswerPaused = false
            worker.schedule(
                self,
                at: worker.now &+ UInt64(worker.limits.upstreamIdleMilliseconds) &* 1_000_000)
            if isReadPaused {
                isReadPaused = false
                context?.read()
            }
        } else {
            session?.sendClose()
            close()
        }
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        worker.updateClock()
        guard phase == .connecting else { return context.close(promise: nil) }
        socket.open(context)
        context.read()
        if session != nil {
            phase = .handshaking
            handshake()
        } else {
            ready()
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        worker.updateClock()
        socket.close()
        let phase = self.phase
        self.phase = .closed
        worker.wheel.remove(self)
        worker.buffers.giveBack(&partial)
        unread = ByteBuffer()
        worker.buffers.giveBack(&staged)
        countOut()
        if phase == .idle { pool.forget(self) }
        ended(in: phase)
        endMultiplexing()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        worker.updateClock()
        lastReceivedAt = worker.now
        let buffer = unwrapInboundIn(data)
        receive(buffer)
        worker.receiveBuffer.giveBack(buffer)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if isAnswerPaused {
            isReadPaused = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable else { return }
        worker.updateClock()
        if http2 != nil { return markDirty() }
        guard isSendingHeldBack else { return }
        isSendingHeldBack = false
        setAnswerDeadline()
        markDirty()
        exchange?.requestMayGoOn()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func connectFailed() {
        worker.updateClock()
        guard phase == .connecting else { return countOut() }
        phase = .closed
        worker.wheel.remove(self)
        countOut()
        pool.health.refused(now: worker.now)
        detach()?.upstreamFailed(.connect("the endpoint does not take connections"))
        failWaiting(.connect("the endpoint does not take connections"))
        endMultiplexing()
    }

    private func countOut() {
        guard isCounted else { return }
        isCounted = false
        pool.connectionClosed()
    }

    /// The connection is made and secured.
    func ready() {
        if pool.endpoint.wire != .http1, isMultiplexingChosen() { return }
        guard exchange != nil else { return close() }
        phase = .awaitingHead
        setAnswerDeadline()
        markDirty()
    }

    // MARK: Deadlines

    /// Sets the deadline for what is awaited of the endpoint now.
    func setAnswerDeadline() {
        guard let exchange, let timeouts = exchange.route?.timeouts else { return }
        let wait = AnswerWait(
            timeouts: timeouts, isAwaitingHead: phase == .awaitingHead,
            isRequestWhole: exchange.isRequestWhole, isSendingHeldBack: isSendingHeldBack,
            isAnswerPaused: isAnswerPaused)
        let deadline = wait.milliseconds.map { worker.now &+ UInt64($0) &* 1_000_000 }
        worker.schedule(self, at: deadline ?? .max)
    }

    override func deadlinePassed(now: UInt64) {
        switch phase {
        case .connecting, .handshaking:
            pool.health.refused(now: now)
            fail(.connect("the endpoint did not take the connection in time"))
        case .idle:
            pool.forget(self)
            close()
        case .awaitingHead, .receivingBody:
            pool.health.failed(now: now)
            fail(.timeout)
        case .tunnel:
            let exchange = detach()
            close()
            exchange?.tunnelEnded()
        case .multiplexing: http2?.retire()
        case .closed: break
        }
    }

    /// Closes the connection and tells the exchange why.
    func fail(_ failure: UpstreamFailure) {
        let exchange = detach()
        failWaiting(failure)
        close()
        exchange?.upstreamFailed(failure)
    }
}
