// From a request's head to its exchange: checks, route, version; or the gateway's own answer.

import HTTPWire
import NIOCore
import Plan
import Recording

extension ClientSide {
    /// Takes a head that has been parsed: answers it, or makes its exchange, which the caller keeps
    /// and then has dispatched.
    func admit(
        _ head: RequestHead, base: UnsafeRawPointer, count: Int, _ worker: Worker
    ) -> Exchange? {
        // `OPTIONS http://host` without a path is `OPTIONS *` (RFC 9112 §3.2.4).
        if head.targetForm == .asterisk || head.methodKind == .options && head.targetIsEmptyPath {
            answerOptions(head)
            return nil
        }
        if worker.isOverloaded {
            unsafe refuse(.overloaded, "the gateway has too many connections", head, base)
            return nil
        }
        let hostMemory = unsafe worker.hostMemory
        let hostCount = unsafe head.copyLowercasedHost(from: base, into: hostMemory)
        let host = unsafe UnsafeRawBufferPointer(rebasing: hostMemory[..<hostCount])
        guard unsafe covers(host) else {
            unsafe refuse(.misdirected, "the certificate does not cover this host", head, base)
            return nil
        }
        let path = unsafe head.path.bytes(at: base)
        let index = unsafe worker.routeIndex.match(host: host, path: path) { candidate in
            unsafe worker.accepts(candidate, head, base: base)
        }
        guard index >= 0 else {
            unsafe refuse(
                .noRoute, "no route matches this host, path, method and headers", head, base)
            return nil
        }
        let route = worker.route(index)
        guard let choice = unsafe choose(route, head, base, worker) else { return nil }
        route.assignments?.note(choice)
        let exchange = worker.takeExchange()
        requestBegan(head, exchange)
        unsafe exchange.begin(
            client: self, route: route, choice: choice, head: head, base: base, count: count)
        if let mirror = route.mirror, worker.outbox != nil {
            unsafe mirror.begin(exchange, choice, route.split, head, base)
        }
        return exchange
    }

    /// The version for a request, or nil once it has been refused.
    private func choose(
        _ route: RouteState, _ head: RequestHead, _ base: UnsafeRawPointer, _ worker: Worker
    ) -> VersionChoice? {
        if head.wantsWebSocket {
            if !route.allowsUpgrade {
                unsafe refuse(.upgradeRefused, "this route does not allow an upgrade", head, base)
                return nil
            }
            if head.body != .none {
                unsafe refuse(
                    .badRequest, "a request to upgrade may not have a body", head, base)
                return nil
            }
        }
        let choice = unsafe VersionChoice(
            route.split, head: head, base: base, random: &worker.random)
        if choice == nil {
            unsafe refuse(
                .unknownVersion, "the route has no version of the name asked for", head, base)
        }
        return choice
    }
}
