// Evidence against a bound on a rate, that may be looked at after every request.

import Glibc

/// An e-process for "the rate is at most `bound`": a mixture of likelihood ratios.
///
/// Each alternative shifts the bound's log-odds by a fixed offset; the mixture of the likelihood
/// ratios of all of them, with some weight on betting nothing, begins at 1 and is a supermartingale
/// while the hypothesis holds. By Ville's inequality it ever exceeds 1/α with probability at most
/// α, however often one looks and whenever one stops (Ville 1939; Robbins 1970; Howard, Ramdas,
/// McAuliffe and Sekhon 2021, doi:10.1214/20-AOS1991). Rates may change in time: what is tested is
/// their running mean, since for each alternative the ratio's expectation is at most
/// exp(g · Σ(rate − bound)) with a constant g > 0.
struct BernoulliMixture {
    /// Log-odds offsets of the alternatives: from barely worse to total failure. Rates that differ
    /// by less than half the least of them are never told apart; two versions therefore need a
    /// margin of that least one, which is 0.4 % where half of all requests fail, and less
    /// elsewhere.
    private static let offsets = [
        0.0146, 0.0234, 0.0375, 0.06, 0.096, 0.154, 0.246, 0.393, 0.629, 1.007, 1.611, 2.577, 4.123,
        6.597, 10.56,
    ]
    private static let growths = offsets.map { expm1($0) }
    /// The weight of betting nothing: so much is kept even when the data fit the bound perfectly,
    /// which lets products of two such processes be taken (see `RateComparison`).
    static let idleWeight = 0.25
    private static let logIdle = log(idleWeight)
    /// Most weight where regressions worth finding lie.
    private static let logWeights = [
        0.01, 0.015, 0.02, 0.028, 0.038, 0.048, 0.067, 0.086, 0.115, 0.134, 0.134, 0.115, 0.095,
        0.057, 0.038,
    ].map { log($0 * (1 - idleWeight)) }

    private let costs: [Double]

    /// Evidence against "the rate is at most `bound`", 0 ≤ bound ≤ 1.
    init(atMost bound: Double) {
        costs = Self.growths.map { log1p(bound * $0) }
    }

    /// The evidence's logarithm after so many successes of so many trials.
    func logEvidence(_ successes: Int, of trials: Int) -> Double {
        logEvidence(Double(successes), of: Double(trials))
    }

    /// The same for counts of which a part is taken off.
    func logEvidence(_ successes: Double, of trials: Double) -> Double {
        var most = Self.logIdle
        for index in costs.indices {
            let value =
                Self.logWeights[index] + successes * Self.offsets[index]
                - trials * costs[index]
            if value > most { most = value }
        }
        var sum = exp(Self.logIdle - most)
        for index in costs.indices {
            let value =
                Self.logWeights[index] + successes * Self.offsets[index]
                - trials * costs[index]
            // Less than this adds nothing that a Double can hold.
            if value - most > -40 { sum += exp(value - most) }
        }
        return most + log(sum)
    }

    /// The evidence's logarithm against "the rate is at most `bound`".
    static func against(
        atMost bound: Double, _ successes: Double, of trials: Double
    ) -> Double {
        BernoulliMixture(atMost: bound).logEvidence(successes, of: trials)
    }

    /// The evidence's logarithm against "the rate is at least `bound`".
    static func against(
        atLeast bound: Double, _ successes: Double, of trials: Double
    ) -> Double {
        BernoulliMixture(atMost: 1 - bound).logEvidence(trials - successes, of: trials)
    }
}
