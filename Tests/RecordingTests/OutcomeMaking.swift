// Makes outcomes of the few words that matter to a test.

import Recording

extension Outcome {
    /// An exchange that was answered well in a millisecond, unless said otherwise.
    static func make(
        _ status: Int = 200, _ kind: OutcomeKind = .answered, firstByte: Int = 500,
        total: Int = 1_000, received: Int = 10, sent: Int = 20, isOverride: Bool = false,
        retries: Int = 0, grpc: GRPCOutcome? = nil, stream: StreamOutcome? = nil
    ) -> Outcome {
        Outcome(
            status: status, kind: kind, firstByteMicroseconds: firstByte,
            totalMicroseconds: total, receivedBytes: received, sentBytes: sent,
            isOverride: isOverride, retries: retries, grpc: grpc, stream: stream)
    }
}

extension StreamOutcome {
    /// A stream of three events, of whose gaps this one was drawn.
    static func make(events: Int = 3, drawn: Int = 20_000) -> StreamOutcome {
        StreamOutcome(events: events, drawnGapMicroseconds: drawn)
    }
}

extension VersionFigures {
    /// So many good answers, and nothing else.
    static func answered(_ count: Int, inFlight: Int = 0) -> VersionFigures {
        var figures = VersionFigures()
        figures.statuses[2] = count
        figures.kinds[OutcomeKind.answered.rawValue] = count
        figures.inFlight = inFlight
        return figures
    }
}
