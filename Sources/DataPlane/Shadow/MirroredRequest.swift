// One request that is mirrored, on the loop of shadows: its copies, and the pairs of answers.

import Comparison
import NIOCore
import Pairing
import Plan
import Recording

/// A request with its copies. It is over when the caller's exchange and all copies are.
final class MirroredRequest {
    let beginning: MirrorBeginning
    let loop: ShadowLoop
    private var legs: [ShadowLeg] = []
    private var answer: MirroredAnswer?
    private var isBegun = false

    var number: UInt64 { beginning.number }

    init(_ beginning: MirrorBeginning, loop: ShadowLoop) {
        self.beginning = beginning
        self.loop = loop
    }

    // MARK: What the worker tells

    /// Sends the copies on their way.
    func begin(_ shadows: [ShadowRoute]) {
        legs = beginning.legs.map { ShadowLeg($0, of: self, shadows[$0.shadow], loop.worker) }
        for leg in legs { leg.begin() }
        isBegun = true
        endIfOver()
    }

    /// More of the body has come.
    func received(_ piece: ByteBuffer) {
        for leg in legs { leg.received(piece) }
        endIfOver()
    }

    /// The request is whole.
    func requestEnded(trailers: [UInt8]) {
        for leg in legs { leg.requestEnded(trailers: trailers) }
        endIfOver()
    }

    /// One of the copies is not to go on.
    func drop(_ leg: Int, _ reason: ShadowDrop) {
        guard legs.indices.contains(leg) else { return }
        legs[leg].drop(reason)
        endIfOver()
    }

    /// The caller has gone.
    func callerGone() {
        for leg in legs where leg.route.shadow.endsWithCaller { leg.drop(.callerGone) }
        endIfOver()
    }

    /// The caller's exchange is over.
    func answered(_ answer: MirroredAnswer) {
        self.answer = answer
        endIfOver()
    }

    // MARK: The end

    /// Hands over the pairs once everything is over.
    func endIfOver() {
        guard isBegun, let answer, legs.allSatisfy(\.isOver) else { return }
        loop.forget(self)
        let primary = answer.paired
        for leg in legs { finish(leg, answer, primary) }
        legs.removeAll()
    }

    /// Cuts off what is under way.
    func end() {
        isBegun = false
        for leg in legs { leg.drop(.draining) }
        legs.removeAll()
    }

    private func finish(_ leg: ShadowLeg, _ answer: MirroredAnswer, _ primary: PairedAnswer) {
        guard let other = leg.ownAnswer else { return }
        if !leg.isControl {
            leg.route.mirrored.began()
            // Both sides or none: the slow requests of a busy machine are left out together.
            leg.route.mirrored.finished(
                other.outcome.isTimed ? answer.outcome : answer.outcome.untimed)
        }
        guard leg.route.shadow.comparison != nil, let inbox = loop.inbox else { return }
        let pair = MirroredPair(
            route: leg.route.routeName, shadow: leg.route.name,
            version: leg.route.versionNames[beginning.version],
            kind: leg.isControl ? .control : .shadow, stratum: leg.route.stratum,
            identifier: beginning.identifier.description, requestLine: beginning.requestLine,
            primary: primary, other: other)
        let held = (answer.held, leg.held)
        if !inbox.offer(pair, done: { withExtendedLifetime(held) {} }) {
            leg.ledger.dropped(.comparisons)
        }
    }
}

extension MirroredAnswer {
    fileprivate var paired: PairedAnswer {
        PairedAnswer(
            outcome: outcome, fields: fields, body: body, isTooLarge: isTooLarge,
            endpoint: endpoint?.url ?? "")
    }
}

extension MirrorBeginning {
    /// Method and target of the request.
    fileprivate var requestLine: String {
        let bytes = head.readableBytesView
        let line = bytes.prefix { $0 != 0x0D }
        // Behind method and target stands ` HTTP/1.1`.
        return String(decoding: line.dropLast(9), as: UTF8.self)
    }
}
