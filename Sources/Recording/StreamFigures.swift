// A version's streams of events as a value.

/// What has been counted of answers that are streams. An object that never changes, so that a
/// version without streams has no more than a word for it.
package final class StreamFigures: Sendable, Equatable {
    /// Streams that came to their own end.
    package let whole: Int
    /// Streams that broke by the version's fault, after the first byte of their answer.
    package let broken: Int
    /// Streams whose client went away.
    package let clientGone: Int
    /// Events passed on, those of streams under way included.
    package let events: Int
    /// Events of the streams that have ended.
    package let endedEvents: Int
    /// Bytes of head and body to the clients of the streams that have ended.
    package let bytes: Int
    /// From the request's head to the end of the stream, all streams added up.
    package let microseconds: Int
    /// Times between two events, as they were passed on. Those of one stream resemble each other,
    /// so that their number says little of how much is known.
    package let gaps: LatencyFigures
    /// Of each ended stream one of these times, drawn by chance: these are evidence.
    package let drawnGaps: LatencyFigures

    /// Makes figures.
    package init(
        whole: Int = 0, broken: Int = 0, clientGone: Int = 0, events: Int = 0,
        endedEvents: Int = 0, bytes: Int = 0, microseconds: Int = 0, gaps: LatencyFigures = .none,
        drawnGaps: LatencyFigures = .none
    ) {
        self.whole = whole
        self.broken = broken
        self.clientGone = clientGone
        self.events = events
        self.endedEvents = endedEvents
        self.bytes = bytes
        self.microseconds = microseconds
        self.gaps = gaps
        self.drawnGaps = drawnGaps
    }

    /// Streams that have ended.
    package var streams: Int { whole + broken + clientGone }

    /// Streams that count for or against the version: clients that went away do not.
    package var judged: Int { whole + broken }

    /// Whether nothing was counted.
    package var isEmpty: Bool { streams == 0 && events == 0 }

    /// Events a second of a stream, from the request's head to its end; nil before one has ended.
    package var eventsPerSecond: Double? { perSecond(endedEvents) }

    /// Bytes a second of a stream, likewise.
    package var bytesPerSecond: Double? { perSecond(bytes) }

    private func perSecond(_ count: Int) -> Double? {
        microseconds > 0 ? Double(count) * 1_000_000 / Double(microseconds) : nil
    }

    func adding(_ other: StreamFigures) -> StreamFigures {
        combined(other, +, gaps.adding(other.gaps), drawnGaps.adding(other.drawnGaps))
    }

    /// What has come since `earlier`; all of it if the counters began anew.
    func since(_ earlier: StreamFigures) -> StreamFigures {
        let hasGrown =
            whole >= earlier.whole && broken >= earlier.broken && clientGone >= earlier.clientGone
            && events >= earlier.events && endedEvents >= earlier.endedEvents
            && bytes >= earlier.bytes && microseconds >= earlier.microseconds
        guard hasGrown else { return self }
        return combined(earlier, -, gaps.since(earlier.gaps), drawnGaps.since(earlier.drawnGaps))
    }

    private func combined(
        _ other: StreamFigures, _ operation: (Int, Int) -> Int, _ gaps: LatencyFigures,
        _ drawnGaps: LatencyFigures
    ) -> StreamFigures {
        StreamFigures(
            whole: operation(whole, other.whole), broken: operation(broken, other.broken),
            clientGone: operation(clientGone, other.clientGone),
            events: operation(events, other.events),
            endedEvents: operation(endedEvents, other.endedEvents),
            bytes: operation(bytes, other.bytes),
            microseconds: operation(microseconds, other.microseconds), gaps: gaps,
            drawnGaps: drawnGaps)
    }

    /// Whether the same was counted.
    package static func == (left: StreamFigures, right: StreamFigures) -> Bool {
        left.whole == right.whole && left.broken == right.broken
            && left.clientGone == right.clientGone && left.events == right.events
            && left.endedEvents == right.endedEvents && left.bytes == right.bytes
            && left.microseconds == right.microseconds && left.gaps == right.gaps
            && left.drawnGaps == right.drawnGaps
    }
}
