// Two quantiles side by side: whether one exceeds the other by more than a margin.

import Glibc
import Recording

/// A quantile of the candidate's latency against the stable version's, in the same time.
///
/// For any x, "the quantile at rank τ is at most x" says that values above x come at a rate of at
/// most 1 − τ: a Bernoulli hypothesis (the reduction of Howard and Ramdas 2022, "Sequential
/// estimation of quantiles", doi:10.3150/21-BEJ1388), tested by `BernoulliMixture`. "The
/// candidate's quantile is at most f(stable's quantile)" means that for some x the stable quantile
/// is at least x and the candidate's at most f(x); the least product over all x is an e-process for
/// it, as in `RateComparison`. Exact while quantiles hold still; a drift that both versions share
/// is seen by both (Benchmarks/Decisions shows how often that fools it).
struct QuantileComparison {
    let rank: Double
    let stable: RankedValues
    let candidate: RankedValues
    private let dispersion: Dispersions
    private let above: BernoulliMixture
    private let below: BernoulliMixture

    init(
        rank: Double, stable: RankedValues, candidate: RankedValues,
        dispersion: Dispersions = Dispersions()
    ) {
        self.rank = rank
        self.dispersion = dispersion
        self.stable = stable
        self.candidate = candidate
        above = BernoulliMixture(atMost: 1 - rank)
        below = BernoulliMixture(atMost: rank)
    }

    /// Whether "the candidate's quantile is at most `limit` of the stable one" is refuted.
    func isAbove(_ limit: @escaping (Double) -> Double, alpha: Double) -> Bool {
        guard candidate.count > 0, isBeyond(limit, >) else { return false }
        // x stands at the stable version's bounds, and at last beyond all of them.
        let bounds = stable.bounds
        let sum = MonotoneSum(
            rising: { place in
                stableEvidence(below, stable.count - stable.count(atOrAbovePlace: place))
            },
            falling: { place in
                let many =
                    place < bounds.count ? candidate.count(above: limit(bounds[place])) : 0
                return candidateEvidence(above, many)
            }, isContinuous: false)
        return sum.isAtLeast(-log(alpha), from: 0, to: bounds.count)
    }

    /// Whether "the candidate's quantile is at least `limit` of the stable one" is refuted.
    func isBelow(_ limit: @escaping (Double) -> Double, beta: Double) -> Bool {
        guard candidate.count > 0, isBeyond(limit, <) else { return false }
        // x stands below all of the stable version's bounds first, and then at each of them.
        let bounds = stable.bounds
        let sum = MonotoneSum(
            rising: { place in
                let many =
                    place > 0
                    ? candidate.count(atLeast: limit(bounds[place - 1])) : candidate.count
                return candidateEvidence(below, candidate.count - many)
            }, falling: { stableEvidence(above, stable.count(atOrAbovePlace: $0)) },
            isContinuous: false)
        return sum.isAtLeast(-log(beta), from: 0, to: bounds.count)
    }

    /// Whether the candidate's quantile is surely above so many microseconds.
    func isAbove(microseconds: Double, alpha: Double) -> Bool {
        candidateEvidence(above, candidate.count(above: microseconds)) >= -log(alpha)
    }

    /// Whether the candidate's quantile is surely below so many microseconds.
    func isBelow(microseconds: Double, beta: Double) -> Bool {
        let few = candidate.count - candidate.count(atLeast: microseconds)
        return candidateEvidence(below, few) >= -log(beta)
    }

    private func stableEvidence(_ mixture: BernoulliMixture, _ count: Int) -> Double {
        mixture.logEvidence(
            Double(count) / dispersion.stable, of: Double(stable.count) / dispersion.stable)
    }

    private func candidateEvidence(_ mixture: BernoulliMixture, _ count: Int) -> Double {
        mixture.logEvidence(
            Double(count) / dispersion.candidate,
            of: Double(candidate.count) / dispersion.candidate)
    }

    /// The observed quantiles already say on which side the answer can only be.
    private func isBeyond(_ limit: (Double) -> Double, _ side: (Double, Double) -> Bool) -> Bool {
        guard let own = candidate.quantile(rank), let other = stable.quantile(rank) else {
            return false
        }
        return side(own, limit(other))
    }
}
