// One HTTP/2 stream to an endpoint: a request and its answer.

import HTTPWire
import NIOCore
import Plan
import Recording
import TLS

/// One stream; `UpstreamConnection` is its counterpart for HTTP/1.1.
final class UpstreamStream: TimerNode {
    /// What the stream does now.
    enum Phase: UInt8 {
        /// The connection is not made yet.
        case waiting
        case awaitingHead
        case receivingBody
        case tunnel
        case closed
    }

    let connection: UpstreamConnection
    /// The stream's number; 0 while it waits.
    var identifier: Int32 = 0
    private(set) var exchange: Exchange?
    private(set) var phase = Phase.waiting
    var hasProgressed = false
    /// Bytes of the request that frames carry and of which the exchange has not been told.
    private var untoldBytes = 0
    /// When the request was sent.
    private(set) var openedAt: UInt64 = 0
    private var isDeferred = false
    private var isAnswerPaused = false
    private var endsOutput = false
    private var hasReceived = false
    /// Bytes of the answer that have arrived while the client took none.
    private var unopenedBytes = 0

    private var worker: Worker { connection.worker }
    private var pool: EndpointPool { connection.pool }
    private var session: UpstreamSession? { connection.http2 }
    /// Whether the final head has not come yet.
    var isAwaitingHead: Bool { phase == .awaitingHead }

    init(connection: UpstreamConnection, exchange: Exchange) {
        self.connection = connection
        self.exchange = exchange
        super.init()
        pool.inFlight += 1
        let milliseconds = exchange.route?.timeouts.connectMilliseconds ?? 0
        worker.schedule(self, at: worker.now &+ UInt64(milliseconds) &* 1_000_000)
    }

    // MARK: The request

    /// The connection is ready: sends the head.
    func open(_ session: UpstreamSession) {
        guard let exchange, phase == .waiting else { return }
        if exchange.isUpgrade && !session.hasSettings { return session.openWithSettings(self) }
        if exchange.isUpgrade && !session.takesTunnels {
            return fail(.broken("the endpoint takes no WebSocket over HTTP/2 (RFC 8441)"))
        }
        phase = .awaitingHead
        let fields = worker.fields
        fields.begin()
        let hasBody = !exchange.isRequestWhole || exchange.hasBody || exchange.isUpgrade
        let isTaken = unsafe exchange.request.withUnsafeReadableBytes { bytes in
            let head = unsafe UnsafeRawBufferPointer(rebasing: bytes.prefix(exchange.headCount))
            unsafe fields.addRequest(
                head, isSecure: pool.endpoint.security != nil, isUpgrade: exchange.isUpgrade)
            return !fields.overflowed && session.open(self, fields, hasBody: hasBody)
        }
        guard isTaken else { return fail(.refusedStream) }
        untoldBytes = exchange.headCount
        openedAt = worker.now
        setAnswerDeadline()
        connection.markDirty()
        session.progressed(self)
    }

    /// The exchange has more to send.
    func requestGrew() {
        guard phase != .waiting, phase != .closed else { return }
        if isDeferred {
            isDeferred = false
            session?.resumeBody(stream: identifier)
        }
        if exchange?.isRequestWhole == true { setAnswerDeadline() }
        connection.markDirty()
    }

    /// Closes this side of a tunnel once everything is sent.
    func endOutput() {
        endsOutput = true
        requestGrew()
    }

    /// What nghttp2 may send of the body now; nil if nothing.
    func nextPiece(atMost most: Int) -> HTTP2Session.Piece? {
        guard let exchange else { return HTTP2Session.Piece(count: 0, isEnd: true) }
        let waiting = exchange.waitingBytes - untoldBytes
        let count = min(waiting, most)
        let isWhole = exchange.isUpgrade ? endsOutput : exchange.isRequestWhole
        let isEnd = isWhole && count == waiting
        guard count > 0 || isEnd else {
            isDeferred = true
            return nil
        }
        let trailers = exchange.requestTrailers
        if isEnd && !trailers.isEmpty {
            let fields = worker.fields
            fields.begin()
            unsafe trailers.withUnsafeBytes { lines in
                unsafe fields.addLines(lines)
                session?.submitTrailers(stream: identifier, fields)
            }
        }
        return HTTP2Session.Piece(
            count: count, isEnd: isEnd, hasTrailers: isEnd && !trailers.isEmpty)
    }

