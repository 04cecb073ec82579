// A quantile, and a rate, each with how far it is known, as JSON.

import Recording

/// A quantile in milliseconds with its 95 % interval; no `high` with too few values.
package struct QuantileDocument: Codable, Sendable {
    package let value: Double
    package let low: Double
    package let high: Double?

    /// The quantiles that are shown, by their names: p50, p90, p95, p99; none without values.
    static func all(of figures: LatencyFigures) -> [String: QuantileDocument] {
        named.compactMapValues { rank in
            figures.quantile(rank).map { quantile in
                QuantileDocument(
                    value: quantile.microseconds / 1_000, low: quantile.lowMicroseconds / 1_000,
                    high: quantile.highMicroseconds.map { $0 / 1_000 })
            }
        }
    }

    /// The same without intervals.
    static func values(of figures: LatencyFigures) -> [String: Double] {
        named.compactMapValues { rank in figures.quantile(rank).map { $0.microseconds / 1_000 } }
    }

    private static let named = ["p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99]
}

/// A rate with its 95 % interval.
package struct RateDocument: Codable, Sendable {
    package let value: Double
    package let low: Double
    package let high: Double

    /// So many of so many; nil of nothing.
    init?(_ count: Int, of total: Int) {
        guard total > 0 else { return nil }
        let interval = Intervals.proportion(count, of: total)
        value = Double(count) / Double(total)
        low = interval.low
        high = interval.high
    }
}
