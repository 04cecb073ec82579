// A ramp as its file describes it: from a stable version to a candidate, step by step, with guards.

/// What `canary:` says: which version is tried against which, how fast, and what ends the trial.
package struct Canary: Sendable, Equatable {
    /// One step of the ramp.
    package struct Step: Sendable, Equatable {
        /// The candidate's share, in buckets: 1 … 100,000, more than on the step before; 0 on a
        /// first step in the shadow.
        package let share: Int
        /// The least time on the step, in milliseconds.
        package let holdMilliseconds: Int
        /// Whether an operator must let the ramp go on from here.
        package let needsApproval: Bool
        /// The least evidence on this step; nil for that of the ramp.
        package let minRequests: Int?
        /// Whether that is counted in pairs that were compared, not in requests of each version.
        package let countsPairs: Bool

        /// Makes a step.
        package init(
            share: Int, holdMilliseconds: Int, needsApproval: Bool, minRequests: Int? = nil,
            countsPairs: Bool = false
        ) {
            self.share = share
            self.holdMilliseconds = holdMilliseconds
            self.needsApproval = needsApproval
            self.minRequests = minRequests
            self.countsPairs = countsPairs
        }

        /// Whether the candidate only gets copies of requests on this step.
        package var isMirrored: Bool { share == 0 }
    }

    /// What happens when a step's deadline passes and a guard is still inconclusive.
    package enum Inconclusive: String, Sendable {
        case wait
        case pause
        case rollback
    }

    /// Limits that need no statistics: beyond them the candidate is out at once.
    package struct Breaker: Sendable, Equatable {
        /// Errors of the candidate one after the other.
        package let consecutiveErrors: Int
        /// The candidate's rate of errors, 0 … 1, over `withinMilliseconds` …
        package let errorRate: Double
        /// … once it has had so many requests in that time.
        package let minRequests: Int
        /// The time over which the rate is taken, in milliseconds.
        package let withinMilliseconds: Int

        /// Makes a breaker.
        package init(
            consecutiveErrors: Int, errorRate: Double, minRequests: Int, withinMilliseconds: Int
        ) {
            self.consecutiveErrors = consecutiveErrors
            self.errorRate = errorRate
            self.minRequests = minRequests
            self.withinMilliseconds = withinMilliseconds
        }
    }

    /// The version that serves everybody who is not on the candidate, by its index in the route.
    package let stable: Int
    /// The version on trial, by its index in the route.
    package let candidate: Int
    /// The steps with rising shares, at least one of them with callers.
    package let steps: [Step]
    /// The least evidence on a step, in requests of each version.
    package let minRequests: Int
    /// How long the candidate is watched after the last step, in milliseconds.
    package let bakeMilliseconds: Int
    /// What must hold on every step.
    package let guards: [Guard]
    /// The limits without statistics.
    package let breaker: Breaker
    /// What follows when a step's deadline passes without a conclusion.
    package let onInconclusive: Inconclusive
    /// The time that a step may take to come to a conclusion, in milliseconds.
    package let deadlineMilliseconds: Int
    /// The probability, 0 … 1, that a whole ramp of two equal versions is rolled back by guards.
    package let falseRollback: Double
    /// The probability, 0 … 1, that a guard passes a step though the margin is reached.
    package let missedRegression: Double
    /// Where decisions are posted.
    package let notify: [NotifyTarget]

    /// Makes a ramp of parts that are known to fit each other and the route's versions.
    package init(
        stable: Int, candidate: Int, steps: [Step], minRequests: Int, bakeMilliseconds: Int,
        guards: [Guard], breaker: Breaker, onInconclusive: Inconclusive,
        deadlineMilliseconds: Int, falseRollback: Double, missedRegression: Double,
        notify: [NotifyTarget]
    ) {
        self.stable = stable
        self.candidate = candidate
        self.steps = steps
        self.minRequests = minRequests
        self.bakeMilliseconds = bakeMilliseconds
        self.guards = guards
        self.breaker = breaker
        self.onInconclusive = onInconclusive
        self.deadlineMilliseconds = deadlineMilliseconds
        self.falseRollback = falseRollback
        self.missedRegression = missedRegression
        self.notify = notify
    }

    /// Whether anything is decided by what a shadow to the candidate was answered.
    package var looksAtShadow: Bool {
        steps.contains(where: \.isMirrored) || guards.contains { $0.metric.subject == .pairs }
    }

    /// The error probability of one guard on one step, or in the bake: `falseRollback` shared out
    /// evenly (Bonferroni), so that all of them together stay within it.
    package var guardAlpha: Double {
        let stretches = steps.count + (bakeMilliseconds > 0 ? 1 : 0)
        return falseRollback / Double(max(1, guards.count) * stretches)
    }
}
