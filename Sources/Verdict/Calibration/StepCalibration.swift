// How long one step of a ramp takes at a rate of traffic, guard by guard.

import Plan

/// One step of a ramp, reckoned ahead.
package struct StepCalibration: Sendable, Equatable, Codable {
    /// What is longer than this, 30,000 years, is not told apart.
    private static let mostMilliseconds = 1e15

    /// Counted from 1.
    package let step: Int
    /// The candidate's share, in percent.
    package let share: Double
    /// Requests of the candidate a second.
    package let candidateRequestsPerSecond: Double
    /// The step's least time, in milliseconds.
    package let holdMilliseconds: Int
    /// Until both versions have had `min_requests`, in milliseconds.
    package let minRequestsMilliseconds: Int
    /// Whether an operator must let the ramp go on from here.
    package let needsApproval: Bool
    package let guards: [GuardCalibration]
    /// The time of the step with a candidate that is just as good; nil if it never ends.
    package let takesMilliseconds: Int?

    /// Reckons for the step at this place, counted from 0, with so many requests of the route.
    init(at place: Int, of canary: Canary, stable: AssumedVersion, requestsPerSecond: Double) {
        let terms = canary.steps[place]
        let part = Double(terms.share) / Double(BucketTable.bucketCount)
        let guards = canary.guards.map { rule in
            GuardCalibration(
                GuardTest(rule, alpha: canary.guardAlpha, beta: canary.missedRegression),
                stable: stable, share: terms.share)
        }
        step = place + 1
        share = part * 100
        candidateRequestsPerSecond = requestsPerSecond * part
        holdMilliseconds = terms.holdMilliseconds
        // The version with less has them last.
        minRequestsMilliseconds = Self.milliseconds(
            canary.minRequests, perSecond: requestsPerSecond * (part < 1 ? min(part, 1 - part) : 1))
        needsApproval = terms.needsApproval
        self.guards = guards
        let least = max(holdMilliseconds, minRequestsMilliseconds)
        takesMilliseconds = guards.filter(\.isCompared).reduce(Optional(least)) { time, rule in
            guard let time, let requests = rule.passesAfterRequests else { return nil }
            return max(time, Self.milliseconds(requests, perSecond: requestsPerSecond * part))
        }
    }

    /// How long the candidate takes to have so many requests, in milliseconds.
    package func milliseconds(_ requests: Int) -> Int {
        Self.milliseconds(requests, perSecond: candidateRequestsPerSecond)
    }

    private static func milliseconds(_ requests: Int, perSecond: Double) -> Int {
        Int(min(mostMilliseconds, Double(requests) / perSecond * 1_000))
    }
}
