// What a guard says of the evidence so far, with everything that the answer rests on.

package import Plan

/// The answer of a guard.
package enum GuardVerdict: String, Sendable, Codable {
    /// The limit is kept, as far as the chosen probability of a mistake allows to say so.
    case pass
    /// The limit is broken.
    case fail
    /// There is not enough evidence for either.
    case inconclusive
    /// There is no stable version beside the candidate to compare it with.
    case notComparable = "not_comparable"
}

/// A guard's answer with its evidence. Rates are 0 … 1, latencies in microseconds.
package struct GuardResult: Sendable, Equatable, Codable {
    /// The figure that is guarded.
    package let metric: Guard.Metric
    /// The limit's key: `max_increase`, `max_ratio` or `max`.
    package let limit: String
    /// The limit's number: what the effect must exceed to fail.
    package let margin: Double
    package let verdict: GuardVerdict
    /// Requests of the stable version that were looked at, or streams if the metric is of streams;
    /// 0 for an absolute limit.
    package let stableCount: Int
    /// Requests of the candidate that were looked at, or streams.
    package let candidateCount: Int
    /// The stable version's figure; nil without requests, or for an absolute limit.
    package let stableEstimate: Double?
    /// The candidate's figure; nil without requests.
    package let candidateEstimate: Double?
    /// What the limit is compared with: the difference, the ratio, or the figure itself.
    package let effect: Double?
    /// The lower end of the effect's confidence sequence at `alpha`: above the margin means fail.
    package let low: Double?
    /// The upper end at `beta`: below the margin means pass. Nil if nothing is known.
    package let high: Double?
    /// The probability of a wrong fail that this guard may use up on this step.
    package let alpha: Double
    /// The probability of a wrong pass.
    package let beta: Double
    /// By what the candidate's count was divided, for requests that came in bunches; 1 for none.
    package var dispersion: Double? = 1

    /// The guard as the file has it.
    package var name: String { "\(metric.rawValue) \(limit)" }
}