    /// Puts a piece of the body on its way, as `nextPiece` announced it.
    func emitPiece(count: Int) {
        guard let exchange, count > 0 else { return }
        unsafe exchange.request.withUnsafeReadableBytes { bytes in
            let start = exchange.sentCount + untoldBytes
            let piece = unsafe UnsafeRawBufferPointer(
                rebasing: bytes.dropFirst(start).prefix(count))
            unsafe connection.stage(piece)
        }
        untoldBytes += count
        session?.progressed(self)
    }

    /// Tells the exchange what the socket was given.
    func tellProgress() {
        hasProgressed = false
        guard let exchange else { return }
        let count = exchange.sentCount + untoldBytes
        untoldBytes = 0
        exchange.requestSent(upTo: count)
    }

    // MARK: The answer

    /// A head is whole: an informational one, or the final one.
    func headArrived(_ transcript: HeadTranscript, isEnd: Bool) {
        guard let exchange else { return }
        hasReceived = true
        let head = worker.responseHead
        let bytes =
            unsafe exchange.isUpgrade && transcript.status == 200
            ? tunnelHead(transcript, exchange) : transcript.bytes
        guard let base = bytes.baseAddress else { return }
        if let fault = unsafe head.parse(base, count: bytes.count) { return broken(fault.detail) }
        if head.status < 200 && head.status != 101 {
            if !(unsafe exchange.answerInformational(head, base: base, count: bytes.count)) {
                broken("the endpoint sent too many informational answers")
            }
            return
        }
        if head.status == 101 && !exchange.isUpgrade {
            return broken("the endpoint switched protocols without being asked")
        }
        if exchange.isFalseTunnel(head) {
            return broken("the endpoint did not switch to WebSocket")
        }
        phase = head.status == 101 ? .tunnel : .receivingBody
        let framing = unsafe exchange.answerHead(
            head, base: base, count: bytes.count, isEnd: isEnd)
        guard framing != nil else { return broken("the head of the answer is too large") }
        if isEnd { return answerEnded(trailers: []) }
        setAnswerDeadline()
    }

    /// The success of an extended CONNECT, as HTTP/1.1 says it (RFC 8441 §5, RFC 6455 §4.2.2).
    private func tunnelHead(
        _ transcript: HeadTranscript, _ exchange: Exchange
    ) -> UnsafeRawBufferPointer {
        var key: [UInt8] = []
        unsafe exchange.request.withUnsafeReadableBytes { bytes in
            let text = unsafe UnsafeRawBufferPointer(rebasing: bytes.prefix(exchange.headCount))
            guard let line = unsafe RequestLine.parse(text) else { return }
            let fields = unsafe UnsafeRawBufferPointer(rebasing: text[line.end...])
            unsafe TrailerLines.forEach(fields) { base, name, value, _ in
                if unsafe KnownField.named(name.bytes(at: base)) == .webSocketKey {
                    unsafe key = Array(value.bytes(at: base))
                }
            }
        }
        let accept = unsafe key.withUnsafeBytes { unsafe WebSocketHandshake.acceptValue(for: $0) }
        transcript.becomeSwitch(accept: accept)
        return unsafe transcript.bytes
    }

    /// A piece of the answer has arrived.
    func dataArrived(_ bytes: UnsafeRawBufferPointer) {
        unopenedBytes += bytes.count
        guard let exchange else { return openWindow() }
        setAnswerDeadline()
        if phase == .tunnel {
            unsafe exchange.answerTunnelled(bytes)
        } else {
            unsafe exchange.answerBody(bytes)
        }
        if !isAnswerPaused { openWindow() }
    }

    private func openWindow() {
        guard unopenedBytes > 0, phase != .closed, identifier > 0 else { return }
        session?.consume(stream: identifier, unopenedBytes)
        unopenedBytes = 0
        connection.markDirty()
    }

    /// The endpoint has ended the answer.
    func answerEnded(trailers: [UInt8]) {
        guard let exchange else { return }
        if phase == .tunnel {
            detach()
            return exchange.tunnelEnded()
        }
        guard phase == .receivingBody else { return }
        pool.health.succeeded()
        let isSent = exchange.isRequestWhole && exchange.waitingBytes <= untoldBytes
        detach()
        if !isSent { session?.reset(stream: identifier, .none) }
        exchange.upstream = nil
        exchange.answerEnd(trailers: trailers)
    }

