// One HTTP/2 stream of a client: a request and its answer.

import HTTPWire
import NIOCore
import Plan
import Recording
import TLS

/// One stream; `ClientConnection` is its counterpart for HTTP/1.1.
final class ClientStream: TimerNode {
    let connection: ClientConnection
    let session: ClientSession
    let identifier: Int32
    var exchange: Exchange?
    /// Whether the head has arrived; what comes next like one are trailers.
    var hasHead = false
    /// Whether nghttp2 has refused the head: it is reset, and nothing is forwarded.
    var isMalformed = false
    /// Whether the client has sent all of its request.
    var isRequestEnded = false
    var isTunnel = false
    var isClosed = false
    /// Bytes of the body that have arrived and for which the window has not been opened again.
    private var unopenedBytes = 0
    private var rate = BodyRate()

    // The answer.
    var hasSubmitted = false
    /// The answer's body as far as it waits to be sent.
    var pending = ByteBuffer()
    var isAnswerEnded = false
    var trailers: [UInt8] = []
    /// Whether nghttp2 waits to be told that there is more.
    var isDeferred = false
    var isAnswerPaused = false
    /// Whether the answer breaks off after what is pending.
    var isCutOff = false

    var worker: Worker { connection.worker }

    init(session: ClientSession, identifier: Int32) {
        self.session = session
        self.identifier = identifier
        connection = session.connection
    }

    // MARK: The request

    /// The head of the request is whole.
    func headArrived(_ transcript: HeadTranscript, isEnd: Bool) {
        hasHead = true
        isRequestEnded = isEnd
        let random = { (memory: UnsafeMutableRawBufferPointer) in
            unsafe WebSocketHandshake.writeKey(
                self.worker.random.next(), self.worker.random.next(), into: memory)
        }
        unsafe transcript.finish(isEnd: isEnd, webSocketKey: random)
        if let fault = transcript.fault {
            // Two hosts: nobody may choose between them (RFC 9113 §8.3.1).
            if fault == .doubleHost { return session.reset(stream: identifier, .protocolError) }
            return refuse(fault)
        }
        let head = worker.requestHead
        let bytes = unsafe transcript.bytes
        guard let base = bytes.baseAddress else { return }
        if let fault = unsafe head.parse(base, count: bytes.count) { return refuse(fault) }
        if transcript.isUnknownProtocol {
            return unsafe refuse(
                .notImplemented, "only WebSocket is tunnelled here (RFC 8441)", head, base)
        }
        let side = ClientSide.stream(self)
        guard let exchange = unsafe side.admit(head, base: base, count: bytes.count, worker) else {
            return
        }
        restartRate()
        setPhaseDeadline()
        exchange.dispatch()
    }

    /// The request has been routed.
    func requestBegan(_ exchange: Exchange) { self.exchange = exchange }

    /// A piece of the body, or of a tunnel, has arrived.
    func dataArrived(_ bytes: UnsafeRawBufferPointer) {
        unopenedBytes += bytes.count
        guard let exchange else { return openWindow() }
        if isTunnel {
            unsafe exchange.receiveTunnelled(bytes)
            return
        }
        if !rate.count(bytes.count, now: worker.now, limits: worker.limits) {
            return exchange.requestTimedOut()
        }
        setPhaseDeadline()
        unsafe exchange.receiveData(bytes)
    }

    /// The trailers of the request have arrived, which end it.
    func trailersArrived(_ transcript: HeadTranscript) {
        unsafe transcript.finish(isEnd: true)
        let lines = unsafe TrailerLines.passed(
            transcript.bytes, isGRPC: exchange?.isGRPC ?? false)
        requestEnded(trailers: lines)
    }

    /// The client has sent all of its request.
    func requestEnded(trailers: [UInt8]) {
        guard !isRequestEnded else { return }
        isRequestEnded = true
        if isTunnel {
            exchange?.upstream?.endOutput()
        } else {
            exchange?.requestEnded(trailers: trailers)
        }
    }

    /// Lets the client send as much again as the upstream has taken.
    func openWindow() {
        guard !isClosed, unopenedBytes > 0, exchange?.upstream?.isSendingHeldBack != true else {
            return
        }
        let waiting = exchange?.waitingBytes ?? 0
        let opened = unopenedBytes - min(unopenedBytes, waiting)
        guard opened > 0 else { return }
        unopenedBytes -= opened
        session.consume(stream: identifier, opened)
        connection.markDirty()
        setPhaseDeadline()
    }

    /// Starts to measure the body's rate anew.
    func restartRate() { rate.restart(now: worker.now) }

    // MARK: Deadlines

    /// Whether the client can send nothing, since the upstream takes nothing.
    private var isHeldBack: Bool {
        unopenedBytes >= worker.limits.http2StreamWindowBytes / 2 || isTunnel
    }

    /// Sets the deadline for what is awaited of the client now.
    func setPhaseDeadline() {
        guard !isClosed else { return }
        let idle = worker.now &+ UInt64(worker.limits.bodyIdleMilliseconds) &* 1_000_000
        var deadline = UInt64.max
        if pending.readableBytes > 0 {
            deadline = idle
        } else if !isRequestEnded && !isHeldBack {
            deadline = min(idle, exchange?.continueDeadline ?? .max)
        }
        worker.schedule(self, at: min(deadline, exchange?.totalDeadline ?? .max))
    }

    override func deadlinePassed(now: UInt64) {
        guard !isClosed else { return }
        if let exchange, now >= exchange.totalDeadline { return exchange.totalTimePassed() }
        if pending.readableBytes > 0 {
            worker.recorder.misused(.stalled)
            if let exchange { return exchange.clientTooSlow() }
            return resetNow()
        }
        guard let exchange else { return }
        if now >= exchange.continueDeadline {
            exchange.continueByItself()
            setPhaseDeadline()
        } else if !isRequestEnded {
            exchange.requestTimedOut()
        }
    }

    // MARK: The end

    /// The stream is over, by whichever side.
    func closed() {
        isClosed = true
        worker.wheel.remove(self)
        worker.buffers.giveBack(&pending)
        exchange?.clientGone()
    }

    /// Ends the stream with an error once what has come is sent, which shows that the answer is not
    /// whole.
    func cutOff() {
        guard hasSubmitted, !isAnswerEnded else { return resetNow() }
        isCutOff = true
        resume()
    }

    /// Ends the stream with an error at once.
    func resetNow() {
        guard !isClosed else { return }
        worker.buffers.giveBack(&pending)
        session.reset(stream: identifier, .internalError)
        connection.markDirty()
    }
}
