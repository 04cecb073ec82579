// One copy of a request: an exchange whose client is nobody.

import Comparison
import HTTPWire
import NIOCore
import Pairing
import Plan
import Recording

/// Sends one copy and keeps what came of it. Never tried again: a copy is not worth a second one.
final class ShadowLeg: ExchangeWatcher {
    /// A thread may always wait so long for a core.
    private static let delayNanoseconds: UInt64 = 500_000

    let route: ShadowRoute
    private let leg: MirrorLeg
    private let request: MirroredRequest
    private let worker: Worker
    private var exchange: Exchange?
    /// The body while all of it is awaited, to be rewritten.
    private var body: [UInt8] = []
    /// Pieces of the body that the exchange has not been given: it gets no more than its endpoint
    /// takes, so that all that is held is counted.
    private var pieces: [ByteBuffer] = []
    private var waitingBytes = 0
    private var heldBodyBytes = 0
    private var endTrailers: [UInt8]?
    /// The messages with which the endpoint last took something.
    private var progressAt: UInt64
    private var reason: ShadowDrop?
    /// How long the thread had waited for a core when the copy was sent, in nanoseconds.
    private var delayAtStart: UInt64?
    private(set) var isOver = false
    /// What came of it; nil while it goes on, and if it was dropped.
    private(set) var ownAnswer: PairedAnswer?

    init(_ leg: MirrorLeg, of request: MirroredRequest, _ route: ShadowRoute, _ worker: Worker) {
        self.request = request
        self.route = route
        self.worker = worker
        progressAt = request.loop.batch
        self.leg = leg
        super.init(
            answer: AnswerCopy(
                atMost: worker.limits.shadowAnswerBytes, isKept: route.shadow.comparison != nil,
                held: leg.held))
    }

    var isControl: Bool { leg.isControl }
    var ledger: ShadowLedger { leg.ledger }
    var held: HeldBytes { leg.held }
    private var beginning: MirrorBeginning { request.beginning }
    /// Whether nothing is sent before all of the body is here.
    private var isCollecting: Bool { !isControl && route.rewrite != nil && exchange == nil }

    // MARK: The request

    /// Sends the head, unless the body is to be changed first.
    func begin() {
        if isCollecting && beginning.framing != .none { return }
        send(length: nil)
    }

    private func send(length: Int?) {
        let exchange = worker.takeExchange()
        let state = isControl ? route.control(of: beginning.version) : route.target
        guard exchange.beginCopy(self, beginning, state, route.head, length: length) else {
            worker.giveBack(exchange)
            return over(.notRewritable)
        }
        self.exchange = exchange
        delayAtStart = request.loop.delay.nanoseconds
        worker.schedule(self, at: exchange.totalDeadline)
        let avoided = isControl ? beginning.endpoint.map(worker.pool(for:)) : nil
        exchange.dispatch(avoiding: avoided)
    }

    /// Takes more of the body.
    func received(_ piece: ByteBuffer) {
        if isOver { return }
        let count = piece.readableBytes
        heldBodyBytes += count
        if isCollecting {
            guard body.count + count <= worker.limits.shadowWaitingBytes else {
                return drop(.notRewritable)
            }
            body.append(contentsOf: piece.readableBytesView)
            return
        }
        pieces.append(piece)
        waitingBytes += count
        if let exchange { feed(exchange) }
        // Messages that have waited long come all at once: that is no fault of the endpoint's.
        let isStuck = request.loop.batch > progressAt &+ 1
        if waitingBytes > worker.limits.shadowWaitingBytes && isStuck { drop(.slow) }
    }

    /// Gives the exchange what its endpoint may take now.
    private func feed(_ exchange: Exchange) {
        var count = 0
        while count < pieces.count, !exchange.isRequestHeldBack {
            waitingBytes -= pieces[count].readableBytes
            unsafe pieces[count].withUnsafeReadableBytes { unsafe exchange.receiveData($0) }
            count += 1
        }
        if count > 0 { pieces.removeFirst(count) }
        if pieces.isEmpty, let endTrailers {
            self.endTrailers = nil
            exchange.requestEnded(trailers: endTrailers)
        }
    }

    /// All of the request is here.
    func requestEnded(trailers: [UInt8]) {
        if isOver { return }
        if isCollecting { return sendRewritten() }
        endTrailers = trailers
        if let exchange { feed(exchange) }
    }

    private func sendRewritten() {
        guard let rewrite = route.rewrite, let changed = try? rewrite.rewritten(body) else {
            return drop(.notRewritable)
        }
        body = []
        // What was held for the body that came stands for the one that goes.
        send(length: changed.count)
        guard let exchange else { return }
        unsafe changed.withUnsafeBytes { unsafe exchange.receiveData($0) }
        exchange.requestEnded(trailers: [])
    }

    override func requestWasSent(_ exchange: Exchange) {
        progressAt = request.loop.batch
        let freed = min(exchange.dropSent(), heldBodyBytes)
        heldBodyBytes -= freed
        held.remove(freed)
        feed(exchange)
    }

    override func requestMayGoOn(_ exchange: Exchange) { feed(exchange) }

    // MARK: The end

    /// A thread that yields to all others may wait for a core while the answer is there. What
    /// callers of a busy machine would call a slow version is then only a busy machine.
    override func isEnding(_ exchange: Exchange, _ kind: OutcomeKind) {
        if reason != nil {
            // Dropped: neither for nor against the version.
            exchange.isOverride = true
            return
        }
        // How long it would have taken is not known.
        if answer.isTooLarge { exchange.isTimed = false }
        guard let delayAtStart, let delay = request.loop.delay.nanoseconds else { return }
        let part = UInt64(worker.limits.shadowDelayPercent)
        let most = max(Self.delayNanoseconds, (worker.now &- exchange.startedAt) / 100 &* part)
        guard delay &- delayAtStart > most else { return }
        exchange.isTimed = false
        ledger.waited()
        if kind == .timeout {
            // The answer may have been there in time.
            reason = .late
            exchange.isOverride = true
        }
    }

    override func answerIsTooLarge(_ exchange: Exchange) {
        // The rest would cost more than it tells.
        exchange.clientGone()
    }

    override func endsUnblamed() -> Bool {
        reason = .stale
        return true
    }

    override func deadlinePassed(now: UInt64) { exchange?.totalTimePassed() }

    /// Ends the copy without evidence.
    func drop(_ why: ShadowDrop) {
        if isOver { return }
        reason = why
        guard let exchange else { return over(why) }
        exchange.clientGone()
    }

    override func ended(_ outcome: Outcome, _ exchange: Exchange) {
        worker.wheel.remove(self)
        self.exchange = nil
        if reason == nil {
            ownAnswer = PairedAnswer(
                outcome: outcome, fields: answer.fields, body: answer.body,
                isTooLarge: answer.isTooLarge, endpoint: exchange.pool?.endpoint.url ?? "")
        }
        over(reason)
        request.endIfOver()
    }

    private func over(_ why: ShadowDrop?) {
        if isOver { return }
        isOver = true
        body = []
        pieces = []
        leg.end(why, worker.recorders.allShadows)
    }
}
