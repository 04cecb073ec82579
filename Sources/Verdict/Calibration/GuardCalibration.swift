// How many requests one guard needs on one step.

package import Plan

/// How many requests of the candidate it takes until a guard fails a worse one, and until it
/// passes one that is just as good.
///
/// The very test that decides is asked about the evidence that is to be expected after n requests,
/// and the least n is sought. That is when the expected path of the evidence crosses the level: the
/// median of the real number to first order, as the evidence is a random walk with a drift. One
/// ramp in ten needs about twice as many (CalibrationTests draws them). Of a guard on streams, the
/// requests are streams, and of one on agreement pairs.
package struct GuardCalibration: Sendable, Equatable, Codable {
    /// The most requests of one version that are reckoned with.
    package static let mostRequests = 100_000_000
    /// How far beyond an absolute limit a worse candidate is assumed to be.
    private static let beyondAbsoluteLimit = 1.5

    /// The figure that is guarded.
    package let metric: Guard.Metric
    /// The limit's key.
    package let limit: String
    /// The limit's number: a rate 0 … 1, microseconds, or a ratio.
    package let margin: Double
    /// The effect of the worse candidate, in the unit of the margin.
    package let worse: Double
    /// Whether the stable version is there to compare with, or need not be.
    package let isCompared: Bool
    /// Requests of the candidate until the guard fails the worse one; nil if it never does.
    package let failsAfterRequests: Int?
    /// Requests of the candidate until the guard passes one as good as the stable version; nil if
    /// it never does.
    package let passesAfterRequests: Int?
    /// Whether agreement is compared with that of control pairs.
    package let isControlled: Bool

    /// Asks a guard's test about a version, on a step with this share of the candidate, in buckets;
    /// `controls` is how many control pairs come with a pair.
    init(_ test: GuardTest, stable: AssumedVersion, share: Int, controls: Double) {
        let rule = test.rule
        isControlled = rule.isControlled
        metric = rule.metric
        limit = rule.limit.key
        margin = rule.limit.value
        let worseFigure: Double
        (worse, worseFigure) = Self.worsening(rule, of: stable.figure(rule.metric))
        isCompared = share < BucketTable.bucketCount || !rule.needsStable
        guard isCompared else {
            failsAfterRequests = nil
            passesAfterRequests = nil
            return
        }
        let own = ExpectedOutcomes(stable, of: rule.metric)
        let search = Search(test: test, stable: own, share: share, controls: controls)
        failsAfterRequests = search.leastRequests(
            until: .fail,
            ExpectedOutcomes(stable.having(rule.metric, worseFigure), of: rule.metric))
        passesAfterRequests = search.leastRequests(until: .pass, own)
    }

    /// A candidate that is worse by twice the margin: the effect and its figure. Twice the margin
    /// of a ratio is the ratio twice over; an absolute limit is exceeded by half of itself.
    private static func worsening(
        _ rule: Guard, of figure: Double
    ) -> (effect: Double, figure: Double) {
        switch rule.limit {
        case .maxIncrease(let margin): (2 * margin, figure + 2 * margin)
        case .maxRatio(let margin): (margin * margin, figure * margin * margin)
        case .max(let most): (most * beyondAbsoluteLimit, most * beyondAbsoluteLimit)
        case .min(let least) where rule.isControlled:
            (1 - 2 * (1 - least), max(0, figure - 2 * (1 - least)))
        case .min(let least):
            (1 - (1 - least) * beyondAbsoluteLimit, 1 - (1 - least) * beyondAbsoluteLimit)
        }
    }

    /// One step's search for the least number of requests.
    private struct Search {
        let test: GuardTest
        let stable: ExpectedOutcomes
        let share: Int
        let controls: Double

        func leastRequests(
            until wanted: GuardVerdict, _ candidate: ExpectedOutcomes
        ) -> Int? {
            func isReached(_ requests: Int) -> Bool {
                let evidence = StepEvidence(
                    stable: stable.evidence(stableRequests(beside: requests)),
                    candidate: candidate.evidence(requests))
                let isComparable = share < BucketTable.bucketCount
                return test.verdict(evidence, isComparable: isComparable) == wanted
            }
            var few = 0
            var enough = 1
            // In small steps: with very few requests the answer may come, go and come again.
            while !isReached(enough) {
                guard enough < mostRequests else { return nil }
                few = enough
                enough = min(mostRequests, enough + enough / 4 + 1)
            }
            while enough - few > 1 {
                let middle = few + (enough - few) / 2
                if isReached(middle) { enough = middle } else { few = middle }
            }
            return enough
        }

        /// How many the stable version has had in the same time.
        private func stableRequests(beside candidateRequests: Int) -> Int {
            if test.rule.metric.subject == .pairs {
                return Int(Double(candidateRequests) * controls)
            }
            // In the shadow both have the same requests.
            if share == 0 { return candidateRequests }
            let rest = Double(BucketTable.bucketCount - share)
            let requests = Double(candidateRequests) * rest / Double(share)
            return Int(min(Double(mostRequests), requests))
        }
    }
}
