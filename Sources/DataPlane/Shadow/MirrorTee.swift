// The worker's end of a mirrored request: bytes are copied as they pass, and handed over once a
// tick. The caller's exchange never waits for any of it.

import HTTPWire
import NIOCore
import Plan
import Recording

/// Copies one request, and its answer, for the loop of shadows.
final class MirrorTee: ExchangeWatcher {
    /// A copy, as far as the worker cares.
    struct Leg {
        let leg: MirrorLeg
        let mostBodyBytes: Int
        let endsWithCaller: Bool
        var isDropped = false
    }

    let number: UInt64
    private let worker: Worker
    private let answerHeld: HeldBytes
    private let all: ShadowLedger
    private var legs: [Leg]
    /// What there is to hand over at the end of this tick.
    private var beginning: MirrorBeginning?
    private var piece = ByteBuffer()
    private var events: [MirrorMessage] = []
    private var bodyBytes = 0
    private var isRequestWhole = false
    /// The exchange while its beginning is not handed over: its endpoint is chosen meanwhile.
    private var exchange: Exchange?
    /// The exchange once it goes on without its caller.
    private var orphan: Exchange?
    private var isWaiting = false
    private var isTakenOver = false

    init(
        number: UInt64, exchange: Exchange, place: MirrorPlace, legs: [Leg], answer: AnswerCopy,
        answerHeld: HeldBytes
    ) {
        self.number = number
        self.legs = legs
        worker = exchange.worker
        all = exchange.worker.recorders.allShadows
        self.answerHeld = answerHeld
        super.init(answer: answer)
        self.exchange = exchange
        beginning = MirrorBeginning(
            number: number, atNanoseconds: exchange.startedAt, revision: place.revision,
            route: place.route, version: place.version, endpoint: nil,
            head: exchange.headCopy, framing: exchange.requestFraming, method: exchange.method,
            isGRPC: exchange.isGRPC, identifier: exchange.identifier, trace: exchange.trace?.seed,
            legs: legs.map(\.leg))
        if exchange.isRequestWhole { requestIsWhole(exchange) }
        wait()
    }

    override func takesOver() -> Bool {
        guard isRequestWhole, legs.contains(where: { !$0.isDropped && !$0.endsWithCaller }) else {
            return false
        }
        // It takes the place of one more copy, so that callers who leave cannot pile up requests.
        isTakenOver = all.take(atMost: worker.limits.shadowRequests)
        return isTakenOver
    }

    // MARK: The exchange

    override func requestGrew(by count: Int, _ exchange: Exchange) {
        bodyBytes += count
        var isWanted = false
        for index in legs.indices where !legs[index].isDropped {
            if legs[index].leg.held.isEnded {
                legs[index].isDropped = true
            } else if bodyBytes > legs[index].mostBodyBytes {
                drop(index, .bodyTooLong)
            } else if legs[index].leg.held.add(count) {
                isWanted = true
            } else {
                drop(index, .bytes)
            }
        }
        guard isWanted else { return }
        if piece.capacity == 0 { piece = worker.buffers.take() }
        unsafe exchange.request.withUnsafeReadableBytes { bytes in
            _ = unsafe piece.writeBytes(UnsafeRawBufferPointer(rebasing: bytes.suffix(count)))
        }
        wait()
    }

    override func requestIsWhole(_ exchange: Exchange) {
        guard !isRequestWhole else { return }
        isRequestWhole = true
        endPiece()
        events.append(.requestEnded(number, trailers: exchange.requestTrailers))
        wait()
    }

    override func callerWentAway(_ exchange: Exchange) {
        events.append(.callerGone(number))
        wait()
        worker.schedule(self, at: exchange.totalDeadline)
        orphan = exchange
    }

    override func ended(_ outcome: Outcome, _ exchange: Exchange) {
        worker.wheel.remove(self)
        orphan = nil
        if isTakenOver { all.giveBack() }
        if !isRequestWhole {
            for index in legs.indices where !legs[index].isDropped { drop(index, .requestCutOff) }
        }
        beginning?.endpoint = exchange.pool?.endpoint
        endPiece()
        if isRequestWhole && outcome.kind == .clientGone { events.append(.callerGone(number)) }
        events.append(
            .answered(
                number,
                MirroredAnswer(
                    outcome: outcome, fields: answer.fields, body: answer.body,
                    isTooLarge: answer.isTooLarge, endpoint: exchange.pool?.endpoint,
                    held: answerHeld)))
        self.exchange = nil
        wait()
    }

    /// The exchange has gone on without its caller for as long as the route allows.
    override func deadlinePassed(now: UInt64) { orphan?.totalTimePassed() }

    private func drop(_ index: Int, _ reason: ShadowDrop) {
        legs[index].isDropped = true
        endPiece()
        events.append(.dropped(number, leg: index, reason))
        wait()
    }

    // MARK: Handing over

    private func wait() {
        guard !isWaiting else { return }
        isWaiting = true
        worker.mirrorLater(self)
    }

    private func endPiece() {
        guard piece.readableBytes > 0 else { return }
        events.append(.body(number, piece))
        piece = ByteBuffer()
    }

    /// Adds what there is to tell to the messages.
    func handOver(to messages: inout [MirrorMessage]) {
        isWaiting = false
        if let exchange {
            beginning?.endpoint = exchange.pool?.endpoint
            self.exchange = nil
        }
        if let beginning { messages.append(.begin(beginning)) }
        beginning = nil
        endPiece()
        messages.append(contentsOf: events)
        events.removeAll(keepingCapacity: false)
    }
}

/// Where a mirrored request belongs.
struct MirrorPlace {
    let revision: UInt64
    let route: Int
    let version: Int
}
