// Whether callers are shared out as wanted: the sequential sample-ratio check.

import Glibc

/// A multinomial test that may be looked at continuously: the ratio of a Dirichlet mixture of
/// multinomials to the multinomial that is wanted, an e-process (Lindon and Malek 2022,
/// "Anytime-valid inference for multinomial count data", NeurIPS 35).
///
/// It counts units, not requests: a keyless request is one, a sticky caller is one however often
/// they ask. One heavy caller is no mismatch; a table of buckets that nobody follows is.
enum SampleRatioTest {
    /// The probability of a false alarm on one step.
    static let alpha = 0.001
    /// How strongly the mixture is drawn towards the wanted shares, in units.
    private static let concentration = 10.0

    /// The answer for units of each version and the shares wanted, which add up to 1.
    static func logEvidence(_ units: [Int], wanted: [Double]) -> Double {
        let all = Double(units.reduce(0, +))
        var sum = lgamma(concentration) - lgamma(concentration + all)
        for (count, share) in zip(units, wanted) {
            // A share of nothing is kept by a count of nothing and refuted by anything else.
            if share <= 0 {
                if count > 0 { return .infinity }
                continue
            }
            let weight = concentration * share
            sum += lgamma(weight + Double(count)) - lgamma(weight) - Double(count) * log(share)
        }
        return sum
    }

    /// The candidate's units and the stable version's, against the candidate's share 0 … 1.
    static func result(stable: Int, candidate: Int, wanted: Double) -> SampleRatioResult {
        let evidence = logEvidence([stable, candidate], wanted: [1 - wanted, wanted])
        return SampleRatioResult(
            isMismatch: evidence >= -log(alpha), stableUnits: stable, candidateUnits: candidate,
            wanted: wanted, logEvidence: evidence.isFinite ? evidence : 1e9, alpha: alpha)
    }
}
