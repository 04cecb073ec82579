// Draws the traffic of two versions, request by request, until a guard comes to an answer.

import Glibc
import Plan
import Recording
import SeededRandom
import Verdict

/// One guard on one step, over drawn outcomes.
struct CalibrationSimulation {
    let test: GuardTest
    let stable: AssumedVersion
    let candidate: AssumedVersion
    /// The candidate's share, in buckets.
    let share: Int

    /// Requests of the candidate until the guard's answer is this one, looked for from `first` on
    /// again and again; nil if it does not come before `most`.
    func requests(
        until verdict: GuardVerdict, from first: Int, most: Int,
        _ random: inout SeededGenerator
    ) -> Int? {
        var evidence = StepEvidence()
        var requests = first
        while requests <= most {
            let missing = requests - evidence.candidate.requests
            let beside = requests * (BucketTable.bucketCount - share) / share
            evidence = evidence.adding(
                StepEvidence(
                    stable: draw(stable, beside - evidence.stable.requests, &random),
                    candidate: draw(candidate, missing, &random)))
            if test.verdict(evidence, isComparable: beside > 0) == verdict { return requests }
            requests += requests / 16 + 1
        }
        return nil
    }

    private func draw(
        _ version: AssumedVersion, _ requests: Int, _ random: inout SeededGenerator
    ) -> VersionEvidence {
        guard test.rule.metric.rank != nil else {
            let errors = (0..<requests).count { _ in
                Double.random(in: 0..<1, using: &random) < version.errorRate
            }
            return VersionEvidence(requests: requests, errors: errors)
        }
        var counts = [Int](
            repeating: 0, count: LatencyBuckets.octaveCount * LatencyBuckets.perOctave)
        let deviation = log(version.spread) / 2.326_348
        for _ in 0..<requests {
            // Box and Muller 1958.
            let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &random))).squareRoot()
            let normal = radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
            let latency = version.p50Microseconds * exp(deviation * normal)
            counts[LatencyBuckets.index(of: Int(latency))] += 1
        }
        return VersionEvidence(requests: requests, latency: LatencyFigures(counts: counts))
    }
}
