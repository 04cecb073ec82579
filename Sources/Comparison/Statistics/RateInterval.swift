// Confidence intervals of rates and of their differences.

import Glibc

/// Intervals at 95 %, for people who look at a table; guards have their own tests.
package struct RateInterval: Sendable, Equatable, Codable {
    /// The lower end.
    package let low: Double
    /// The upper end.
    package let high: Double

    private static let deviations = 1.959_964

    /// The interval of a rate (Wilson 1927, doi:10.1080/01621459.1927.10502953).
    package static func wilson(_ count: Int, of total: Int) -> RateInterval {
        guard total > 0 else { return RateInterval(low: 0, high: 1) }
        let size = Double(total)
        let rate = Double(count) / size
        let square = deviations * deviations
        let middle = rate + square / (2 * size)
        let spread =
            deviations * (rate * (1 - rate) / size + square / (4 * size * size)).squareRoot()
        let scale = 1 + square / size
        return RateInterval(
            low: count <= 0 ? 0 : max(0, (middle - spread) / scale),
            high: count >= total ? 1 : min(1, (middle + spread) / scale))
    }

    /// The interval of the first rate less the second, of independent pairs: the hybrid score
    /// interval (method 10 of Newcombe 1998,
    /// doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I). Where the same
    /// requests are in both it is rather too wide than too narrow.
    package static func newcombe(
        _ first: (count: Int, total: Int), less second: (count: Int, total: Int)
    ) -> RateInterval {
        guard first.total > 0, second.total > 0 else { return RateInterval(low: -1, high: 1) }
        let one = Double(first.count) / Double(first.total)
        let other = Double(second.count) / Double(second.total)
        let own = wilson(first.count, of: first.total)
        let theirs = wilson(second.count, of: second.total)
        func norm(_ left: Double, _ right: Double) -> Double {
            (left * left + right * right).squareRoot()
        }
        let difference = one - other
        return RateInterval(
            low: difference - norm(one - own.low, theirs.high - other),
            high: difference + norm(own.high - one, other - theirs.low))
    }
}
