// Answers to an HTTP/2 client: heads into HPACK, bodies into frames, as its windows allow.

import HTTPWire
import NIOCore
import Plan
import Recording

extension ClientStream {
    /// Fields of an answer that HTTP/2 has no place for, or that the gateway sets itself.
    private static let dropped = AnswerFields.replaced

    // MARK: Heads

    /// Stages an informational answer; false if it does not fit.
    func stageInformational(_ head: ResponseHead, base: UnsafeRawPointer) -> Bool {
        let fields = worker.fields
        fields.begin()
        fields.add(":status") { $0.putDecimal(UInt64(head.status)) }
        unsafe fields.addFields(of: head, base: base, dropping: Self.dropped)
        guard !fields.overflowed else { return false }
        connection.markDirty()
        return session.submitInformational(stream: identifier, fields)
    }

    /// Tells the client to go on with its body (100).
    func stageContinue() {
        let fields = worker.fields
        fields.begin()
        fields.add(":status", "100")
        _ = session.submitInformational(stream: identifier, fields)
        connection.markDirty()
    }

    /// Stages the final head; returns its bytes, or nil if it does not fit.
    func stageHead(
        _ head: ResponseHead, base: UnsafeRawPointer, count: Int, _ framing: BodyFraming
    ) -> Int? {
        guard let exchange else { return nil }
        let fields = worker.fields
        fields.begin()
        // A tunnel is a success here, not a switch of protocols (RFC 8441 §5).
        let isTunnel = head.status == 101
        fields.add(":status") { $0.putDecimal(UInt64(isTunnel ? 200 : head.status)) }
        var dropped = Self.dropped
        if isTunnel || head.status == 204 { dropped.insert(.contentLength) }
        if isTunnel { dropped.insert(.webSocketAccept) }
        unsafe fields.addFields(of: head, base: base, dropping: dropped)
        addOwn(fields, exchange.identifier, exchange)
        guard !fields.overflowed else { return nil }
        let hasBody = isTunnel || (framing != .none && framing != .length(0))
        submit(fields, hasBody: hasBody)
        return count
    }

    private func addOwn(
        _ fields: FieldVector, _ identifier: RequestIdentifier, _ exchange: Exchange?
    ) {
        fields.add("x-request-id", .never) { identifier.write(&$0) }
        guard let exchange, let name = exchange.shownVersion else { return }
        fields.add("x-sluice-version") { writer in
            unsafe name.withUnsafeBytes { unsafe writer.put($0) }
        }
    }

    private func submit(_ fields: FieldVector, hasBody: Bool) {
        hasSubmitted = true
        if !hasBody { isAnswerEnded = true }
        _ = session.submitAnswer(stream: identifier, fields, hasBody: hasBody)
        connection.markDirty()
    }

    // MARK: Bodies

    /// Stages a piece of the body, or raw bytes of a tunnel.
    func stageBody(_ bytes: UnsafeRawBufferPointer) {
        guard !isClosed, bytes.count > 0 else { return }
        if pending.capacity == 0 { pending = worker.buffers.take() }
        let wasEmpty = pending.readableBytes == 0
        unsafe pending.writeBytes(bytes)
        if wasEmpty { setPhaseDeadline() }
        resume()
        if pending.readableBytes >= worker.limits.bufferHighBytes && !isAnswerPaused {
            isAnswerPaused = true
            exchange?.pauseAnswer()
        }
    }

    /// Stages the end of the body.
    func stageEnd(trailers: [UInt8]) {
        guard !isClosed, !isAnswerEnded else { return }
        isAnswerEnded = true
        self.trailers = trailers
        resume()
    }

    /// Has nghttp2 ask for the body again.
    func resume() {
        if isDeferred {
            isDeferred = false
            session.resumeBody(stream: identifier)
        }
        connection.markDirty()
    }

    /// What nghttp2 may send of the body now; nil if nothing.
    func nextPiece(atMost most: Int) -> HTTP2Session.Piece? {
        let count = min(pending.readableBytes, most)
        if isCutOff && count == 0 {
            return HTTP2Session.Piece(count: 0, isEnd: false, isBroken: true)
        }
        let isEnd = isAnswerEnded && !isCutOff && count == pending.readableBytes
        guard count > 0 || isEnd else {
            isDeferred = true
            return nil
        }
        guard isEnd else { return HTTP2Session.Piece(count: count, isEnd: false) }
        if !trailers.isEmpty {
            let fields = worker.fields
            fields.begin()
            unsafe trailers.withUnsafeBytes { lines in
                unsafe fields.addLines(lines)
                session.submitTrailers(stream: identifier, fields)
            }
        }
        return HTTP2Session.Piece(count: count, isEnd: true, hasTrailers: !trailers.isEmpty)
    }

