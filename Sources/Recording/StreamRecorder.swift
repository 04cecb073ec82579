// One worker's figures of the streams of one version.

/// Counters of answers that are streams of events; made with the first event, so that versions
/// without streams pay nothing.
final class StreamRecorder: Sendable {
    private let whole = Counter()
    private let broken = Counter()
    private let clientGone = Counter()
    private let events = Counter()
    private let endedEvents = Counter()
    private let bytes = Counter()
    private let microseconds = Counter()
    private let gaps = LatencyHistogram()
    private let drawnGaps = LatencyHistogram()

    /// An event was passed on, so long after the one before it; -1 for the first of its stream.
    func streamed(gapMicroseconds: Int) {
        events.add()
        if gapMicroseconds >= 0 { gaps.record(gapMicroseconds) }
    }

    /// A stream has ended.
    func ended(_ stream: StreamOutcome, _ outcome: Outcome) {
        endedEvents.add(stream.events)
        bytes.add(outcome.sentBytes)
        microseconds.add(outcome.totalMicroseconds)
        // Also of a stream that did not come to its end: until then its events came as they came,
        // and to leave it out would hide the gaps that made it break, or its client leave.
        if stream.drawnGapMicroseconds >= 0 { drawnGaps.record(stream.drawnGapMicroseconds) }
        switch outcome.kind {
        case .answered: whole.add()
        case .clientGone: clientGone.add()
        case .connect, .reset, .timeout, .protocolError, .unavailable: broken.add()
        }
    }

    /// Ended streams that count for or against the version, and those of them that broke.
    var judged: (streams: Int, broken: Int) {
        let broken = broken.count
        return (whole.count + broken, broken)
    }

    /// One gap of each stream that had any.
    var drawn: LatencyFigures { drawnGaps.figures() }

    /// The figures now.
    func figures() -> StreamFigures {
        StreamFigures(
            whole: whole.count, broken: broken.count, clientGone: clientGone.count,
            events: events.count, endedEvents: endedEvents.count, bytes: bytes.count,
            microseconds: microseconds.count, gaps: gaps.figures(), drawnGaps: drawnGaps.figures())
    }
}
