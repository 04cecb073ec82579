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
            return refuse(.overloaded, "the gateway has too many connections", head)
        }
        let hostMemory = unsafe worker.hostMemory
        let hostCount = unsafe head.copyLowercasedHost(from: base, into: hostMemory)
        let host = unsafe UnsafeRawBufferPointer(rebasing: hostMemory[..<hostCount])
        guard unsafe isCovered(host) else {
            return refuse(.misdirected, "the certificate does not cover this host", head)
        }
        let path = unsafe head.path.bytes(at: base)
        let index = unsafe worker.routeIndex.match(host: host, path: path) { candidate in
            unsafe worker.accepts(candidate, head, base: base)
        }
        guard index >= 0 else {
            return refuse(.noRoute, "no route matches this host, path, method and headers", head)
        }
        unsafe begin(route: worker.route(index), head, base: base, count: count)
    }

    private func begin(
        route: RouteState, _ head: RequestHead, base: UnsafeRawPointer, count: Int
    ) {
        if head.wantsWebSocket {
            if !route.allowsUpgrade {
                return refuse(.upgradeRefused, "this route does not allow an upgrade", head)
            }
            if head.body != .none {
                return refuse(.badRequest, "a request to upgrade may not have a body", head)
            }
        }
        let choice = unsafe VersionChoice(
            route.split, head: head, base: base, random: &worker.random)
        guard let choice else {
            return refuse(.unknownVersion, "the route has no version of the name asked for", head)
        }
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
    func refuse(_ error: GatewayError, _ detail: StaticString, _ head: RequestHead? = nil) {
        let keeps = head.map { $0.keepsAlive && $0.body == .none } ?? false
        let isHead = head?.methodKind == .head
        if !keeps || mustClose { willClose = true }
        writeProblem(
            error, status: error.status, detail: detail, exchange: nil, isHead: isHead)
        if willClose { end(.linger) } else { setPhaseDeadline() }
    }

    /// Whether this connection may not carry another request.
    var mustClose: Bool {
        worker.isDraining || isInputClosed || requestCount >= worker.limits.clientRequests
    }

    /// Stages an answer of the gateway's own: `application/problem+json` (RFC 9457).
    func writeProblem(
        _ error: GatewayError, status: Int, detail: StaticString, exchange: Exchange?,
        isHead: Bool = false
    ) {
        worker.recorder.refused(error)
        let problem = ProblemAnswer(
            error: error, status: status, detail: detail, isHead: isHead, closes: willClose)
        if !problem.stage(on: self, exchange: exchange) { abort() }
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
