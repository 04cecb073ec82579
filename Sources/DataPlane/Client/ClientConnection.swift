// A client's connection: TLS, and HTTP/1.1 or HTTP/2 on it, in one channel handler.

import HTTPWire
import NIOCore
import Plan
import Recording
import TLS

/// One client's connection, owned by one loop for life.
final class ClientConnection: TimerNode, ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the connection does now.
    enum Phase: UInt8 {
        /// The TLS handshake is under way.
        case handshaking
        /// The next head is awaited, or some of it has arrived.
        case awaitingHead
        /// A request's body arrives; its answer may already flow.
        case receivingBody
        /// The request is whole; its answer is awaited or flows.
        case answering
        /// Raw bytes go both ways after a 101.
        case tunnel
        /// HTTP/2: each stream has a phase of its own.
        case multiplexing
        /// All is said; what the client still sends is thrown away until it closes.
        case lingering
        /// The last bytes are on their way out; then the channel is closed.
        case closing
        /// The channel is gone.
        case closed
    }

    /// How the connection ends once its staged bytes are sent.
    enum Ending {
        /// The client has had everything: close_notify, then close.
        case close
        /// The client may still be sending: close_notify, then wait for its end (RFC 9112 §9.6).
        case linger
        /// The answer is cut off: no close_notify, so that TLS shows the truncation.
        case truncate
    }

    let worker: Worker
    let identity: ClientIdentity
    var context: ChannelHandlerContext?
    let socket = SocketWriter()
    /// The exchange under way with HTTP/1.1.
    var exchange: Exchange?
    var session: TLSSession
    var phase = Phase.handshaking
    /// The framing of HTTP/2, if ALPN chose it.
    var http2: ClientSession?
    var scanner = HeadScanner()
    /// Plaintext received but not yet used: part of a head, or requests sent ahead.
    var partial = ByteBuffer()
    /// Ciphertext received but not yet decrypted, while the request may not be read on.
    var unread = ByteBuffer()
    /// Plaintext to send at the end of this tick.
    var staged = ByteBuffer()
    /// The host last found to be covered by the certificate.
    var coveredHost: [UInt8] = []
    var requestCount = 0
    var isDirty = false
    var isProcessing = false
    var isReadPaused = false
    var isInputClosed = false
    var isAnswerPaused = false
    /// Whether the answer under way says `connection: close`.
    var willClose = false
    /// Whether the request under way is of HTTP/1.0.
    var isHTTP10 = false
    /// Whether the client gets the body in chunks of ours.
    var answerIsChunked = false
    var ending: Ending?
    var headStartedAt: UInt64 = 0
    var rate = BodyRate()
    private var isCounted = false

    init(worker: Worker, session: TLSSession, identity: ClientIdentity) {
        self.worker = worker
        self.session = session
        self.identity = identity
    }

    /// Whether requests and answers may still pass.
    var isOpen: Bool { phase.rawValue < Phase.lingering.rawValue }

    /// Whether no request is under way.
    var isIdle: Bool {
        if let http2 { return http2.isIdle }
        return phase == .awaitingHead && partial.readableBytes == 0 && exchange == nil
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { start() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        start()
    }

    private func start() {
        guard !isCounted else { return }
        isCounted = true
        if let context { socket.open(context) }
        worker.updateClock()
        worker.add(self)
        worker.recorder.add(.connectionsAccepted)
        setDeadline(afterMilliseconds: worker.limits.handshakeMilliseconds)
        context?.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        worker.updateClock()
        socket.close()
        let wasHandshaking = phase == .handshaking && ending == nil
        phase = .closed
        worker.wheel.remove(self)
        if let exchange { exchange.clientGone() }
        http2?.connectionClosed()
        worker.buffers.giveBack(&staged)
        worker.buffers.giveBack(&partial)
        unread = ByteBuffer()
        if isCounted {
            isCounted = false
            worker.ledger.remove(address: identity.address)
            worker.recorder.add(.connectionsClosed)
            if wasHandshaking { worker.recorder.add(.handshakesFailed) }
            worker.remove(self)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        worker.updateClock()
        let buffer = unwrapInboundIn(data)
        receive(ciphertext: buffer)
        worker.receiveBuffer.giveBack(buffer)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if wantsInput {
            context.read()
        } else {
            isReadPaused = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard isAnswerPaused, context.channel.isWritable else { return }
        worker.updateClock()
        isAnswerPaused = false
        setPhaseDeadline()
        exchange?.resumeAnswer()
        if http2 != nil { markDirty() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            worker.updateClock()
            inputClosed()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset, or a write to a client that is gone: the channel is closed next.
        context.close(promise: nil)
    }

    // MARK: Deadlines

    /// Sets the deadline of the present phase; an exchange's total time comes first if earlier.
    func setDeadline(afterMilliseconds milliseconds: Int) {
        setDeadline(at: worker.now &+ UInt64(milliseconds) &* 1_000_000)
    }

    func setDeadline(at deadline: UInt64) {
        worker.schedule(self, at: min(deadline, exchange?.totalDeadline ?? .max))
    }

    /// Sets the deadline that belongs to the phase.
    func setPhaseDeadline() {
        let limits = worker.limits
        switch phase {
        case .handshaking: setDeadline(afterMilliseconds: limits.handshakeMilliseconds)
        case .awaitingHead: setDeadline(afterMilliseconds: limits.clientIdleMilliseconds)
        case .receivingBody:
            let idle = worker.now &+ UInt64(limits.bodyIdleMilliseconds) &* 1_000_000
            setDeadline(at: min(idle, exchange?.continueDeadline ?? .max))
        case .answering where isAnswerPaused:
            setDeadline(afterMilliseconds: limits.bodyIdleMilliseconds)
        case .answering: setDeadline(at: .max)
        case .tunnel: setDeadline(at: .max)
        case .multiplexing where isAnswerPaused:
            setDeadline(afterMilliseconds: limits.bodyIdleMilliseconds)
        case .multiplexing where http2.map { $0.headStartedAt > 0 } == true:
            setDeadline(afterMilliseconds: limits.requestHeadMilliseconds)
        case .multiplexing where http2?.isIdle == true:
            setDeadline(afterMilliseconds: limits.clientIdleMilliseconds)
        case .multiplexing: setDeadline(at: .max)
        case .lingering: setDeadline(afterMilliseconds: limits.lingerMilliseconds)
        case .closing: setDeadline(afterMilliseconds: limits.bodyIdleMilliseconds)
        case .closed: worker.wheel.remove(self)
        }
    }

    override func deadlinePassed(now: UInt64) {
        if let exchange, now >= exchange.totalDeadline, phase != .closed {
            exchange.totalTimePassed()
            return
        }
        switch phase {
        case .handshaking, .lingering, .closing: abort()
        case .awaitingHead:
            if partial.readableBytes > 0 || scanner.hasStarted {
                refuse(.requestTimeout, "the head of the request did not arrive in time")
            } else {
                closeWhenFlushed()
            }
        case .receivingBody:
            if let exchange, now >= exchange.continueDeadline {
                exchange.continueByItself()
                setPhaseDeadline()
            } else if isBodyHeldBack {
                setPhaseDeadline()
            } else {
                exchange?.requestTimedOut()
            }
        case .answering where isAnswerPaused:
            exchange?.clientTooSlow()
        case .multiplexing where isAnswerPaused: abort()
        case .multiplexing: http2?.deadlinePassed()
        case .answering, .tunnel, .closed: break
        }
    }

    // MARK: Endings

    /// Sends what is staged and close_notify, then closes.
    func closeWhenFlushed() {
        http2?.terminate(.none)
        end(.close)
    }

    /// Ends the connection as soon as what is under way is answered.
    func drain() {
        if let http2 { return http2.beginEnd() }
        if isIdle { closeWhenFlushed() }
    }

    /// Ends the connection in this way once what is staged is sent.
    func end(_ ending: Ending) {
        guard isOpen, self.ending == nil else { return }
        self.ending = ending
        markDirty()
    }

    /// Closes at once; what is staged is lost.
    func abort() {
        guard phase != .closed else { return }
        context?.close(promise: nil)
    }

    private func inputClosed() {
        isInputClosed = true
        switch phase {
        case .handshaking, .lingering: context?.close(promise: nil)
        case .closing, .closed: break
        case .awaitingHead: closeWhenFlushed()
        case .receivingBody:
            // A body that the client ended early can never be whole.
            context?.close(promise: nil)
        case .answering:
            // Half-closed: it still gets its answer. But a stream of events may never end, and
            // whoever closed would be served for ever.
            if exchange?.isStream == true { context?.close(promise: nil) }
        case .tunnel: exchange?.upstream?.endOutput()
        case .multiplexing: closeWhenFlushed()
        }
    }
}
