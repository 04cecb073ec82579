// A version's figures as they are kept.

import Recording

/// The form of `VersionFigures` on the disk, in few bytes: zeros at the end are left out, and a
/// release that counts more kinds can read what an earlier one wrote.
struct StoredFigures: Codable {
    private let statuses: [Int]
    private let kinds: [Int]
    /// `serverErrors`, `overrides`, `retries`, `receivedBytes`, `sentBytes`, `inFlight`.
    private let counts: [Int]
    private let firstByte: LatencyFigures
    private let total: LatencyFigures
    /// Nil for none.
    private let givenUp: LatencyFigures?
    /// Nil without calls of gRPC, and in journals of releases that did not know them.
    private let grpc: StoredCalls?
    /// Nil without streams, likewise.
    private let streams: StoredStreams?

    init(_ figures: VersionFigures) {
        statuses = Self.trimmed(figures.statuses)
        kinds = Self.trimmed(figures.kinds)
        counts = Self.trimmed([
            figures.serverErrors, figures.overrides, figures.retries, figures.receivedBytes,
            figures.sentBytes, figures.inFlight,
        ])
        firstByte = figures.firstByte
        total = figures.total
        givenUp = figures.givenUp.count > 0 ? figures.givenUp : nil
        grpc = figures.grpc.map(StoredCalls.init)
        streams = figures.streams.map(StoredStreams.init)
    }

    /// The figures; nil if nobody could have counted them.
    var figures: VersionFigures? {
        var figures = VersionFigures()
        guard let statuses = Self.filled(statuses, to: figures.statuses.count),
            let kinds = Self.filled(kinds, to: figures.kinds.count),
            let counts = Self.filled(counts, to: 6), firstByte.isSound, total.isSound,
            givenUp?.isSound != false
        else { return nil }
        figures.statuses = statuses
        figures.kinds = kinds
        figures.serverErrors = counts[0]
        figures.overrides = counts[1]
        figures.retries = counts[2]
        figures.receivedBytes = counts[3]
        figures.sentBytes = counts[4]
        figures.inFlight = counts[5]
        figures.firstByte = firstByte
        figures.total = total
        figures.givenUp = givenUp ?? .none
        if let grpc {
            guard let calls = grpc.figures else { return nil }
            figures.grpc = calls
        }
        if let streams {
            guard let found = streams.figures else { return nil }
            figures.streams = found
        }
        return figures
    }

    static func trimmed(_ counts: [Int]) -> [Int] {
        Array(counts[..<((counts.lastIndex { $0 != 0 } ?? -1) + 1)])
    }

    static func filled(_ counts: [Int], to length: Int) -> [Int]? {
        guard counts.count <= length,
            counts.allSatisfy({ (0...StoredValue.mostCount).contains($0) })
        else { return nil }
        return counts + [Int](repeating: 0, count: length - counts.count)
    }
}

/// The form of `GRPCFigures`.
private struct StoredCalls: Codable {
    private let statuses: [Int]
    private let errors: Int

    init(_ figures: GRPCFigures) {
        statuses = StoredFigures.trimmed(figures.statuses)
        errors = figures.errors
    }

    var figures: GRPCFigures? {
        guard let statuses = StoredFigures.filled(statuses, to: GRPCFigures.statusCount),
            (0...StoredValue.mostCount).contains(errors)
        else { return nil }
        return GRPCFigures(statuses: statuses, errors: errors)
    }
}

/// The form of `StreamFigures`.
private struct StoredStreams: Codable {
    /// `whole`, `broken`, `clientGone`, `events`, `endedEvents`, `bytes`, `microseconds`.
    private let counts: [Int]
    private let gaps: LatencyFigures
    private let drawnGaps: LatencyFigures

    init(_ figures: StreamFigures) {
        counts = StoredFigures.trimmed([
            figures.whole, figures.broken, figures.clientGone, figures.events, figures.endedEvents,
            figures.bytes, figures.microseconds,
        ])
        gaps = figures.gaps
        drawnGaps = figures.drawnGaps
    }

    var figures: StreamFigures? {
        guard let counts = StoredFigures.filled(counts, to: 7), gaps.isSound, drawnGaps.isSound
        else { return nil }
        return StreamFigures(
            whole: counts[0], broken: counts[1], clientGone: counts[2], events: counts[3],
            endedEvents: counts[4], bytes: counts[5], microseconds: counts[6], gaps: gaps,
            drawnGaps: drawnGaps)
    }
}
