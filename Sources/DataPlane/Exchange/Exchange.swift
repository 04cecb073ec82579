// One request and its answer: the state between a client and an upstream connection.

import HTTPWire
import NIOCore
import Plan
import Recording

/// One request and its answer. Reused: `begin` sets every field that matters.
final class Exchange {
    /// How far the answer has come.
    enum AnswerState: UInt8 {
        /// Nothing final has been sent to the client.
        case awaited
        /// Its head has been sent.
        case flowing
        /// All of it has been sent, or the exchange has ended otherwise.
        case done
    }

    /// A cycle, which the worker breaks when it ends: a weaker reference costs every access.
    let worker: Worker
    var client: ClientSide?
    var upstream: UpstreamSide?
    var route: RouteState?
    var version: VersionState?
    var pool: EndpointPool?
    var isOverride = false
    /// Who sees the exchange pass by; nil for most.
    var watcher: ExchangeWatcher?
    /// What is recorded of it; nil for most.
    var trace: ExchangeTrace?
    /// Whether the exchange is in the version's figures though it goes on without its caller.
    var isCounted = false
    /// Whether its times are evidence.
    var isTimed = true

    var identifier = RequestIdentifier()
    var method = MethodKind.get
    var isHead: Bool { method == .head }
    var expectsContinue = false
    var isUpgrade = false
    var answerState = AnswerState.awaited
    /// Whether the request is a call by gRPC.
    var isGRPC = false
    /// Whether `totalDeadline` is the caller's own, by `grpc-timeout`.
    var hasCallersDeadline = false
    /// What `grpc-status` said; -1 until it has come.
    var grpcStatus = -1
    var meter = StreamMeter(.none)
    var gaps = EventGaps()

    /// The request's bytes that are not dropped yet, all of them while `isCopyWhole`: the head in
    /// the form of HTTP/1.1, then the body without any framing.
    var request = ByteBuffer()
    /// How many of those bytes are the head's.
    var headCount = 0
    /// The trailers of the request, as lines.
    var requestTrailers: [UInt8] = []
    /// How many bytes of `request` the present upstream connection has been given.
    var sentCount = 0
    /// Whether `request` still begins with the first byte, so that it can be sent again.
    var isCopyWhole = true
    var requestFraming = BodyFraming.none
    var bodyLeft: UInt64 = 0
    var chunks = ChunkedDecoder(lineLimit: 0, trailerLimit: 0)
    var isRequestWhole = false
    var retries = 0
    /// Those of `retries` that only replaced a kept connection which the endpoint had closed.
    var staleRetries = 0
    /// Whether the client has been answered 100 (Continue), by the upstream or by us.
    var isContinued = false

    var startedAt: UInt64 = 0
    var firstByteAt: UInt64 = 0
    var totalDeadline = UInt64.max
    var continueDeadline = UInt64.max
    var status = 0
    var receivedBytes = 0
    var sentBytes = 0
    var informationalCount = 0
    /// What the access log tells of the request; empty unless this one is logged.
    var logText: [UInt8] = []

    init(worker: Worker) {
        self.worker = worker
    }

    /// Takes over a request whose head has been checked and routed.
    func begin(
        client: ClientSide, route: RouteState, choice: VersionChoice, head: RequestHead,
        base: UnsafeRawPointer, count: Int
    ) {
        self.client = client
        self.route = route
        version = route.versions[choice.version]
        isOverride = choice.isOverride
        method = head.methodKind
        expectsContinue = head.expectsContinue
        isUpgrade = head.wantsWebSocket
        isGRPC = unsafe client.isHTTP2 && head.isGRPC(base)
        reset(head.body)
        let limits = worker.limits
        if head.body == .chunked && !client.isHTTP2 {
            chunks = ChunkedDecoder(
                lineLimit: limits.chunkLineBytes, trailerLimit: limits.trailerBytes)
        }
        totalDeadline = startedAt &+ UInt64(route.timeouts.totalMilliseconds) &* 1_000_000
        hasCallersDeadline = false
        if isGRPC { unsafe takeCallersDeadline(head, base) }
        continueDeadline =
            expectsContinue
            ? startedAt &+ UInt64(limits.continueMilliseconds) &* 1_000_000 : .max
        receivedBytes = count
        worker.retryBudget.countRequest(now: startedAt)
        version?.recorder.began()
        unsafe takeIdentifier(head, base: base)
        if let log = worker.accessLog { unsafe log.note(head, base: base, in: self) }
        unsafe writeRequestHead(head, base: base, count: count)
    }

    /// Sets what every exchange begins with, whoever sends it.
    func reset(_ framing: BodyFraming) {
        watcher = nil
        trace = nil
        isCounted = false
        isTimed = true
        grpcStatus = -1
        meter = StreamMeter(.none)
        gaps = EventGaps()
        answerState = .awaited
        sentCount = 0
        isCopyWhole = true
        requestTrailers.removeAll(keepingCapacity: true)
        requestFraming = framing
        isRequestWhole = framing == .none
        if case .length(let length) = framing { bodyLeft = length }
        retries = 0
        staleRetries = 0
        isContinued = false
        startedAt = worker.now
        firstByteAt = 0
        status = 0
        receivedBytes = 0
        sentBytes = 0
        informationalCount = 0
        logText.removeAll(keepingCapacity: true)
    }

    private func takeCallersDeadline(_ head: RequestHead, _ base: UnsafeRawPointer) {
        guard let timeout = unsafe head.grpcTimeoutNanoseconds(base) else { return }
        let deadline = startedAt.addingReportingOverflow(timeout)
        guard !deadline.overflow, deadline.partialValue < totalDeadline else { return }
        totalDeadline = deadline.partialValue
        hasCallersDeadline = true
    }

    private func takeIdentifier(_ head: RequestHead, base: UnsafeRawPointer) {
        let index = head.index(of: .xRequestID)
        if index >= 0, unsafe identifier.take(head.field(index).value.bytes(at: base)) { return }
        identifier.draw(&worker.random)
    }

    private func outcome(_ kind: OutcomeKind) -> Outcome {
        Outcome(
            status: status, kind: kind,
            firstByteMicroseconds: firstByteAt == 0 ? -1 : Int((firstByteAt &- startedAt) / 1_000),
            totalMicroseconds: Int((worker.now &- startedAt) / 1_000),
            receivedBytes: receivedBytes, sentBytes: sentBytes, isOverride: isOverride,
            retries: retries, grpc: grpcOutcome(kind), stream: streamOutcome,
            isTimed: isTimed)
    }

    private func count(_ outcome: Outcome) {
        version?.recorder.finished(outcome)
        if !logText.isEmpty { worker.accessLog?.write(self, outcome) }
        if let trace { trace.counted(self, outcome) }
    }

    /// Counts the exchange as it is left by its caller, who is nobody from now on.
    func goOn(without caller: ClientSide) {
        count(outcome(.clientGone))
        isCounted = true
        caller.exchangeEnded()
        client = .nobody(caller.identity)
        resumeAnswer()
    }

    /// Counts the exchange, once, and lets the client's connection go on or end.
    func finish(_ kind: OutcomeKind) {
        guard answerState != .done else { return }
        answerState = .done
        watcher?.isEnding(self, kind)
        let outcome = outcome(kind)
        if let trace { trace.ended(self, outcome) }
        if !isCounted { count(outcome) }
        if let watcher {
            self.watcher = nil
            watcher.ended(outcome, self)
        }
        worker.buffers.giveBack(&request)
        trace = nil
        upstream = nil
        pool = nil
        route = nil
        version = nil
        client?.exchangeEnded()
        client = nil
        worker.giveBack(self)
    }
}