    /// Stops reading the answer, since the client does not take it.
    func pauseReading() {
        isAnswerPaused = true
        setAnswerDeadline()
    }

    /// Reads the answer on.
    func resumeReading() {
        guard isAnswerPaused else { return }
        isAnswerPaused = false
        setAnswerDeadline()
        openWindow()
    }

    // MARK: Deadlines

    private func setAnswerDeadline() {
        guard let exchange, let timeouts = exchange.route?.timeouts, phase != .closed else {
            return
        }
        let wait = AnswerWait(
            timeouts: timeouts, isAwaitingHead: isAwaitingHead,
            isRequestWhole: exchange.isRequestWhole, isSendingHeldBack: false,
            isAnswerPaused: isAnswerPaused)
        let deadline = wait.milliseconds.map { worker.now &+ UInt64($0) &* 1_000_000 }
        worker.schedule(self, at: deadline ?? .max)
    }

    override func deadlinePassed(now: UInt64) {
        switch phase {
        case .waiting:
            pool.health.refused(now: now)
            fail(.connect("the endpoint did not take the connection in time"))
        case .awaitingHead, .receivingBody:
            pool.health.failed(now: now)
            connection.streamTimedOut(self)
            fail(.timeout)
        case .tunnel:
            let exchange = detach()
            session?.reset(stream: identifier, .cancel)
            connection.markDirty()
            exchange?.tunnelEnded()
        case .closed: break
        }
    }

    // MARK: The end

    /// Ends the exchange's hold on the stream and returns it.
    @discardableResult
    private func detach() -> Exchange? {
        guard let exchange else { return nil }
        self.exchange = nil
        pool.inFlight -= 1
        worker.wheel.remove(self)
        if phase == .waiting { connection.forgetWaiting(self) }
        phase = .closed
        return exchange
    }

    /// Lets go in the middle of an exchange that has ended otherwise.
    func abandon() {
        let wasOpen = identifier > 0
        detach()
        if wasOpen {
            session?.reset(stream: identifier, .cancel)
            connection.markDirty()
        }
    }

    /// Ends the stream and tells the exchange why.
    func fail(_ failure: UpstreamFailure) {
        let wasOpen = identifier > 0
        let exchange = detach()
        if wasOpen {
            session?.reset(stream: identifier, .cancel)
            connection.markDirty()
        }
        exchange?.upstreamFailed(failure)
    }

    /// The answer is not as RFC 9113 has it.
    func broken(_ detail: StaticString) {
        pool.health.failed(now: worker.now)
        fail(.broken(detail))
    }

    /// nghttp2 has closed the stream, for the endpoint or for an error of the endpoint's.
    func closed(code: UInt32) {
        guard exchange != nil else { return }
        let wasAwaited = isAwaitingHead
        if code == HTTP2Session.ErrorCode.refusedStream.rawValue {
            detach()?.upstreamFailed(.refusedStream)
        } else if code == HTTP2Session.ErrorCode.protocolError.rawValue {
            pool.health.failed(now: worker.now)
            detach()?.upstreamFailed(.broken("the endpoint's answer breaks the rules of HTTP/2"))
        } else {
            pool.health.failed(now: worker.now)
            detach()?.upstreamFailed(.reset(wasReused: false, mayRetry: wasAwaited))
        }
    }

    /// The connection went away under the stream.
    func connectionLost() {
        if phase == .waiting { return fail(.connect("the endpoint ended the connection")) }
        let isStale = connection.isStale(for: self) && isAwaitingHead && !hasReceived
        let mayRetry = isAwaitingHead && !hasReceived
        if phase == .tunnel {
            detach()?.tunnelEnded()
            return
        }
        guard let exchange = detach() else { return }
        if !isStale { pool.health.failed(now: worker.now) }
        exchange.upstreamFailed(.reset(wasReused: isStale, mayRetry: mayRetry))
    }

    /// The endpoint chose HTTP/1.1, or there is no room: another connection takes the exchange.
    func surrender() -> Exchange? { detach() }
}
