// How often answers agree, and how much slower the shadow is, as JSON.

import Comparison

/// Pairs by their result.
package struct AgreementDocument: Codable, Sendable {
    /// Pairs that could be compared.
    package let compared: Int
    package let agreeing: Int
    package let differing: Int
    /// Pairs that could not be compared, by reason: neither for nor against the shadow.
    package let notComparable: [String: Int]
    /// The part of the compared pairs that agree; nil without any.
    package let rate: RateDocument?

    init(_ counts: PairCounts) {
        compared = counts.compared
        agreeing = counts.agreeing
        differing = counts.differing
        notComparable = counts.notComparable
        rate = RateDocument(counts.agreeing, of: counts.compared)
    }
}

/// The shadow's latency less the caller's, request by request.
package struct PairedLatencyDocument: Codable, Sendable {
    /// In milliseconds, with its 95 % interval where there are enough pairs to know one.
    package struct EstimateDocument: Codable, Sendable {
        package let value: Double
        package let low: Double?
        package let high: Double?

        init(_ estimate: PairedLatency.Estimate) {
            value = estimate.microseconds / 1_000
            low = estimate.lowMicroseconds.map { $0 / 1_000 }
            high = estimate.highMicroseconds.map { $0 / 1_000 }
        }
    }

    /// Pairs of which both answers came whole.
    package let pairs: Int
    package let meanMs: EstimateDocument
    package let p50Ms: EstimateDocument
    package let p90Ms: EstimateDocument
    package let p99Ms: EstimateDocument
    /// How often the shadow was slower, where it was not just as fast; nil if it always was.
    package let slowerShare: RateDocument?

    /// Nil without pairs.
    init?(_ latency: PairedLatency) {
        guard let mean = latency.mean, let middle = latency.quantile(0.5),
            let high = latency.quantile(0.9), let highest = latency.quantile(0.99)
        else { return nil }
        pairs = latency.count
        meanMs = EstimateDocument(mean)
        p50Ms = EstimateDocument(middle)
        p90Ms = EstimateDocument(high)
        p99Ms = EstimateDocument(highest)
        slowerShare = RateDocument(latency.slower, of: latency.slower + latency.faster)
    }
}
