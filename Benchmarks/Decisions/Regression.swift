// What is wrong with a candidate.

/// A candidate's difference from the stable version.
struct Regression: Sendable {
    /// How a candidate's latencies come out of the stable version's.
    enum LatencyChange: Sendable {
        case none
        /// The slowest twentieth of requests take so many times as long: p99 rises by the factor,
        /// p50 and p90 stay.
        case slowTail(Double)
        /// Each request takes 1 + d or 1 - d times as long, by the toss of a coin, with d such that
        /// the variance doubles and the mean stays.
        case doubleVariance
    }

    let name: String
    let stableErrorRate: Double
    let candidateErrorRate: Double
    let latency: LatencyChange

    init(
        _ name: String, stableErrorRate: Double = 0.001, candidateErrorRate: Double = 0.001,
        latency: LatencyChange = .none
    ) {
        self.name = name
        self.stableErrorRate = stableErrorRate
        self.candidateErrorRate = candidateErrorRate
        self.latency = latency
    }

    /// Two equal versions.
    static let none = [
        Regression("none, errors 0.1 %"),
        Regression("none, errors 1 %", stableErrorRate: 0.01, candidateErrorRate: 0.01),
    ]

    /// What is to be found.
    static let all = [
        Regression("errors 0.1 → 1 %", candidateErrorRate: 0.01),
        Regression("errors 1 → 2 %", stableErrorRate: 0.01, candidateErrorRate: 0.02),
        Regression("errors 1 → 5 %", stableErrorRate: 0.01, candidateErrorRate: 0.05),
        Regression("p99 × 1.2", latency: .slowTail(1.2)),
        Regression("p99 × 1.5", latency: .slowTail(1.5)),
        Regression("p99 × 2", latency: .slowTail(2)),
        Regression("variance × 2", latency: .doubleVariance),
    ]

    /// Every request fails.
    static let totalFailure = Regression("total failure", candidateErrorRate: 1)

    /// Makes the candidate's distribution out of the stable version's, at any moment, where
    /// `whole` is the stable version's over a long time.
    func change(of whole: Distribution) -> @Sendable (Distribution) -> Distribution {
        switch latency {
        case .none:
            return { $0 }
        case .slowTail(let factor):
            let start = whole.quantile(0.95)
            return { healthy in
                Distribution { value in
                    if value < start { return healthy.cumulative(value) }
                    return healthy.cumulative(max(start, value / factor))
                }
            }
        case .doubleVariance:
            let mean = whole.mean { $0 }
            let square = whole.mean { $0 * $0 }
            let change = ((square - mean * mean) / square).squareRoot()
            return { healthy in
                Distribution { value in
                    0.5 * healthy.cumulative(value / (1 + change))
                        + 0.5 * healthy.cumulative(value / (1 - change))
                }
            }
        }
    }
}
