// A version's streams of events, and its calls of gRPC, as JSON.

import Plan
import Recording

/// What a comparison shows of answers that are streams.
package struct StreamsDocument: Codable, Sendable {
    /// Streams that have ended, and those of them that broke by the version's fault, or whose
    /// client went away.
    package let streams: Int
    package let broken: Int
    package let clientGone: Int
    /// Of the streams that count: clients that went away do not.
    package let brokenRate: RateDocument?
    /// Events passed on, those of streams under way included.
    package let events: Int
    /// Of one stream, from its request's head to its end; nil before any has ended.
    package let eventsPerSecond: Double?
    /// Likewise, of head and body.
    package let bytesPerSecond: Double?
    /// Times between two events, one drawn of each stream that has ended: what guards rest on.
    package let eventGapMs: [String: QuantileDocument]
    /// All times between two events as they were passed on. Those of one stream resemble each
    /// other, so that no interval could be true.
    package let allGapsMs: [String: Double]

    init(_ figures: StreamFigures) {
        streams = figures.streams
        broken = figures.broken
        clientGone = figures.clientGone
        brokenRate = RateDocument(figures.broken, of: figures.judged)
        events = figures.events
        eventsPerSecond = figures.eventsPerSecond
        bytesPerSecond = figures.bytesPerSecond
        eventGapMs = QuantileDocument.all(of: figures.drawnGaps)
        allGapsMs = QuantileDocument.values(of: figures.gaps)
    }
}

/// The statuses of gRPC in documents and metrics.
enum CallStatus {
    /// Calls by the name of their status, without those that there were none of.
    static func counts(_ figures: GRPCFigures) -> [String: Int] {
        Dictionary(named(figures).filter { $0.count > 0 }, uniquingKeysWith: +)
    }

    /// All statuses with their counts, in the order of their numbers.
    static func named(_ figures: GRPCFigures) -> [(name: String, count: Int)] {
        zip(GRPCStatus.allCases, figures.statuses).map { ($0.name, $1) }
    }
}
