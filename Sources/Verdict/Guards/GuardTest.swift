// Asks one guard: pass, fail, or not enough evidence for either.

import Glibc
package import Plan
import Recording

/// One guard with its probabilities of a mistake, over the evidence of one step.
///
/// A guard fails when the effect exceeds its margin surely enough (at `alpha`), passes when it
/// surely enough does not (at `beta`), and says which numbers that rests on.
package struct GuardTest: Sendable {
    /// The limit that is tested.
    package let rule: Guard
    /// The probability of a wrong fail.
    package let alpha: Double
    /// The probability of a wrong pass.
    package let beta: Double

    /// Makes the test of one guard.
    package init(_ rule: Guard, alpha: Double, beta: Double) {
        self.rule = rule
        self.alpha = alpha
        self.beta = beta
    }

    /// The answer alone. `isComparable` tells whether the stable version is served beside; without
    /// a scatter, requests count as independent.
    package func verdict(
        _ evidence: StepEvidence, isComparable: Bool, scatter: GuardScatter? = nil
    ) -> GuardVerdict {
        if rule.limit.isRelative && !isComparable { return .notComparable }
        let effect = effect(evidence, scatter)
        let margin = rule.limit.value
        if effect.isAbove(margin, alpha) {
            // The first slow second may be the last one, too.
            let isTooEarly = rule.metric.rank != nil && scatter?.isSettled == false
            return isTooEarly ? .inconclusive : .fail
        }
        return effect.isBelow(margin, beta) ? .pass : .inconclusive
    }

    /// The answer with estimates and the effect's confidence sequence.
    package func result(
        _ evidence: StepEvidence, isComparable: Bool, scatter: GuardScatter? = nil
    ) -> GuardResult {
        let verdict = verdict(evidence, isComparable: isComparable, scatter: scatter)
        let own = estimate(evidence.candidate)
        let other = rule.limit.isRelative ? estimate(evidence.stable) : nil
        let interval =
            verdict == .notComparable ? nil : effect(evidence, scatter).interval(alpha, beta)
        return GuardResult(
            metric: rule.metric, limit: rule.limit.key, margin: rule.limit.value, verdict: verdict,
            stableCount: rule.limit.isRelative ? evidence.stable.size(rule.metric) : 0,
            candidateCount: evidence.candidate.size(rule.metric), stableEstimate: other,
            candidateEstimate: own, effect: own.flatMap { effectEstimate($0, other) },
            low: interval?.low, high: interval?.high, alpha: alpha, beta: beta,
            dispersion: scatter?.factors(rule, evidence).candidate ?? 1)
    }

    /// Whether the stable version, by its own figure, breaks an absolute limit just as well.
    package func isBrokenByStable(_ evidence: StepEvidence) -> Bool {
        guard case .max(let most) = rule.limit else { return false }
        return estimate(evidence.stable).map { $0 > most } ?? false
    }

    // MARK: Figures

    private func estimate(_ version: VersionEvidence) -> Double? {
        if let rank = rule.metric.rank {
            return RankedValues(version.times(rule.metric)).quantile(rank)
        }
        let size = version.size(rule.metric)
        return size > 0 ? Double(version.failures(rule.metric)) / Double(size) : nil
    }

    private func effectEstimate(_ own: Double, _ other: Double?) -> Double? {
        switch rule.limit {
        case .max: own
        case .maxIncrease: other.map { own - $0 }
        case .maxRatio: other.flatMap { $0 > 0 ? own / $0 : nil }
        }
    }

    private func effect(_ evidence: StepEvidence, _ scatter: GuardScatter?) -> GuardEffect {
        let dispersion = scatter?.factors(rule, evidence) ?? Dispersions()
        guard let rank = rule.metric.rank else {
            return .rate(
                RateComparison(
                    stable: counts(evidence.stable), candidate: counts(evidence.candidate),
                    dispersion: dispersion),
                rule.limit)
        }
        let stable = rule.limit.isRelative ? evidence.stable.times(rule.metric) : .none
        return .quantile(
            QuantileComparison(
                rank: rank, stable: RankedValues(stable),
                candidate: RankedValues(evidence.candidate.times(rule.metric)),
                dispersion: dispersion),
            rule.limit)
    }

    private func counts(_ version: VersionEvidence) -> (errors: Int, requests: Int) {
        (version.failures(rule.metric), version.size(rule.metric))
    }
}