    /// Puts a piece of the body on its way, as `nextPiece` announced it.
    func emitPiece(count: Int) {
        guard count > 0 else { return }
        // A socket that breaks meanwhile closes the stream, which gives `pending` away.
        let body = pending
        unsafe body.withUnsafeReadableBytes { bytes in
            let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes.prefix(count))
            unsafe connection.stage(piece)
        }
        pending.moveReaderIndex(forwardBy: min(count, pending.readableBytes))
        if pending.readableBytes == 0 { worker.buffers.giveBack(&pending) }
        setPhaseDeadline()
        if isAnswerPaused && pending.readableBytes <= worker.limits.bufferLowBytes {
            isAnswerPaused = false
            session.resumeLater(self)
        }
    }

    /// The answer is over, and the exchange with it.
    func answerFinished(isRequestWhole: Bool) {
        if !hasSubmitted { cutOff() }
        setPhaseDeadline()
    }

    // MARK: Tunnels

    /// Bytes go both ways from now on.
    func beginTunnel() {
        isTunnel = true
        setPhaseDeadline()
    }

    /// The upstream has closed its side of the tunnel.
    func endTunnel() {
        stageEnd(trailers: [])
    }

    // MARK: The gateway's own answers

    /// Answers a head that is no valid request.
    func refuse(_ fault: HeadFault) {
        stageProblem(
            GatewayError(status: fault.status), status: fault.status, detail: fault.detail,
            exchange: nil, isHead: false, isGRPC: false)
    }

    /// Answers a request that goes nowhere.
    func refuse(
        _ error: GatewayError, _ detail: StaticString, _ head: RequestHead, _ base: UnsafeRawPointer
    ) {
        let identifier = stageProblem(
            error, status: error.status, detail: detail, exchange: nil,
            isHead: head.methodKind == .head, isGRPC: unsafe head.isGRPC(base))
        unsafe worker.accessLog?.writeRefusal(
            head, base: base, error, identifier, client: .stream(self), &worker.random)
    }

    /// Answers `OPTIONS *`, which asks about the gateway itself (RFC 9110 §9.3.7).
    func answerOptions() {
        let fields = worker.fields
        fields.begin()
        fields.add(":status", "204")
        fields.add("allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
        submit(fields, hasBody: false)
    }

    /// Stages an answer of the gateway's own: `application/problem+json` (RFC 9457), or the status
    /// of gRPC for those who call by it; returns the id that it names.
    @discardableResult
    func stageProblem(
        _ error: GatewayError, status: Int, detail: StaticString, exchange: Exchange?,
        isHead: Bool, isGRPC: Bool
    ) -> RequestIdentifier {
        worker.recorder.refused(error)
        let identifier = RequestIdentifier(exchange: exchange, random: &worker.random)
        let fields = worker.fields
        fields.begin()
        var body = worker.buffers.take()
        if isGRPC {
            fields.add(":status", "200")
            fields.add("content-type", "application/grpc")
            fields.add("grpc-status") { $0.putDecimal(UInt64(error.grpcStatus.rawValue)) }
            fields.add("grpc-message") { $0.put(detail) }
        } else {
            let problem = ProblemAnswer(
                error: error, status: status, detail: detail, isHead: isHead, closes: false)
            problem.writeBody(into: &body, identifier)
            fields.add(":status") { $0.putDecimal(UInt64(status)) }
            fields.add("content-type", "application/problem+json")
            fields.add("content-length") { $0.putDecimal(UInt64(body.readableBytes)) }
            if status == 503 { fields.add("retry-after", "1") }
        }
        fields.add("cache-control", "no-store")
        fields.add("x-sluice-error") { $0.put(error.slug) }
        addOwn(fields, identifier, exchange)
        let hasBody = !isGRPC && !isHead
        submit(fields, hasBody: hasBody)
        if hasBody {
            unsafe body.withUnsafeReadableBytes { unsafe stageBody($0) }
            stageEnd(trailers: [])
        }
        worker.buffers.giveBack(&body)
        return identifier
    }
}
