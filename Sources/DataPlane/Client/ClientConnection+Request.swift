// From a request's head to its exchange: checks, route, version; or the gateway's own answer.

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
        // `OPTIONS http://host` without a path is `OPTIONS *` (RFC 9112 §3.2.4).
        if head.targetForm == .asterisk || head.methodKind == .options && head.targetIsEmptyPath {
            return answerOptions(head)
        }
        if worker.isOverloaded {
            return unsafe refuse(.overloaded, "the gateway has too many connections", head, base)
        }
        let hostMemory = unsafe worker.hostMemory
        let hostCount = unsafe head.copyLowercasedHost(from: base, into: hostMemory)
        let host = unsafe UnsafeRawBufferPointer(rebasing: hostMemory[..<hostCount])
        guard unsafe isCovered(host) else {
            return unsafe refuse(
                .misdirected, "the certificate does not cover this host", head, base)
        }
        let path = unsafe head.path.bytes(at: base)
        let index = unsafe worker.routeIndex.match(host: host, path: path) { candidate in
            unsafe worker.accepts(candidate, head, base: base)
        }
        guard index >= 0 else {
            return unsafe refuse(
                .noRoute, "no route matches this host, path, method and headers", head, base)
        }
        unsafe begin(route: worker.route(index), head, base: base, count: count)
    }

    private func begin(
        route: RouteState, _ head: RequestHead, base: UnsafeRawPointer, count: Int
    ) {
        if head.wantsWebSocket {
            if !route.allowsUpgrade {
                return unsafe refuse(
                    .upgradeRefused, "this route does not allow an upgrade", head, base)
            }
            if head.body != .none {
                return unsafe refuse(
                    .badRequest, "a request to upgrade may not have a body", head, base)
            }
        }
        let choice = unsafe VersionChoice(
            route.split, head: head, base: base, random: &worker.random)
        guard let choice else {
            return unsafe refuse(
                .unknownVersion, "the route has no version of the name asked for", head, base)
        }
        route.assignments?.note(choice)
        let exchange = worker.takeExchange()
        self.exchange = exchange
        phase = head.body == .none ? .answering : .receivingBody
        unsafe exchange.begin(
            client: self, route: route, choice: choice, head: head, base: base, count: count)
        restartRate()
        setPhaseDeadline()
        exchange.dispatch()
    }

    /// Whether the certificate shown to this client covers the host it now asks for.
    private func isCovered(_ host: UnsafeRawBufferPointer) -> Bool {
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
        writeProblem(error, status: fault.status, detail: fault.detail, exchange: nil)
        end(.linger)
    }

    /// Answers a request that goes nowhere; closes if a body would follow.
    func refuse(
        _ error: GatewayError, _ detail: StaticString, _ head: RequestHead, _ base: UnsafeRawPointer
    ) {
        if !head.keepsAlive || head.body != .none || mustClose { willClose = true }
        let identifier = writeProblem(
            error, status: error.status, detail: detail, exchange: nil,
            isHead: head.methodKind == .head)
        unsafe worker.accessLog?.writeRefusal(head, base: base, error, identifier, client: self)
        if willClose { end(.linger) } else { setPhaseDeadline() }
    }

    /// Answers a client whose request has not come in time, and closes.
    func refuse(_ error: GatewayError, _ detail: StaticString) {
        willClose = true
        writeProblem(error, status: error.status, detail: detail, exchange: nil)
        end(.linger)
    }

    /// Whether this connection may not carry another request.
    var mustClose: Bool {
        worker.isDraining || isInputClosed || requestCount >= worker.limits.clientRequests
    }

    /// Stages an answer of the gateway's own: `application/problem+json` (RFC 9457); returns the id
    /// that it names.
    @discardableResult
    func writeProblem(
        _ error: GatewayError, status: Int, detail: StaticString, exchange: Exchange?,
        isHead: Bool = false
    ) -> RequestIdentifier {
        worker.recorder.refused(error)
        let problem = ProblemAnswer(
            error: error, status: status, detail: detail, isHead: isHead, closes: willClose)
        let identifier = RequestIdentifier(exchange: exchange, random: &worker.random)
        if !problem.stage(on: self, identifier, exchange: exchange) { abort() }
        return identifier
    }

    /// Answers `OPTIONS *`, which asks about the gateway itself (RFC 9110 §9.3.7).
    private func answerOptions(_ head: RequestHead) {
        let closes = !head.keepsAlive || head.body != .none || mustClose
        _ = stageHead(atMost: 256) { writer in
            writer.put("HTTP/1.1 204 No Content\r\n")
            writer.put("allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n")
            writer.put(closes ? "connection: close\r\n\r\n" : "\r\n")
        }
        if closes { end(.linger) } else { setPhaseDeadline() }
    }
}
