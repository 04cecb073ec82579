// Journals in folders of their own, and what tests write into them.

import Foundation
import GRDB
import Journal
import Plan
import Splitting

@testable import Recording
@testable import Verdict

/// A folder that is removed when the test lets go of it.
final class TemporaryFolder {
    let path = "\(NSTemporaryDirectory())/sluice-journal-\(UUID().uuidString)"

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The journal in it; a second one has the same files open beside the first.
    func journal() throws -> Journal { try Journal(folder: path) }

    /// The files as another process sees them.
    func database() throws -> DatabaseQueue {
        var waiting = Configuration()
        waiting.busyMode = .timeout(30)
        return try DatabaseQueue(path: "\(path)/journal.sqlite", configuration: waiting)
    }
}

/// Values with only what a test is about said aloud.
enum JournalMaking {
    static func state(
        _ phase: RampPhase = .step, step: Int = 0, stratum: Int = 0, watchedMilliseconds: Int = 0
    ) -> RampState {
        var state = RampState(stable: "v1", candidate: "v2", digest: "d", stratum: stratum)
        state.phase = phase
        state.step = step
        state.share = (step + 1) * 1_000
        state.watchedMilliseconds = watchedMilliseconds
        return state
    }

    static func decision(
        _ kind: DecisionKind = .advanced, after: RampState = state(), summary: String = "so it is",
        high: Double? = 0.01
    ) -> Decision {
        let guardResult = GuardResult(
            metric: .errorRate, limit: "max_increase", margin: 0.005, verdict: .pass,
            stableCount: 1_000, candidateCount: 100, stableEstimate: 0.001,
            candidateEstimate: nil, effect: -0.001, low: nil, high: high, alpha: 0.002, beta: 0.05)
        let evidence = DecisionEvidence(
            stableRequests: 1_000, candidateRequests: 100, stableErrors: 1, candidateErrors: 0,
            guards: [guardResult], breaker: nil, sampleRatio: nil, watchedMilliseconds: 60_000)
        return Decision(
            kind: kind, cause: .guards, before: state(.pending), after: after, summary: summary,
            actor: "sluice", reason: "", evidence: evidence)
    }

    static func entry(
        _ route: String, _ kind: DecisionKind = .advanced, after: RampState = state(),
        summary: String = "so it is", ownership: BucketOwnership? = nil,
        latch: JournalEntry.Latch = .none, notify: [String] = [], targets: [NotifyTarget] = []
    ) -> JournalEntry {
        JournalEntry(
            route: route, atMilliseconds: 1_000,
            decision: decision(kind, after: after, summary: summary), ownership: ownership,
            latch: latch, notify: notify.map { NotifyTarget(url: $0) } + targets)
    }

    static func evidence(_ requests: Int) -> StepEvidence {
        let latency = LatencyFigures(
            buckets: [.init(100, requests)], sumMicroseconds: requests * 100)
        let version = VersionEvidence(requests: requests, errors: 1, latency: latency)
        return StepEvidence(stable: version, candidate: version)
    }

    /// The same, with as many streams, one of them broken.
    static func streamEvidence(_ requests: Int) -> StepEvidence {
        var evidence = evidence(requests)
        evidence.candidate.firstByte = LatencyFigures(
            buckets: [.init(90, requests)], sumMicroseconds: requests * 90)
        evidence.candidate.streams = requests
        evidence.candidate.brokenStreams = 1
        evidence.candidate.eventGaps = LatencyFigures(
            buckets: [.init(80, requests)], sumMicroseconds: requests * 80)
        return evidence
    }

    static func figures(_ requests: Int) -> VersionFigures {
        var figures = VersionFigures()
        figures.statuses[2] = requests
        figures.kinds[OutcomeKind.answered.rawValue] = requests
        figures.sentBytes = requests * 500
        figures.inFlight = 3
        figures.total = LatencyFigures(
            buckets: [.init(7, requests), .init(1_500, 1)], sumMicroseconds: 12_345)
        return figures
    }

    static func calls(ok: Int, unavailable: Int) -> GRPCFigures {
        var statuses = [Int](repeating: 0, count: GRPCFigures.statusCount)
        statuses[0] = ok
        statuses[14] = unavailable
        return GRPCFigures(statuses: statuses, errors: unavailable)
    }

    /// So many streams of 40 events, one of them broken.
    static func streams(_ count: Int) -> StreamFigures {
        StreamFigures(
            whole: count, broken: 1, events: count * 40, endedEvents: count * 40, bytes: 900,
            microseconds: count * 1_000_000,
            gaps: LatencyFigures(buckets: [.init(200, count * 39)], sumMicroseconds: 777),
            drawnGaps: LatencyFigures(buckets: [.init(200, count)], sumMicroseconds: 77))
    }

    static func history(
        _ minute: Int, requests: Int = 10, route: String = "a", version: String = "v1"
    ) -> HistoryRow {
        HistoryRow(
            route: route, version: version, minute: minute, share: 1_000,
            figures: figures(requests))
    }
}

extension Journal {
    /// Writes one decision.
    func record(_ entry: JournalEntry) throws(JournalError) -> Int64 {
        try record([entry]).first ?? 0
    }
}
