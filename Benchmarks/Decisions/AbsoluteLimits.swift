// The thresholds of the rules that compare with nothing but thresholds.

/// What an operator can set who knows the stable version's figures over a long time: those, and a
/// tolerance on top of them.
///
/// Each rule is given the tolerance, of increases of 0.5, 0.75 and 1 point and ratios of 1.1, 1.2,
/// 1.3 and 1.5, with which it is wrong least often in this comparison, false rollbacks and missed
/// regressions together. The numbers in the documentation's examples (success rate 99 % or 95 %,
/// p99 500 ms) know nothing of the service.
struct AbsoluteLimits: Sendable {
    let errorRate: Double
    let p99Microseconds: Double

    init(_ scenario: Scenario, errorIncrease: Double, p99Ratio: Double) {
        errorRate = scenario.nominalErrorRate + errorIncrease
        p99Microseconds = scenario.nominalP99Microseconds * p99Ratio
    }

    /// Whether a window keeps both; one without requests does not.
    func areKept(by window: MetricWindow.Figures?) -> Bool {
        guard let window else { return false }
        return window.errorRate <= errorRate && window.p99Microseconds <= p99Microseconds
    }
}
