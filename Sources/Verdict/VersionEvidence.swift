// What has been counted of one version on one step: all that guards look at.

import Plan
package import Recording

/// The outcomes of one version on one step.
package struct VersionEvidence: Sendable, Equatable {
    /// Requests that count for or against it: clients that went away do not.
    package var requests: Int
    /// Those of them that failed by its fault.
    package var errors: Int
    /// Times to the last byte; of requests that were given up, how long they had waited.
    package var latency: LatencyFigures
    /// Times to the first byte; of requests that were given up without one, how long they had
    /// waited.
    package var firstByte: LatencyFigures
    /// Ended streams that count for or against it.
    package var streams: Int
    /// Those of them that broke by its fault.
    package var brokenStreams: Int
    /// Of each ended stream one of the times between two events.
    package var eventGaps: LatencyFigures
    /// Of a candidate: its shadow's answers that were compared with those of callers. Of the stable
    /// version: two answers of its own that were.
    package var pairs: Int
    /// Those of them that differ.
    package var differingPairs: Int

    /// Makes the evidence of one version.
    package init(
        requests: Int = 0, errors: Int = 0, latency: LatencyFigures = .none,
        firstByte: LatencyFigures = .none, streams: Int = 0, brokenStreams: Int = 0,
        eventGaps: LatencyFigures = .none, pairs: Int = 0, differingPairs: Int = 0
    ) {
        self.requests = requests
        self.errors = errors
        self.latency = latency
        self.firstByte = firstByte
        self.streams = streams
        self.brokenStreams = brokenStreams
        self.eventGaps = eventGaps
        self.pairs = pairs
        self.differingPairs = differingPairs
    }

    /// What a recorder has counted until now.
    package init(_ recorder: VersionRecorder) {
        let judged = recorder.judged
        let streams = recorder.judgedStreams
        let pairs = recorder.pairs
        self.init(
            requests: judged.requests, errors: judged.errors, latency: recorder.waits,
            firstByte: recorder.firstByteWaits, streams: streams.streams,
            brokenStreams: streams.broken, eventGaps: recorder.drawnGaps, pairs: pairs.compared,
            differingPairs: pairs.differing)
    }

    /// These outcomes and those, of the same stratum.
    package func adding(_ other: VersionEvidence) -> VersionEvidence {
        VersionEvidence(
            requests: requests + other.requests, errors: errors + other.errors,
            latency: latency.adding(other.latency), firstByte: firstByte.adding(other.firstByte),
            streams: streams + other.streams, brokenStreams: brokenStreams + other.brokenStreams,
            eventGaps: eventGaps.adding(other.eventGaps), pairs: pairs + other.pairs,
            differingPairs: differingPairs + other.differingPairs)
    }

    /// What has come since `earlier`, which this contains.
    package func since(_ earlier: VersionEvidence) -> VersionEvidence {
        VersionEvidence(
            requests: requests - earlier.requests, errors: errors - earlier.errors,
            latency: latency.since(earlier.latency), firstByte: firstByte.since(earlier.firstByte),
            streams: streams - earlier.streams,
            brokenStreams: brokenStreams - earlier.brokenStreams,
            eventGaps: eventGaps.since(earlier.eventGaps), pairs: pairs - earlier.pairs,
            differingPairs: differingPairs - earlier.differingPairs)
    }

    // MARK: By metric

    /// How many requests, streams, pairs or times a metric is taken of.
    func size(_ metric: Guard.Metric) -> Int {
        switch metric.subject {
        case .requests: requests
        case .streams: streams
        case .pairs: pairs
        case .latency, .firstByte, .eventGap: times(metric).count
        }
    }

    /// How many of them failed, or differ; 0 for a metric that is no rate.
    func failures(_ metric: Guard.Metric) -> Int {
        switch metric.subject {
        case .requests: errors
        case .streams: brokenStreams
        case .pairs: differingPairs
        case .latency, .firstByte, .eventGap: 0
        }
    }

    /// The times of which a metric is a quantile; none for a rate.
    func times(_ metric: Guard.Metric) -> LatencyFigures {
        switch metric.subject {
        case .latency: latency
        case .firstByte: firstByte
        case .eventGap: eventGaps
        case .requests, .streams, .pairs: .none
        }
    }
}

extension VersionEvidence: Codable {
    private enum Key: String, CodingKey {
        case requests
        case errors
        case latency
        case firstByte
        case streams
        case brokenStreams
        case eventGaps
        case pairs
        case differingPairs
    }

    /// Reads what is in the journal; that of earlier releases knows less.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func times(_ key: Key) throws -> LatencyFigures {
            try container.decodeIfPresent(LatencyFigures.self, forKey: key) ?? .none
        }
        func count(_ key: Key) throws -> Int {
            try container.decodeIfPresent(Int.self, forKey: key) ?? 0
        }
        self.init(
            requests: try container.decode(Int.self, forKey: .requests),
            errors: try container.decode(Int.self, forKey: .errors),
            latency: try container.decode(LatencyFigures.self, forKey: .latency),
            firstByte: try times(.firstByte),
            streams: try count(.streams), brokenStreams: try count(.brokenStreams),
            eventGaps: try times(.eventGaps), pairs: try count(.pairs),
            differingPairs: try count(.differingPairs))
    }

    /// Writes the same, without what is not there.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(requests, forKey: .requests)
        try container.encode(errors, forKey: .errors)
        try container.encode(latency, forKey: .latency)
        if firstByte.count > 0 { try container.encode(firstByte, forKey: .firstByte) }
        if streams > 0 { try container.encode(streams, forKey: .streams) }
        if brokenStreams > 0 { try container.encode(brokenStreams, forKey: .brokenStreams) }
        if eventGaps.count > 0 { try container.encode(eventGaps, forKey: .eventGaps) }
        if pairs > 0 { try container.encode(pairs, forKey: .pairs) }
        if differingPairs > 0 { try container.encode(differingPairs, forKey: .differingPairs) }
    }
}
