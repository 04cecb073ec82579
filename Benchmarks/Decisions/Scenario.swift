// A stable version and a candidate, ready to be sampled, and what a dashboard would say of them.

import Glibc

/// One latency shape with one regression.
struct Scenario: Sendable {
    /// One version, as samplers: in ordinary and in slow phases, for each level of surroundings.
    struct Version: Sendable {
        let errorRate: Double
        let ordinary: [BucketSampler]
        let slow: [BucketSampler]
    }

    let shape: LatencyShape
    let regression: Regression
    let stable: Version
    let candidate: Version
    /// The stable version's figures over a long time: all that an absolute threshold can rest on.
    let nominalErrorRate: Double
    let nominalP99Microseconds: Double

    init(shape: LatencyShape, regression: Regression) {
        self.shape = shape
        self.regression = regression
        let ordinary = Distribution(cumulative: shape.cumulative)
        let slow = ordinary.scaled(by: LatencyShape.slowPhaseFactor)
        let whole = Distribution(healthy: shape)
        let factors = Surroundings.levels(shape).map(Surroundings.latencyFactor)
        func version(
            _ errorRate: Double, _ change: (Distribution) -> Distribution
        ) -> Version {
            func samplers(_ distribution: Distribution) -> [BucketSampler] {
                let changed = change(distribution)
                return factors.map { BucketSampler(changed.scaled(by: $0)) }
            }
            return Version(
                errorRate: errorRate, ordinary: samplers(ordinary),
                slow: shape.slowShare > 0 ? samplers(slow) : [])
        }
        stable = version(regression.stableErrorRate) { $0 }
        candidate = version(regression.candidateErrorRate, regression.change(of: whole))

        let weights = Surroundings.levelWeights(shape)
        nominalErrorRate =
            regression.stableErrorRate
            * zip(weights, Surroundings.levels(shape)).reduce(0) {
                $0 + $1.0 * Surroundings.errorFactor($1.1)
            }
        nominalP99Microseconds = Distribution { value in
            zip(weights, factors).reduce(0) { $0 + $1.0 * whole.cumulative(value / $1.1) }
        }.quantile(0.99)
    }
}
