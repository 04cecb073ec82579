// The answer on its way back: heads, bodies, the end of it, and what went wrong.

import HTTPWire
import NIOCore
import Plan
import Recording

extension Exchange {
    private static let addedBytes = 512

    /// Fields of an answer that the gateway sets itself.
    private static let replaced = KnownFieldSet(.sluice, .xRequestID, .transferEncoding)

    // MARK: Heads

    /// Passes on an informational answer; false if the upstream may not send it.
    func answerInformational(_ head: ResponseHead, base: UnsafeRawPointer, count: Int) -> Bool {
        informationalCount += 1
        guard informationalCount <= worker.limits.informationalAnswers else { return false }
        if head.status == 100 {
            if isContinued { return true }
            isContinued = true
            continueDeadline = .max
            client?.setPhaseDeadline()
        }
        guard !isHTTP10, let client else { return true }
        return client.stageHead(atMost: count + 64) { writer in
            unsafe writeStatusLine(head, base, &writer)
            unsafe head.copyFields(from: base, dropping: Self.replaced, to: &writer)
            writer.put("\r\n")
        }
    }

    /// Passes on the final head; returns how the body that follows is framed, or nil if the
    /// head did not fit, which its limits rule out.
    func answerHead(_ head: ResponseHead, base: UnsafeRawPointer, count: Int) -> BodyFraming? {
        guard let client else { return nil }
        status = head.status
        firstByteAt = worker.now
        continueDeadline = .max
        let framing = head.body(answering: method)
        answerIsChunked = (framing == .chunked || framing == .untilClose) && !isHTTP10
        if client.mustClose || (framing.hasUnknownEnd && isHTTP10) { client.willClose = true }
        var dropped = Self.replaced
        if status == 204 || status == 101 { dropped.insert(.contentLength) }
        let stagedBefore = client.staged.readableBytes
        let fits = client.stageHead(atMost: count + Self.addedBytes) { writer in
            unsafe writeStatusLine(head, base, &writer)
            unsafe head.copyFields(from: base, dropping: dropped, to: &writer)
            if answerIsChunked { writer.put("transfer-encoding: chunked\r\n") }
            writer.put("x-request-id: ")
            identifier.write(&writer)
            writer.put("\r\n")
            writeVersion(&writer)
            if status == 101 {
                writer.put("connection: upgrade\r\nupgrade: websocket\r\n")
            } else if client.willClose {
                writer.put("connection: close\r\n")
            } else if isHTTP10 {
                writer.put("connection: keep-alive\r\n")
            }
            writer.put("\r\n")
        }
        guard fits else { return nil }
        sentBytes += client.staged.readableBytes - stagedBefore
        answerState = .flowing
        if status == 101 { beginTunnel(client) }
        return framing
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

    /// Writes `x-sluice-version` unless the route switches it off.
    func writeVersion(_ writer: inout HeadWriter) {
        guard let route, route.showsVersion, let version else { return }
        writer.put("x-sluice-version: ")
        unsafe version.name.withUnsafeBytes { unsafe writer.put($0) }
        writer.put("\r\n")
    }

    // MARK: Bodies

    /// Passes on a piece of the body.
    func answerBody(_ bytes: UnsafeRawBufferPointer) {
        guard let client else { return }
        sentBytes += bytes.count
        if answerIsChunked {
            client.stageChunkSize(bytes.count)
            unsafe client.stage(bytes)
            client.stage("\r\n")
        } else {
            unsafe client.stage(bytes)
        }
    }

    /// Ends the answer; the upstream connection has let go of the exchange already.
    func answerEnd(trailers: [UInt8]) {
        guard let client else { return }
        if answerIsChunked {
            client.stage("0\r\n")
            unsafe trailers.withUnsafeBytes { unsafe client.stage($0) }
            client.stage("\r\n")
        }
        let isWhole = isRequestWhole
        finish(.answered)
        client.answerFinished(isRequestWhole: isWhole)
    }

    /// Has the upstream no longer read, since the client does not take the answer fast enough.
    func pauseAnswer() { upstream?.pauseReading() }

    /// Has the upstream read again.
    func resumeAnswer() { upstream?.resumeReading() }

    // MARK: Tunnels

    private func beginTunnel(_ client: ClientConnection) {
        client.phase = .tunnel
        client.willClose = true
        isCopyWhole = false
        worker.recorder.add(.tunnels)
        client.setPhaseDeadline()
    }

    /// Passes raw bytes of a tunnel on to the upstream.
    func receiveTunnelled(_ bytes: UnsafeRawBufferPointer) {
        makeRoom()
        unsafe request.writeBytes(bytes)
        receivedBytes += bytes.count
        upstream?.requestGrew()
    }

    /// Passes raw bytes of a tunnel on to the client.
    func answerTunnelled(_ bytes: UnsafeRawBufferPointer) {
        sentBytes += bytes.count
        unsafe client?.stage(bytes)
    }

    /// The upstream has closed its side of the tunnel, and with it the tunnel.
    func tunnelEnded() {
        let client = self.client
        finish(.answered)
        client?.end(.close)
    }

    // MARK: Failures

    /// The upstream connection failed; it has let go of the exchange already.
    func upstreamFailed(_ failure: UpstreamFailure) {
        upstream = nil
        if answerState == .awaited && failure.mayRetry
            && retry(wasNeverSent: failure.wasNeverSent, wasReused: failure.wasReused)
        {
            return
        }
        fail(failure.error, failure.kind, failure.detail)
    }

    /// Ends the exchange with an answer of the gateway's own, or by cutting the answer off.
    func fail(_ error: GatewayError, _ kind: OutcomeKind, _ detail: StaticString) {
        guard let client else { return }
        releaseUpstream()
        let isWhole = isRequestWhole
        guard answerState == .awaited else {
            finish(kind)
            return client.end(.truncate)
        }
        if !isWhole { client.willClose = true }
        status = error.status
        client.writeProblem(
            error, status: error.status, detail: detail, exchange: self, isHead: isHead)
        finish(kind)
        client.answerFinished(isRequestWhole: isWhole)
    }

    /// The client has gone; the version is not to blame.
    func clientGone() {
        releaseUpstream()
        finish(.clientGone)
    }

    /// The client has not sent its body in time.
    func requestTimedOut() {
        fail(.requestTimeout, .clientGone, "the body of the request did not arrive in time")
    }

    /// The client's body is not well framed.
    func requestBroken(_ fault: HeadFault) {
        fail(GatewayError(status: fault.status), .clientGone, fault.detail)
    }

    /// The client has not taken its answer for too long.
    func clientTooSlow() {
        let client = self.client
        clientGone()
        client?.abort()
    }

    /// The whole exchange has taken too long: the client's fault while it still sends.
    func totalTimePassed() {
        if isRequestWhole {
            pool?.health.failed(now: worker.now)
            fail(.upstreamTimeout, .timeout, "the exchange took longer than the route allows")
        } else {
            fail(.requestTimeout, .clientGone, "the request took longer than the route allows")
        }
    }

    /// Tells a client that waits for 100 (Continue) to go on, when the upstream says nothing.
    func continueByItself() {
        guard expectsContinue, !isContinued, answerState == .awaited else { return }
        isContinued = true
        continueDeadline = .max
        client?.stage("HTTP/1.1 100 Continue\r\n\r\n")
    }

    /// Closes the upstream connection, which is in the middle of something.
    private func releaseUpstream() {
        guard let upstream else { return }
        self.upstream = nil
        upstream.abandon()
    }
}

extension BodyFraming {
    /// Whether the end is not known from the head.
    fileprivate var hasUnknownEnd: Bool { self == .chunked || self == .untilClose }
}
