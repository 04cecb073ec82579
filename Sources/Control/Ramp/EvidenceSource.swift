// Where the evidence of a ramp's present stratum is read from.

import Plan
import Recording
import Splitting
import Verdict

/// The recorders of one stratum of a route, and what was kept of it from before the last start.
///
/// Recorders are looked up now and then, not at every look: that takes locks which workers need.
struct EvidenceSource: Sendable {
    private static let refreshMilliseconds = 1_000

    /// Evidence from before the last start, of the stratum that it is of.
    private let carried: StepEvidence
    private let carriedStratum: Int
    private var stratum: Int
    private var refreshDue = 0
    private var stable: [VersionRecorder] = []
    private var candidate: [VersionRecorder] = []
    private var run: ErrorRun?
    private var assignments: [AssignmentRecorder] = []
    /// The candidate's buckets.
    private var candidateRanges: [Range<Int>] = []

    init(stratum: Int, carried: StepEvidence?) {
        self.carried = carried ?? StepEvidence()
        carriedStratum = stratum
        self.stratum = stratum
    }

    /// Takes over who owns which bucket, for the sample-ratio check.
    mutating func use(_ ownership: BucketOwnership, candidate: String) {
        candidateRanges = ownership.ranges(of: candidate)
    }

    /// Looks recorders up, if the stratum is another one or workers may have come to it.
    mutating func refresh(
        _ route: String, _ state: RampState, _ registry: RecorderRegistry, nowMilliseconds: Int
    ) {
        guard state.stratum != stratum || nowMilliseconds >= refreshDue else { return }
        stratum = state.stratum
        refreshDue = nowMilliseconds + Self.refreshMilliseconds
        stable = registry.stratum(route: route, version: state.stable, stratum: stratum).recorders
        let found = registry.stratum(route: route, version: state.candidate, stratum: stratum)
        candidate = found.recorders
        run = found.run
        assignments = registry.assignments(route: route, stratum: stratum)
    }

    /// What was kept of this stratum.
    var kept: StepEvidence { carriedStratum == stratum ? carried : StepEvidence() }

    /// The counts of the stratum, assignments left out.
    var counts: StepCounts {
        var counts = StepCounts()
        if carriedStratum == stratum {
            counts.stableRequests = carried.stable.requests
            counts.stableErrors = carried.stable.errors
            counts.candidateRequests = carried.candidate.requests
            counts.candidateErrors = carried.candidate.errors
        }
        for recorder in stable {
            let judged = recorder.judged
            counts.stableRequests += judged.requests
            counts.stableErrors += judged.errors
            counts.outcomes += recorder.outcomes
        }
        for recorder in candidate {
            let judged = recorder.judged
            counts.candidateRequests += judged.requests
            counts.candidateErrors += judged.errors
            counts.outcomes += recorder.outcomes
        }
        counts.consecutiveErrors = run?.length ?? 0
        counts.longestRun = run?.longest ?? 0
        return counts
    }

    /// Who was assigned to each version, which costs more to count.
    var units: (stable: Int, candidate: Int) {
        AssignmentRecorder.units(assignments, candidate: candidateRanges)
    }

    /// The evidence of the stratum, latencies included.
    var evidence: StepEvidence {
        kept.adding(StepEvidence(stable: Self.sum(stable), candidate: Self.sum(candidate)))
    }

    private static func sum(_ recorders: [VersionRecorder]) -> VersionEvidence {
        recorders.reduce(VersionEvidence()) { $0.adding(VersionEvidence($1)) }
    }
}
