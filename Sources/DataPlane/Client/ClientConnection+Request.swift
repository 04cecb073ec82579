// HTTP/1.1 requests: their heads, and the gateway's own answers to them.

import HTTPWire
import NIOCore
import Plan
import Recording
import TLS

extension ClientConnection {
    /// Takes one whole head.
    func handleHead(_ base: UnsafeRawPointer, count: Int) {
        let head = worker.requestHead
        requestCount += 1
        if let fault = unsafe head.parse(base, count: count) { return refuse(fault) }
        let side = ClientSide.connection(self)
        guard let exchange = unsafe side.admit(head, base: base, count: count, worker) else {
            return
        }
        restartRate()
        setPhaseDeadline()
        exchange.dispatch()
    }

    /// The request has been routed: its body may follow.
    func requestBegan(_ head: RequestHead, _ exchange: Exchange) {
        self.exchange = exchange
        phase = head.body == .none ? .answering : .receivingBody
        isHTTP10 = head.minorVersion == 0
        willClose = !head.keepsAlive || mustClose
        answerIsChunked = false
    }

    /// Whether the certificate shown to this client covers the host it now asks for.
    func covers(_ host: UnsafeRawBufferPointer) -> Bool {
        if session.certificateGroup < 0 || (unsafe coveredHost.equals(host)) { return true }
        guard unsafe session.coversHost(host) else { return false }
        unsafe coveredHost = Array(host)
        return true
    }

    // MARK: The gateway's own answers

    /// Answers a head that is no valid request, and closes.
    func refuse(_ fault: HeadFault) {
        let error = GatewayError(status: fault.status)
        willClose = true
        stageProblem(
            error, status: fault.status, detail: fault.detail, exchange: nil, isHead: false)
        end(.linger)
    }

    /// Answers a request that goes nowhere; closes if a body would follow.
    func refuse(
        _ error: GatewayError, _ detail: StaticString, _ head: RequestHead, _ base: UnsafeRawPointer
    ) {
        if !head.keepsAlive || head.body != .none || mustClose { willClose = true }
        let identifier = stageProblem(
            error, status: error.status, detail: detail, exchange: nil,
            isHead: head.methodKind == .head)
        unsafe worker.accessLog?.writeRefusal(
            head, base: base, error, identifier, client: .connection(self), &worker.random)
        if willClose { end(.linger) } else { setPhaseDeadline() }
    }

    /// Answers a client whose request has not come in time, and closes.
    func refuse(_ error: GatewayError, _ detail: StaticString) {
        willClose = true
        stageProblem(error, status: error.status, detail: detail, exchange: nil, isHead: false)
        end(.linger)
    }

    /// Whether this connection may not carry another request.
    var mustClose: Bool {
        worker.isDraining || isInputClosed || requestCount >= worker.limits.clientRequests
    }

    /// Stages an answer of the gateway's own: `application/problem+json` (RFC 9457); returns the id
    /// that it names.
    @discardableResult
    func stageProblem(
        _ error: GatewayError, status: Int, detail: StaticString, exchange: Exchange?, isHead: Bool
    ) -> RequestIdentifier {
        worker.recorder.refused(error)
        if let exchange, !exchange.isRequestWhole { willClose = true }
        let problem = ProblemAnswer(
            error: error, status: status, detail: detail, isHead: isHead, closes: willClose)
        let identifier = RequestIdentifier(exchange: exchange, random: &worker.random)
        if !problem.stage(on: self, identifier, exchange: exchange) { abort() }
        return identifier
    }

    func answerOptions(_ head: RequestHead) {
        let closes = !head.keepsAlive || head.body != .none || mustClose
        _ = stageHead(atMost: 256) { writer in
            writer.put("HTTP/1.1 204 No Content\r\n")
            writer.put("allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n")
            writer.put(closes ? "connection: close\r\n\r\n" : "\r\n")
        }
        if closes { end(.linger) } else { setPhaseDeadline() }
    }
}
