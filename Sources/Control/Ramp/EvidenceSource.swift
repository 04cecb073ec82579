// Where the evidence of a ramp's present stratum is read from.

import Plan
import Recording
import Splitting
import Verdict

/// The recorders of one stratum of a route, and what was kept of it from before the last start.
///
/// Of a candidate in the shadow the evidence is that of the copies it got, beside that of the
/// callers' requests which they are copies of. On other steps it is that of callers; but pairs of
/// answers always come from the shadow.
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
    /// Who counts pairs of the stable version's answers, and pairs of the candidate's with them.
    private var controls: [VersionRecorder] = []
    private var pairs: [VersionRecorder] = []
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
        _ route: String, _ state: RampState, _ registry: RecorderRegistry, looksAtShadow: Bool,
        nowMilliseconds: Int
    ) {
        guard state.stratum != stratum || nowMilliseconds >= refreshDue else { return }
        stratum = state.stratum
        refreshDue = nowMilliseconds + Self.refreshMilliseconds
        assignments = registry.assignments(route: route, stratum: stratum)
        func found(
            _ version: String, _ role: RequestRole
        ) -> (recorders: [VersionRecorder], run: ErrorRun?) {
            registry.stratum(route: route, version: version, role: role, stratum: stratum)
        }
        // What is mirrored is kept under the shadow's name.
        controls = looksAtShadow ? found(state.candidate, .mirrored).recorders : []
        let copies = looksAtShadow ? found(state.candidate, .shadow) : (recorders: [], run: nil)
        pairs = copies.recorders
        let served = state.isMirrored ? copies : found(state.candidate, .served)
        candidate = served.recorders
        run = served.run
        stable = state.isMirrored ? controls : found(state.stable, .served).recorders
    }

    /// What was kept of this stratum.
    var kept: StepEvidence { carriedStratum == stratum ? carried : StepEvidence() }

    /// The counts of the stratum, assignments left out.
    var counts: StepCounts {
        var counts = StepCounts()
        // Before the counts, which a worker raises first: a run is never longer than its errors.
        counts.consecutiveErrors = run?.length ?? 0
        counts.longestRun = run?.longest ?? 0
        if carriedStratum == stratum {
            counts.stableRequests = carried.stable.requests
            counts.stableErrors = carried.stable.errors
            counts.candidateRequests = carried.candidate.requests
            counts.candidateErrors = carried.candidate.errors
            counts.pairs = carried.candidate.pairs
            counts.differingPairs = carried.candidate.differingPairs
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
        for recorder in pairs {
            let found = recorder.pairs
            counts.pairs += found.compared
            counts.differingPairs += found.differing
            counts.outcomes += found.compared
        }
        for recorder in controls { counts.outcomes += recorder.pairs.compared }
        return counts
    }

    /// Who was assigned to each version, which costs more to count.
    var units: (stable: Int, candidate: Int) {
        AssignmentRecorder.units(assignments, candidate: candidateRanges)
    }

    /// The evidence of the stratum, latencies included.
    var evidence: StepEvidence {
        kept.adding(
            StepEvidence(
                stable: Self.sum(stable, pairs: controls),
                candidate: Self.sum(candidate, pairs: pairs)))
    }

    /// Requests of some recorders with pairs of others, or of the same.
    private static func sum(
        _ recorders: [VersionRecorder], pairs counters: [VersionRecorder]
    ) -> VersionEvidence {
        var sum = recorders.reduce(VersionEvidence()) { $0.adding(VersionEvidence($1)) }
        let pairs = counters.map(\.pairs)
        sum.pairs = pairs.reduce(0) { $0 + $1.compared }
        sum.differingPairs = pairs.reduce(0) { $0 + $1.differing }
        return sum
    }
}
