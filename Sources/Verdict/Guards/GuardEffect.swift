// The effect that a guard limits, as a question: is it surely above, or below, a number?

import Glibc

/// A comparison and what is asked of it.
enum GuardEffect {
    /// What the effect is.
    enum Kind {
        /// The candidate's figure less the stable version's.
        case increase
        /// The candidate's figure by the stable version's.
        case ratio
        /// The candidate's figure itself.
        case itself
    }

    case rate(RateComparison, Kind)
    case quantile(QuantileComparison, Kind)

    /// The longest latency that an interval tells of, in microseconds: an hour.
    private static let mostMicroseconds = 3_600_000_000.0
    /// The largest ratio, and by its inverse the smallest, that an interval tells of.
    private static let mostRatio = 10_000.0
    private static let bisections = 30

    /// Whether the effect is surely above a number.
    func isAbove(_ margin: Double, _ alpha: Double) -> Bool {
        switch self {
        case .rate(let rates, .itself):
            BernoulliMixture.against(
                atMost: min(1, margin), rates.candidate.errors, of: rates.candidate.requests)
                >= -log(alpha)
        case .rate(let rates, let kind): rates.isAbove(Self.bound(kind, margin), alpha: alpha)
        case .quantile(let quantiles, .itself):
            quantiles.isAbove(microseconds: margin, alpha: alpha)
        case .quantile(let quantiles, let kind):
            quantiles.isAbove(Self.bound(kind, margin), alpha: alpha)
        }
    }

    /// Whether the effect is surely below a number.
    func isBelow(_ margin: Double, _ beta: Double) -> Bool {
        switch self {
        case .rate(let rates, .itself):
            BernoulliMixture.against(
                atLeast: max(0, margin), rates.candidate.errors, of: rates.candidate.requests)
                >= -log(beta)
        case .rate(let rates, let kind): rates.isBelow(Self.bound(kind, margin), beta: beta)
        case .quantile(let quantiles, .itself):
            quantiles.isBelow(microseconds: margin, beta: beta)
        case .quantile(let quantiles, let kind):
            quantiles.isBelow(Self.bound(kind, margin), beta: beta)
        }
    }

    /// The candidate's figure at the limit, given the stable version's.
    private static func bound(_ kind: Kind, _ margin: Double) -> (Double) -> Double {
        switch kind {
        case .increase: { $0 + margin }
        case .ratio: { $0 * margin }
        case .itself: { _ in margin }
        }
    }

    /// The confidence sequence of the effect: below `low` at `alpha`, above `high` at `beta` it is
    /// refuted; an end is nil where nothing is refuted.
    func interval(_ alpha: Double, _ beta: Double) -> (low: Double?, high: Double?) {
        let scale = scale
        let low = lastTrue(from: scale.least, to: scale.most) {
            isAbove(scale.value($0), alpha)
        }
        let high = lastTrue(from: scale.most, to: scale.least) {
            isBelow(scale.value($0), beta)
        }
        return (low.map(scale.value), high.map(scale.value))
    }

    /// How effects are laid out for a bisection.
    private var scale: (least: Double, most: Double, value: (Double) -> Double) {
        switch self {
        case .rate(_, .increase): (-1, 1, { $0 })
        case .rate(_, .itself): (0, 1, { $0 })
        case .quantile(_, .increase): (-Self.mostMicroseconds, Self.mostMicroseconds, { $0 })
        case .quantile(_, .itself): (0, log(Self.mostMicroseconds), { exp($0) })
        case .rate(_, .ratio), .quantile(_, .ratio):
            (-log(Self.mostRatio), log(Self.mostRatio), { exp($0) })
        }
    }

    /// The last place, going from `start` to `end`, at which a statement still holds that holds
    /// up to some place and not beyond; nil if it does not even hold at the start.
    private func lastTrue(
        from start: Double, to end: Double, _ holds: (Double) -> Bool
    ) -> Double? {
        guard holds(start) else { return nil }
        if holds(end) { return end }
        var good = start
        var bad = end
        for _ in 0..<Self.bisections {
            let middle = (good + bad) / 2
            if holds(middle) { good = middle } else { bad = middle }
        }
        return good
    }
}
