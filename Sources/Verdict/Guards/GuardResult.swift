// What a guard says of the evidence so far, with everything that the answer rests on.

package import Plan

/// The answer of a guard.
package enum GuardVerdict: String, Sendable, Codable, CaseIterable {
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
    /// The limit's key: `max_increase`, `max_ratio`, `max` or `min`.
    package let limit: String
    /// The limit's number: what the effect must exceed to fail, or of `min` fall short of.
    package let margin: Double
    package let verdict: GuardVerdict
    /// Requests of the stable version that were looked at, or streams or control pairs if the
    /// metric is of these; 0 for an absolute limit.
    package let stableCount: Int
    /// Requests of the candidate that were looked at, or streams or pairs.
    package let candidateCount: Int
    /// The stable version's figure; nil without requests, or for an absolute limit.
    package let stableEstimate: Double?
    /// The candidate's figure; nil without requests.
    package let candidateEstimate: Double?
    /// What the limit is compared with: the difference, the ratio, or the figure itself. Of a
    /// controlled agreement it is the candidate's with what the stable version's own falls short of
    /// 100 % added, and so may be more than 1.
    package let effect: Double?
    /// The lower end of the effect's confidence sequence at `alpha`: above the margin means fail.
    /// Of `min` it is that at `beta`, and above the margin means pass.
    package let low: Double?
    /// The upper end at `beta`: below the margin means pass. Of `min` it is that at `alpha`, and
    /// below the margin means fail. Nil if nothing is known.
    package let high: Double?
    /// The probability of a wrong fail that this guard may use up on this step.
    package let alpha: Double
    /// The probability of a wrong pass.
    package let beta: Double
    /// By what the candidate's count was divided, for requests that came in bunches; 1 for none.
    package var dispersion: Double? = 1
    /// Of agreement: whether it is compared with that of control pairs. Nil for other metrics.
    package var isControlled: Bool?

    /// The guard as the file has it.
    package var name: String { "\(metric.rawValue) \(limit)" }

    /// Whether the stable version's figure matters.
    package var isRelative: Bool { limit == "min" ? isControlled == true : limit != "max" }
}
