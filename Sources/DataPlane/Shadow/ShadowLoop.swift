// The loop on which copies live: it hears from workers what callers sent, and sends it to shadows.

import NIOCore
import Pairing
import Plan
import Recording

/// One event loop of shadows. It has connections, timers and recorders of its own, so that
/// whatever a shadow does, no caller's exchange shares anything with it but the machine; and its
/// thread gives way to those of workers.
final class ShadowLoop {
    let worker: Worker
    let inbox: (any PairInbox)?
    let delay = ThreadDelay()
    private var underWay: [UInt64: MirroredRequest] = [:]
    private var routes: [Int: [ShadowRoute]] = [:]
    private var revision: UInt64 = 0
    /// Counts up with every time that a worker has something to tell.
    private(set) var batch: UInt64 = 0

    init(worker: Worker, inbox: (any PairInbox)?) {
        self.worker = worker
        self.inbox = inbox
    }

    /// Takes what a worker has to tell.
    func take(_ messages: [MirrorMessage]) {
        worker.updateClock()
        batch &+= 1
        for message in messages { take(message) }
    }

    private func take(_ message: MirrorMessage) {
        switch message {
        case .begin(let beginning): begin(beginning)
        case .body(let number, let piece): underWay[number]?.received(piece)
        case .requestEnded(let number, let trailers):
            underWay[number]?.requestEnded(trailers: trailers)
        case .dropped(let number, let leg, let reason): underWay[number]?.drop(leg, reason)
        case .callerGone(let number): underWay[number]?.callerGone()
        case .answered(let number, let answer): underWay[number]?.answered(answer)
        }
    }

    private func begin(_ beginning: MirrorBeginning) {
        let late = UInt64(worker.limits.shadowLateMilliseconds) &* 1_000_000
        var reason: ShadowDrop?
        if worker.isDraining { reason = .draining }
        if beginning.revision != worker.plan.revision { reason = .reloaded }
        if worker.now > beginning.atNanoseconds &+ late { reason = .late }
        if let reason {
            for leg in beginning.legs { leg.end(reason, worker.recorders.allShadows) }
            return
        }
        let request = MirroredRequest(beginning, loop: self)
        underWay[beginning.number] = request
        request.begin(shadows(of: beginning.route))
    }

    private func shadows(of index: Int) -> [ShadowRoute] {
        if worker.plan.revision != revision {
            revision = worker.plan.revision
            routes.removeAll()
        }
        if let known = routes[index] { return known }
        let route = worker.plan.routes[index]
        let made = route.shadows.map { ShadowRoute(route, $0, worker: worker) }
        routes[index] = made
        return made
    }

    /// Forgets a request that is over with all its copies.
    func forget(_ request: MirroredRequest) { underWay[request.number] = nil }

    /// Ends everything.
    func end() {
        for request in underWay.values { request.end() }
        underWay.removeAll()
        routes.removeAll()
        worker.closeUpstreams()
    }
}
