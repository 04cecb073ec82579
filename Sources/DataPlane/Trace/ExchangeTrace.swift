// What is kept of an exchange whose trace is recorded: its span, and that of the present try.

import HTTPWire
import NIOCore
import Plan
import Recording

/// The trace of one exchange. Most exchanges have none.
final class ExchangeTrace {
    /// What a shadow's loop needs to go on with the trace.
    struct Seed: Sendable {
        let request: TracedRequest
        /// The span of the caller's request.
        let span: UInt64
    }

    /// A try that is under way.
    private struct Attempt {
        let span: UInt64
        let startedAt: UInt64
        let endpoint: Endpoint
        let resends: Int
    }

    let kind: TraceSpan.Kind
    let request: TracedRequest
    let parent: UInt64
    /// The id of the exchange's own span.
    let span: UInt64
    /// The id that the next try gets; 0 if one has to be drawn.
    var next: UInt64 = 0
    /// Where in the head the id of the present try stands.
    var spanOffset = 0
    private let clockOffset = Tracer.clockOffset()
    private var attempt: Attempt?
    private var error = ""

    init(_ kind: TraceSpan.Kind, _ request: TracedRequest, parent: UInt64, span: UInt64) {
        self.kind = kind
        self.request = request
        self.parent = parent
        self.span = span
    }

    /// The trace of a copy, whose one try is its span.
    convenience init(copying seed: Seed, isControl: Bool, _ random: inout RandomSource) {
        self.init(
            isControl ? .control : .shadow, seed.request, parent: seed.span,
            span: random.next() | 1)
        next = span
    }

    var seed: Seed { Seed(request: request, span: span) }
    /// What the endpoint of a copy is told.
    var place: TraceParent {
        var place = TraceParent(high: request.high, low: request.low, span: span)
        place.isSampled = true
        return place
    }

    /// The exchange is about to be sent to this endpoint.
    func begins(_ exchange: Exchange, at endpoint: Endpoint) {
        if next == 0 {
            next = exchange.worker.random.next() | 1
            write(next, into: &exchange.request)
        }
        attempt = Attempt(
            span: next, startedAt: exchange.worker.now, endpoint: endpoint,
            resends: exchange.retries)
        next = 0
    }

    /// Puts another id into a head that is sent once more, and so is whole.
    private func write(_ id: UInt64, into head: inout ByteBuffer) {
        unsafe head.withUnsafeMutableReadableBytes { bytes in
            guard spanOffset > 0, spanOffset + 16 <= bytes.count else { return }
            let place = unsafe UnsafeMutableRawBufferPointer(
                rebasing: bytes[spanOffset..<spanOffset + 16])
            var writer = unsafe HeadWriter(place)
            writer.putHexadecimal16(id)
        }
    }

    /// The endpoint has failed; the exchange may be sent again.
    func failed(_ failure: GatewayError, _ exchange: Exchange) {
        endAttempt(exchange, error: "\(failure.slug)", outcome: "")
    }

    /// The gateway itself answers, or cuts the answer off.
    func failed(_ failure: GatewayError) { error = "\(failure.slug)" }

    /// The exchange is over, for its caller and for its endpoint.
    func ended(_ exchange: Exchange, _ outcome: Outcome) {
        let broken = outcome.kind == .answered ? "" : "\(outcome.kind)"
        let status = exchange.firstByteAt > 0 ? exchange.status : 0
        let own = error.isEmpty ? broken : error
        let isRefused = status >= 400 && own.isEmpty
        var error = isRefused ? "\(status)" : own
        if error.isEmpty, let call = outcome.grpc, call.status != GRPCStatus.ok.rawValue {
            error = call.name
        }
        endAttempt(exchange, error: error, outcome: "\(outcome.kind)", outcome.grpc)
    }

    private func endAttempt(
        _ exchange: Exchange, error: String, outcome: String, _ call: GRPCOutcome? = nil
    ) {
        guard let attempt else { return }
        self.attempt = nil
        let isCopy = kind != .request
        exchange.worker.tracer?.add(
            TraceSpan(
                kind: isCopy ? kind : .attempt, request: request, span: attempt.span,
                parent: isCopy ? parent : span, start: attempt.startedAt &+ clockOffset,
                end: exchange.worker.now &+ clockOffset, version: exchange.version?.name ?? [],
                endpoint: attempt.endpoint,
                status: exchange.firstByteAt > 0 ? exchange.status : 0,
                grpcStatus: call?.status, error: error, resends: attempt.resends,
                outcome: outcome))
    }

    /// The caller's exchange is counted.
    func counted(_ exchange: Exchange, _ outcome: Outcome) {
        guard kind == .request else { return }
        var error = self.error
        if error.isEmpty && outcome.kind != .answered { error = "\(outcome.kind)" }
        if error.isEmpty && outcome.status >= 500 { error = "\(outcome.status)" }
        if error.isEmpty, let call = outcome.grpc, call.isError { error = call.name }
        exchange.worker.tracer?.add(
            TraceSpan(
                kind: .request, request: request, span: span, parent: parent,
                start: exchange.startedAt &+ clockOffset,
                end: exchange.worker.now &+ clockOffset, version: exchange.version?.name ?? [],
                endpoint: nil, status: outcome.status, grpcStatus: outcome.grpc?.status,
                error: error,
                resends: outcome.retries, outcome: "\(outcome.kind)"))
    }
}

extension Exchange {
    /// Adds the trace's id to what the access log tells, and the span's if there is one.
    func noteTrace(_ place: TraceParent, span: UInt64) {
        guard !logText.isEmpty else { return }
        logText.appendTrace(place, span: span)
    }
}

extension GRPCOutcome {
    fileprivate var name: String { (GRPCStatus(rawValue: status) ?? .unknown).name }
}

extension [UInt8] {
    /// Appends the trace's id as the access log has it, and the span's if there is one.
    mutating func appendTrace(_ place: TraceParent, span: UInt64) {
        unsafe withUnsafeTemporaryAllocation(byteCount: 96, alignment: 8) { memory in
            var writer = unsafe HeadWriter(memory)
            writer.put(",\"trace_id\":\"")
            writer.putHexadecimal16(place.high)
            writer.putHexadecimal16(place.low)
            if span != 0 {
                writer.put("\",\"span_id\":\"")
                writer.putHexadecimal16(span)
            }
            writer.put("\"")
            unsafe append(contentsOf: memory.prefix(writer.count))
        }
    }
}
