// What every judge is shown: the counts of both versions up to now.

import Recording
import Verdict

/// Counts since the step began, and the time that has passed.
struct Tick: Sendable {
    /// Since the trial began, and since the tick before, in milliseconds.
    var elapsedMilliseconds = 0
    var lengthMilliseconds = 0
    var candidate = VersionCounts()
    /// As many requests of the stable version as the candidate has, for those who compare with a
    /// baseline of equal size …
    var baseline = VersionCounts()
    /// … and all its others.
    var rest = VersionCounts()
    /// Requests that the candidate has not answered yet.
    var candidateInFlight = 0

    var stableRequests: Int { baseline.requests + rest.requests }
    var stableErrors: Int { baseline.errors + rest.errors }

    /// All of it as the engine takes it.
    var evidence: StepEvidence {
        let stable = zip(baseline.latency, rest.latency).map { $0 + $1 }
        return StepEvidence(
            stable: VersionEvidence(
                requests: stableRequests, errors: stableErrors,
                latency: LatencyFigures(counts: stable)),
            candidate: VersionEvidence(
                requests: candidate.requests, errors: candidate.errors,
                latency: LatencyFigures(counts: candidate.latency)))
    }
}
