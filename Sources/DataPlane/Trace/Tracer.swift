// One worker's side of tracing: which requests are traced, and spans handed over in bundles.

import Glibc
import HTTPWire
import NIOCore
import Plan

/// Decides and collects. A worker has none where nothing is traced.
final class Tracer {
    /// Bytes of a path, and of a host, that are kept.
    private static let mostBytes = 1_024

    private let sink: TraceSink
    private var spans: [TraceSpan] = []
    private var lost = 0

    init(_ sink: TraceSink) {
        self.sink = sink
    }

    /// Decides on a request and writes its `traceparent`. The word of a caller counts if it is a
    /// trusted proxy: anybody else could have every request of theirs recorded.
    func begin(
        _ exchange: Exchange, _ head: RequestHead, _ base: UnsafeRawPointer, parent: TraceParent?,
        isTrusted: Bool, _ writer: inout HeadWriter
    ) {
        let worker = exchange.worker
        var place = parent ?? TraceParent(drawnBy: &worker.random)
        let isAsked = isTrusted && parent != nil
        if !isAsked {
            let sample = sink.settings.sampleBuckets
            place.isSampled = sample > 0 && worker.random.below(100_000) < sample
        }
        guard place.isSampled else {
            // Nobody records what the endpoint would hang below.
            if place.span == 0 { place.span = worker.random.next() | 1 }
            exchange.noteTrace(place, span: 0)
            place.write(&writer)
            return
        }
        let request = TracedRequest(
            high: place.high, low: place.low, isAsked: isAsked,
            method: unsafe Self.kept(head.method, base), isKnownMethod: head.methodKind != .other,
            path: unsafe Self.kept(head.path, base), host: unsafe Self.kept(head.authority, base),
            route: exchange.route?.name ?? "", step: exchange.route?.step ?? -1)
        let trace = ExchangeTrace(
            .request, request, parent: place.span, span: worker.random.next() | 1)
        trace.next = worker.random.next() | 1
        exchange.noteTrace(place, span: trace.span)
        place.span = trace.next
        trace.spanOffset = place.write(&writer) + TraceParent.spanOffset
        exchange.trace = trace
    }

    private static func kept(_ span: ByteSpan, _ base: UnsafeRawPointer) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(rebasing: span.bytes(at: base).prefix(mostBytes)))
    }

    /// Takes a span that has ended.
    func add(_ span: TraceSpan) {
        if spans.count < sink.mostOfWorker { spans.append(span) } else { lost += 1 }
    }

    /// Gives the collected spans to the sink.
    func handOver() {
        if lost > 0 {
            sink.dropped(lost)
            lost = 0
        }
        guard !spans.isEmpty else { return }
        sink.leave(spans)
        spans = []
    }

    /// What has to be added to the clock of loops to get nanoseconds since 1970.
    static func clockOffset() -> UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        let day = UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
        return day &- NIODeadline.now().uptimeNanoseconds
    }
}
