// How the figures of one guard scatter in time, of both versions.

import Glibc
package import Plan
import Recording

/// What a guard learns from looking block by block: whether requests count for less than as many
/// independent ones. It counts what its verdict rests on: errors, pairs that differ, or of times
/// the stable version's beyond their quantile and the candidate's beyond what the limit allows.
package struct GuardScatter: Sendable, Equatable {
    private var stable = Dispersion()
    private var candidate = Dispersion()

    /// Nothing seen yet.
    package init() {}

    /// Takes the outcomes of a block of time, out of all of the step so far.
    package mutating func add(
        _ block: StepEvidence, of all: StepEvidence, for rule: Guard, milliseconds: Int
    ) {
        let bounds = Self.bounds(rule, all)
        candidate.add(
            Self.count(block.candidate, rule, bounds?.candidate),
            of: block.candidate.size(rule.metric), milliseconds: milliseconds)
        if rule.isRelative {
            stable.add(
                Self.count(block.stable, rule, bounds?.stable), of: block.stable.size(rule.metric),
                milliseconds: milliseconds)
        }
    }

    /// Whether enough blocks have been seen to tell bunches from a lasting change.
    var isSettled: Bool { candidate.isSettled }

    /// By what the counts are to be divided.
    func factors(_ rule: Guard, _ evidence: StepEvidence) -> Dispersions {
        let bounds = Self.bounds(rule, evidence)
        let own = Self.count(evidence.candidate, rule, bounds?.candidate)
        let other = Self.count(evidence.stable, rule, bounds?.stable)
        return Dispersions(
            stable: stable.factor(count: other, of: evidence.stable.size(rule.metric)),
            candidate: candidate.factor(count: own, of: evidence.candidate.size(rule.metric)))
    }

    // MARK: What is counted

    /// The times beyond which requests are counted; nil for errors.
    private static func bounds(
        _ rule: Guard, _ evidence: StepEvidence
    ) -> (stable: Double, candidate: Double)? {
        guard let rank = rule.metric.rank else { return nil }
        let stable = RankedValues(evidence.stable.times(rule.metric)).quantile(rank) ?? 0
        switch rule.limit {
        case .max(let most): return (stable, most)
        case .maxIncrease(let most): return (stable, stable + most)
        case .maxRatio(let most): return (stable, stable * most)
        case .min: return nil
        }
    }

    private static func count(
        _ version: VersionEvidence, _ rule: Guard, _ bound: Double?
    ) -> Int {
        guard let bound else { return version.failures(rule.metric) }
        return version.times(rule.metric).count(above: bound)
    }
}
