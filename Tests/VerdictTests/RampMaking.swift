// Makes ramps for tests.

import Plan

/// Ramps with only what a test is about said aloud.
enum RampMaking {
    /// A ramp over these shares, in buckets.
    static func canary(
        shares: [Int] = [1_000, 10_000, 100_000], holdMilliseconds: Int = 1_000,
        minRequests: Int = 100, bakeMilliseconds: Int = 1_000, approveAt approved: Int? = nil,
        guards: [Guard] = [Guard(metric: .errorRate, limit: .maxIncrease(0.005))],
        onInconclusive: Canary.Inconclusive = .wait, deadlineMilliseconds: Int = 3_600_000
    ) -> Canary {
        Canary(
            stable: 0, candidate: 1,
            steps: shares.enumerated().map { index, share in
                Canary.Step(
                    share: share, holdMilliseconds: holdMilliseconds,
                    needsApproval: index == approved)
            },
            minRequests: minRequests, bakeMilliseconds: bakeMilliseconds, guards: guards,
            breaker: Canary.Breaker(
                consecutiveErrors: 10, errorRate: 0.5, minRequests: 20, withinMilliseconds: 10_000),
            onInconclusive: onInconclusive, deadlineMilliseconds: deadlineMilliseconds,
            falseRollback: 0.01, missedRegression: 0.05, notify: [])
    }
}
