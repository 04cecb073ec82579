// How long one step of a ramp takes at a rate of traffic, guard by guard.

package import Plan

/// One step of a ramp, reckoned ahead.
package struct StepCalibration: Sendable, Equatable, Codable {
    /// What is longer than this, 30,000 years, is not told apart.
    private static let mostMilliseconds = 1e15

    /// Counted from 1.
    package let step: Int
    /// The candidate's share, in percent; 0 in the shadow.
    package let share: Double
    /// Requests of the candidate a second, or copies in the shadow.
    package let candidateRequestsPerSecond: Double
    /// Pairs of answers a second that a shadow to the candidate brings; 0 without one.
    package let pairsPerSecond: Double
    /// The least evidence on this step.
    package let minRequests: Int
    /// The step's least time, in milliseconds.
    package let holdMilliseconds: Int
    /// Until there is that much, in milliseconds.
    package let minRequestsMilliseconds: Int
    /// Whether an operator must let the ramp go on from here.
    package let needsApproval: Bool
    package let guards: [GuardCalibration]
    /// The time of the step with a candidate that is just as good; nil if it never ends.
    package let takesMilliseconds: Int?

    /// Reckons for the step at this place, counted from 0, with so many requests of the route.
    init(
        at place: Int, of canary: Canary, stable: AssumedVersion, requestsPerSecond: Double,
        shadow: Shadow?
    ) {
        let terms = canary.steps[place]
        let all = Double(BucketTable.bucketCount)
        let sample = shadow.map { Double($0.sample) / all } ?? 0
        let part = Double(terms.share) / Double(BucketTable.bucketCount)
        let guards = canary.guards.map { rule in
            GuardCalibration(
                GuardTest(rule, alpha: canary.guardAlpha, beta: canary.missedRegression),
                stable: stable, share: terms.share,
                controls: shadow.map { Double($0.noiseControl) / all } ?? 0)
        }
        step = place + 1
        share = part * 100
        // Only what the stable version answers is mirrored.
        let pairs = requestsPerSecond * (1 - part) * sample
        let own = terms.isMirrored ? pairs : requestsPerSecond * part
        candidateRequestsPerSecond = own
        pairsPerSecond = pairs
        minRequests = terms.minRequests ?? canary.minRequests
        holdMilliseconds = terms.holdMilliseconds
        // The version with less has them last.
        let slower = part < 1 ? min(part, 1 - part) : 1
        minRequestsMilliseconds = Self.milliseconds(
            minRequests, perSecond: terms.isMirrored ? pairs : requestsPerSecond * slower)
        needsApproval = terms.needsApproval
        self.guards = guards
        let least = max(holdMilliseconds, minRequestsMilliseconds)
        takesMilliseconds = guards.filter(\.isCompared).reduce(Optional(least)) { time, rule in
            guard let time, let requests = rule.passesAfterRequests else { return nil }
            let perSecond = rule.metric.subject == .pairs ? pairs : own
            return max(time, Self.milliseconds(requests, perSecond: perSecond))
        }
    }

    /// Whether the candidate only gets copies of requests on this step.
    package var isMirrored: Bool { share == 0 }

    /// The share as people read it.
    package var place: String {
        isMirrored ? "in the shadow" : "\(FigureText.decimal(share)) %"
    }

    /// How long it takes to have so many requests of the candidate, or pairs if the metric is of
    /// these; in milliseconds.
    package func milliseconds(_ requests: Int, of metric: Guard.Metric) -> Int {
        Self.milliseconds(
            requests,
            perSecond: metric.subject == .pairs ? pairsPerSecond : candidateRequestsPerSecond)
    }

    private static func milliseconds(_ requests: Int, perSecond: Double) -> Int {
        if perSecond <= 0 { return Int(mostMilliseconds) }
        return Int(min(mostMilliseconds, Double(requests) / perSecond * 1_000))
    }
}
