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
        if rule.needsStable && !isComparable { return .notComparable }
        let effect = effect(evidence, scatter)
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
        let other = rule.isRelative ? estimate(evidence.stable) : nil
        let interval =
            verdict == .notComparable ? nil : effect(evidence, scatter).interval(alpha, beta)
        let isOfPairs = rule.metric.subject == .pairs
        return GuardResult(
            metric: rule.metric, limit: rule.limit.key, margin: rule.limit.value, verdict: verdict,
            stableCount: rule.isRelative ? evidence.stable.size(rule.metric) : 0,
            candidateCount: evidence.candidate.size(rule.metric),
            stableEstimate: other.map(shown), candidateEstimate: own.map(shown),
            effect: own.flatMap { effectEstimate($0, other) }.map(shown),
            low: isOfPairs ? interval?.high.map(shown) : interval?.low,
            high: isOfPairs ? interval?.low.map(shown) : interval?.high, alpha: alpha, beta: beta,
            dispersion: scatter?.factors(rule, evidence).candidate ?? 1,
            isControlled: isOfPairs ? rule.isControlled : nil)
    }

    /// Whether the stable version, by its own figure, breaks an absolute limit just as well. It
    /// cannot break one on agreement: what its own answers differ by is noise, for which there are
    /// control pairs, and a candidate that differs is no better for it.
    package func isBrokenByStable(_ evidence: StepEvidence) -> Bool {
        guard case .max(let most) = rule.limit else { return false }
        return estimate(evidence.stable).map { $0 > most } ?? false
    }

    // MARK: Figures

    /// What is asked of the effect, and what it must exceed to fail. Agreement is asked as what it
    /// falls short by: the rate of pairs that differ.
    private var kind: GuardEffect.Kind {
        switch rule.limit {
        case .maxIncrease: .increase
        case .maxRatio: .ratio
        case .max: .itself
        case .min: rule.isControlled ? .increase : .itself
        }
    }

    private var margin: Double {
        if case .min(let least) = rule.limit { return 1 - least }
        return rule.limit.value
    }

    /// A rate of pairs that differ as agreement; everything else as it is.
    private func shown(_ figure: Double) -> Double {
        rule.metric.subject == .pairs ? 1 - figure : figure
    }

    private func estimate(_ version: VersionEvidence) -> Double? {
        if let rank = rule.metric.rank {
            return RankedValues(version.times(rule.metric)).quantile(rank)
        }
        let size = version.size(rule.metric)
        return size > 0 ? Double(version.failures(rule.metric)) / Double(size) : nil
    }

    private func effectEstimate(_ own: Double, _ other: Double?) -> Double? {
        switch kind {
        case .itself: own
        case .increase: other.map { own - $0 }
        case .ratio: other.flatMap { $0 > 0 ? own / $0 : nil }
        }
    }

    private func effect(_ evidence: StepEvidence, _ scatter: GuardScatter?) -> GuardEffect {
        let dispersion = scatter?.factors(rule, evidence) ?? Dispersions()
        guard let rank = rule.metric.rank else {
            return .rate(
                RateComparison(
                    stable: counts(evidence.stable), candidate: counts(evidence.candidate),
                    dispersion: dispersion),
                kind)
        }
        let stable = rule.isRelative ? evidence.stable.times(rule.metric) : .none
        return .quantile(
            QuantileComparison(
                rank: rank, stable: RankedValues(stable),
                candidate: RankedValues(evidence.candidate.times(rule.metric)),
                dispersion: dispersion),
            kind)
    }

    private func counts(_ version: VersionEvidence) -> (errors: Int, requests: Int) {
        (version.failures(rule.metric), version.size(rule.metric))
    }
}
