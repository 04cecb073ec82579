// A figure beside the limit that an alert has for it.

/// What was measured, and what was allowed.
package struct AlertFigure: Sendable, Equatable, Codable {
    /// What the numbers count.
    package enum Unit: String, Sendable, Codable {
        case milliseconds = "ms"
        case percent = "%"
        case days = "d"
    }

    /// The figure's name: `latency_p99`.
    package let metric: String
    /// What was measured.
    package let value: Double
    /// What it is compared with.
    package let limit: Double
    /// Whether the limit is the most that is allowed, not the least.
    package let isMost: Bool
    /// The unit of both.
    package let unit: Unit

    /// Puts a figure beside its limit.
    package init(metric: String, value: Double, limit: Double, isMost: Bool, unit: Unit) {
        self.metric = metric
        self.value = value
        self.limit = limit
        self.isMost = isMost
        self.unit = unit
    }

    /// Whether the limit is broken.
    package var isBeyond: Bool { isMost ? value > limit : value < limit }
}
