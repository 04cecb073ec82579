// The answer on its way back: heads, bodies, the end of it, and what went wrong.

import HTTPWire
import NIOCore
import Plan
import Recording

extension Exchange {
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
        guard let client else { return true }
        return unsafe client.stageInformational(head, base: base, count: count)
    }

    /// Passes on the final head; returns how the body that follows is framed, or nil if the
    /// head did not fit, which its limits rule out. `isEnd` says that HTTP/2 ends the answer here.
    func answerHead(
        _ head: ResponseHead, base: UnsafeRawPointer, count: Int, isEnd: Bool = false
    ) -> BodyFraming? {
        guard let client else { return nil }
        status = head.status
        firstByteAt = worker.now
        continueDeadline = .max
        var framing = head.body(answering: method)
        if isEnd && framing != .none { framing = .length(0) }
        guard let staged = unsafe client.stageHead(head, base: base, count: count, framing) else {
            return nil
        }
        sentBytes += staged
        answerState = .flowing
        if let watcher { unsafe watcher.answer.take(head, base: base, framing) }
        if status == 101 {
            beginTunnel(client)
        } else {
            unsafe beginMeter(head, base, framing)
        }
        return framing
    }

    /// Whether an answer is no answer to a request for a tunnel: over HTTP/2 any success would be
    /// taken for one (RFC 8441 §5).
    func isFalseTunnel(_ head: ResponseHead) -> Bool {
        isUpgrade && head.status >= 200 && head.status < 300 && client?.isHTTP2 == true
    }

    /// The version's name for `x-sluice-version`, unless the route switches it off.
    var shownVersion: [UInt8]? {
        guard let route, route.showsVersion, let version else { return nil }
        return version.name
    }

    /// Writes `x-sluice-version` unless the route switches it off.
    func writeVersion(_ writer: inout HeadWriter) {
        guard let name = shownVersion else { return }
        writer.put("x-sluice-version: ")
        unsafe name.withUnsafeBytes { unsafe writer.put($0) }
        writer.put("\r\n")
    }

    // MARK: Bodies

    /// Passes on a piece of the body.
    func answerBody(_ bytes: UnsafeRawBufferPointer) {
        guard let client else { return }
        sentBytes += bytes.count
        if meter.kind != .none { unsafe measure(bytes) }
        unsafe client.stageBody(bytes)
        if let watcher { unsafe watcher.answerGrew(bytes, self) }
    }

    /// Ends the answer; the upstream connection has let go of the exchange already.
    func answerEnd(trailers: [UInt8]) {
        guard let client else { return }
        if isGRPC, let status = TrailerLines.grpcStatus(trailers) { grpcStatus = status }
        client.stageEnd(trailers: trailers)
        let isWhole = isRequestWhole
        finish(.answered)
        client.answerFinished(isRequestWhole: isWhole)
    }

    /// Has the upstream no longer read, since the client does not take the answer fast enough.
    func pauseAnswer() { upstream?.pauseReading() }

    /// Has the upstream read again.
    func resumeAnswer() { upstream?.resumeReading() }

    // MARK: Tunnels

    private func beginTunnel(_ client: ClientSide) {
        isCopyWhole = false
        worker.recorder.add(.tunnels)
        client.beginTunnel()
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
        unsafe client?.stageBody(bytes)
    }

    /// The upstream has closed its side of the tunnel, and with it the tunnel.
    func tunnelEnded() {
        let client = self.client
        finish(.answered)
        client?.endTunnel()
    }

    // MARK: Failures

    /// The upstream connection failed; it has let go of the exchange already.
    func upstreamFailed(_ failure: UpstreamFailure) {
        upstream = nil
        if let trace { trace.failed(failure.error, self) }
        if answerState == .awaited && failure.mayRetry
            && retry(wasNeverSent: failure.wasNeverSent, wasReused: failure.wasReused)
        {
            return
        }
        let isUnblamed = failure.wasReused && watcher?.endsUnblamed() == true
        fail(failure.error, isUnblamed ? .clientGone : failure.kind, failure.detail)
    }

    /// Ends the exchange with an answer of the gateway's own, or by cutting the answer off.
    func fail(_ error: GatewayError, _ kind: OutcomeKind, _ detail: StaticString) {
        guard let client else { return }
        if let trace { trace.failed(error) }
        releaseUpstream()
        let isWhole = isRequestWhole
        guard answerState == .awaited else {
            let ending = isGRPC && meter.isBetweenMessages ? error.grpcTrailers : []
            finish(kind)
            // A caller by gRPC is told why, where that does not hide that a message is cut off.
            if ending.isEmpty { client.cutOff() } else { client.stageEnd(trailers: ending) }
            return
        }
        status = error.status
        client.stageProblem(error, detail: detail, exchange: self)
        finish(kind)
        client.answerFinished(isRequestWhole: isWhole)
    }

    /// The client has gone; the version is not to blame, unless it let the caller's time pass.
    func clientGone() {
        if let client, let watcher, upstream != nil, !isCounted, watcher.takesOver() {
            goOn(without: client)
            return watcher.callerWentAway(self)
        }
        releaseUpstream()
        finish(hasCallerWaitedLong ? callersDeadlineKind : .clientGone)
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
        if hasCallersDeadline {
            fail(
                .upstreamTimeout, callersDeadlineKind,
                "the call took longer than its caller allows")
        } else if isRequestWhole {
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
        client?.stageContinue()
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
    var hasUnknownEnd: Bool { self == .chunked || self == .untilClose }
}
