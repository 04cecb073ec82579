// The evidence of one step of a replay, counted by the gateway's own recorders.

import Recording

/// Both versions' recorders of one stratum.
struct StratumEvidence: Sendable {
    private static let route = "replay"
    private static let stable = "stable"
    private static let candidate = "candidate"

    private let registry = RecorderRegistry(workers: 1)
    private let stableRecorder: VersionRecorder
    private let candidateRecorder: VersionRecorder

    init() {
        stableRecorder = registry.version(worker: 0, route: Self.route, version: Self.stable)
        candidateRecorder = registry.version(worker: 0, route: Self.route, version: Self.candidate)
    }

    func count(_ outcome: TraceOutcome) {
        let recorder = outcome.isCandidate ? candidateRecorder : stableRecorder
        recorder.began()
        recorder.finished(
            Outcome(
                status: outcome.status, kind: outcome.status == 0 ? .reset : .answered,
                firstByteMicroseconds: outcome.firstByteMicroseconds,
                totalMicroseconds: outcome.latencyMicroseconds, receivedBytes: 0, sentBytes: 0,
                isOverride: false, retries: 0,
                stream: outcome.stream.map {
                    StreamOutcome(events: 0, drawnGapMicroseconds: $0.gapMicroseconds)
                }))
    }

    var counts: StepCounts {
        let stable = stableRecorder.judged
        let candidate = candidateRecorder.judged
        let run = registry.stratum(route: Self.route, version: Self.candidate, stratum: 0).run
        return StepCounts(
            stableRequests: stable.requests, stableErrors: stable.errors,
            candidateRequests: candidate.requests, candidateErrors: candidate.errors,
            consecutiveErrors: run?.length ?? 0, longestRun: run?.longest ?? 0)
    }

    var figures: StepEvidence {
        StepEvidence(
            stable: VersionEvidence(stableRecorder), candidate: VersionEvidence(candidateRecorder))
    }
}
