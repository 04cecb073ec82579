// Two rates side by side: whether one exceeds the other by more than a margin.

import Glibc

/// Errors of the candidate against errors of the stable version, in the same time.
///
/// "The candidate's rate is at most f(stable's rate)", for a rising f, means that for some x the
/// stable rate is at least x and the candidate's at most f(x). For each x the product of the two
/// e-processes is one too, as the versions' requests are independent, so that the least product
/// over all x is one for the whole hypothesis: it exceeds 1/α ever with probability at most α
/// (products of e-values: Vovk and Wang 2021, doi:10.1214/20-AOS2020; the least over a nuisance
/// parameter: Wasserman, Ramdas and Balakrishnan 2020, doi:10.1073/pnas.1922664117; two Bernoulli
/// streams: Turner, Ly and Grünwald 2024, doi:10.1016/j.jspi.2023.106116).
///
/// Where both have answered the same request, as in the shadow, what fails fails together more
/// often than apart. One of the two e-processes rises with failures and the other falls with them,
/// so that their product is then less than it would be of independent ones: such a test is only
/// more careful.
struct RateComparison {
    /// Points of x are numbered by their log-odds, from -16 (one in nine million) to 16. Between
    /// two neighbours the odds differ by 1/2,000: were it more than what the evidence can tell
    /// apart, no amount of it would ever do. Few points are looked at (`MonotoneSum`).
    private static let lastPoint = 1 << 16
    private static let mostLogOdds = 16.0

    private static func rate(at point: Int) -> Double {
        if point == 0 { return 0 }
        if point == lastPoint { return 1 }
        let place = 2 * Double(point) / Double(lastPoint) - 1
        return 1 / (1 + exp(-mostLogOdds * place))
    }

    /// Counts, less what their scatter in time takes from them (`Dispersion`).
    let stable: (errors: Double, requests: Double)
    let candidate: (errors: Double, requests: Double)

    init(
        stable: (errors: Int, requests: Int), candidate: (errors: Int, requests: Int),
        dispersion: Dispersions = Dispersions()
    ) {
        self.stable = (
            Double(stable.errors) / dispersion.stable, Double(stable.requests) / dispersion.stable
        )
        self.candidate = (
            Double(candidate.errors) / dispersion.candidate,
            Double(candidate.requests) / dispersion.candidate
        )
    }

    /// Whether "the candidate's rate is at most `limit` of the stable one" is refuted.
    func isAbove(_ limit: @escaping (Double) -> Double, alpha: Double) -> Bool {
        guard candidate.requests > 0, isBeyond(limit, >) else { return false }
        let sum = MonotoneSum(
            rising: { point in
                BernoulliMixture.against(
                    atLeast: Self.rate(at: point), stable.errors, of: stable.requests)
            }, falling: { against(atMost: limit(Self.rate(at: $0))) }, isContinuous: true)
        return sum.isAtLeast(-log(alpha), from: 0, to: Self.lastPoint)
    }

    /// Whether "the candidate's rate is at least `limit` of the stable one" is refuted.
    func isBelow(_ limit: @escaping (Double) -> Double, beta: Double) -> Bool {
        guard candidate.requests > 0, isBeyond(limit, <) else { return false }
        let sum = MonotoneSum(
            rising: { against(atLeast: limit(Self.rate(at: $0))) },
            falling: { point in
                BernoulliMixture.against(
                    atMost: Self.rate(at: point), stable.errors, of: stable.requests)
            }, isContinuous: true)
        return sum.isAtLeast(-log(beta), from: 0, to: Self.lastPoint)
    }

    /// The observed rates already say on which side the answer can only be.
    private func isBeyond(_ limit: (Double) -> Double, _ side: (Double, Double) -> Bool) -> Bool {
        let stableRate =
            stable.requests > 0 ? stable.errors / stable.requests : 0.5
        return side(candidate.errors / candidate.requests, limit(stableRate))
    }

    /// The evidence against "the candidate's rate is at most `bound`"; all of it if no rate is.
    private func against(atMost bound: Double) -> Double {
        if bound < 0 { return .infinity }
        return BernoulliMixture.against(
            atMost: min(1, bound), candidate.errors, of: candidate.requests)
    }

    /// The evidence against "the candidate's rate is at least `bound`"; all of it if no rate is.
    private func against(atLeast bound: Double) -> Double {
        if bound > 1 { return .infinity }
        return BernoulliMixture.against(
            atLeast: max(0, bound), candidate.errors, of: candidate.requests)
    }
}
