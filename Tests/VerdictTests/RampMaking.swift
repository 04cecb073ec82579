// Makes ramps for tests.

import Plan

/// Ramps with only what a test is about said aloud.
enum RampMaking {
    /// A ramp over these shares, in buckets; `shadow` is the evidence asked for on a step before
    /// them, and `countsPairs` whether it is in pairs.
    static func canary(
        shares: [Int] = [1_000, 10_000, 100_000], holdMilliseconds: Int = 1_000,
        minRequests: Int = 100, bakeMilliseconds: Int = 1_000, approveAt approved: Int? = nil,
        guards: [Guard] = [Guard(metric: .errorRate, limit: .maxIncrease(0.005))],
        onInconclusive: Canary.Inconclusive = .wait, deadlineMilliseconds: Int = 3_600_000,
        shadow: Int? = nil, countsPairs: Bool = true
    ) -> Canary {
        let mirrored = shadow.map {
            Canary.Step(
                share: 0, holdMilliseconds: holdMilliseconds, needsApproval: false,
                minRequests: $0, countsPairs: countsPairs)
        }
        let served = shares.enumerated().map { index, share in
            Canary.Step(
                share: share, holdMilliseconds: holdMilliseconds, needsApproval: index == approved)
        }
        return Canary(
            stable: 0, candidate: 1, steps: [mirrored].compactMap(\.self) + served,
            minRequests: minRequests, bakeMilliseconds: bakeMilliseconds, guards: guards,
            breaker: Canary.Breaker(
                consecutiveErrors: 10, errorRate: 0.5, minRequests: 20, withinMilliseconds: 10_000),
            onInconclusive: onInconclusive, deadlineMilliseconds: deadlineMilliseconds,
            falseRollback: 0.01, missedRegression: 0.05, notify: [])
    }
}
