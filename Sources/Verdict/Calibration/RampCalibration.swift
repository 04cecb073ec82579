// How long a ramp takes at a rate of traffic, step by step.

package import Plan

/// A whole ramp, reckoned ahead by the tests that will decide it.
package struct RampCalibration: Sendable, Equatable, Codable {
    /// The versions' names.
    package let stable: String
    package let candidate: String
    /// What is assumed of the stable version.
    package let assumed: AssumedVersion
    /// Requests of the route a second.
    package let requestsPerSecond: Double
    package let minRequests: Int
    package let bakeMilliseconds: Int
    package let deadlineMilliseconds: Int
    /// What follows when the deadline passes without a conclusion.
    package let onInconclusive: String
    package let steps: [StepCalibration]
    /// The time of all steps, without the bake, with a candidate that is just as good; nil if it
    /// never comes to the end.
    package let takesMilliseconds: Int?

    /// Reckons with so many requests a second, 0.01 or more, and the shadow to the candidate if
    /// there is one.
    package init(
        _ canary: Canary, stable: String, candidate: String, assumed: AssumedVersion,
        requestsPerSecond: Double, shadow: Shadow? = nil
    ) {
        self.stable = stable
        self.candidate = candidate
        self.assumed = assumed
        self.requestsPerSecond = requestsPerSecond
        minRequests = canary.minRequests
        bakeMilliseconds = canary.bakeMilliseconds
        deadlineMilliseconds = canary.deadlineMilliseconds
        onInconclusive = canary.onInconclusive.rawValue
        steps = canary.steps.indices.map { place in
            StepCalibration(
                at: place, of: canary, stable: assumed, requestsPerSecond: requestsPerSecond,
                shadow: shadow)
        }
        takesMilliseconds = steps.reduce(Optional(0)) { sum, step in
            guard let sum, let own = step.takesMilliseconds else { return nil }
            return sum + own
        }
    }
}
