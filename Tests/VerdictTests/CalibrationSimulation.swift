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
        let metric = test.rule.metric
        guard metric.rank != nil else {
            let errors = (0..<requests).count { _ in
                Double.random(in: 0..<1, using: &random) < version.figure(metric)
            }
            return metric.isOfStreams
                ? VersionEvidence(requests: requests, streams: requests, brokenStreams: errors)
                : VersionEvidence(requests: requests, errors: errors)
        }
        var counts = [Int](
            repeating: 0, count: LatencyBuckets.octaveCount * LatencyBuckets.perOctave)
        let deviation = log(version.spread) / 2.326_348
        let median = version.figure(Self.median(metric))
        for _ in 0..<requests {
            // Box and Muller 1958.
            let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &random))).squareRoot()
            let normal = radius * cos(2 * .pi * Double.random(in: 0..<1, using: &random))
            counts[LatencyBuckets.index(of: Int(median * exp(deviation * normal)))] += 1
        }
        let times = LatencyFigures(counts: counts)
        return VersionEvidence(
            requests: requests, latency: times, firstByte: times, streams: requests,
            eventGaps: times)
    }

    private static func median(_ metric: Guard.Metric) -> Guard.Metric {
        switch metric.subject {
        case .firstByte: .firstByteP50
        case .eventGap: .eventGapP50
        default: .latencyP50
        }
    }
}
