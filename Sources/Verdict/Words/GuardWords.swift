// A guard's answer as a sentence.

package import Plan

/// Puts guards into words.
package enum GuardWords {
    /// One sentence with the figures that decided.
    package static func sentence(
        _ result: GuardResult, stable: String, candidate: String
    ) -> String {
        let own = result.candidateEstimate.map { figure(result.metric, $0) } ?? "unknown"
        let ownCount = "\(FigureText.count(result.candidateCount)) \(noun(result.metric))"
        var text = "\(result.metric.rawValue) of \(candidate) is \(own) (\(ownCount))"
        if result.limit != "max" {
            let other = result.stableEstimate.map { figure(result.metric, $0) } ?? "unknown"
            text += ", of \(stable) \(other) (\(FigureText.count(result.stableCount)))"
        }
        return text + ": " + comparison(result, stable)
    }

    /// What the effect is against what is allowed.
    private static func comparison(_ result: GuardResult, _ stable: String) -> String {
        let low = result.low.map { effect(result, $0) }
        let high = result.high.map { effect(result, $0) }
        let most = "at most \(effect(result, result.margin)) is allowed"
        let orMore = low.map { "surely \($0) or more, where " } ?? ""
        let orLess = high.map { "surely \($0) or less, where " } ?? ""
        switch result.verdict {
        case .fail: return orMore + most
        case .pass: return orLess + most
        case .inconclusive:
            var known = orMore + orLess
            if let low, let high { known = "between \(low) and \(high), where " }
            return known.isEmpty ? "too early to say, \(most)" : "\(known)\(most), too early to say"
        case .notComparable: return "\(stable) gets no requests any more to compare with"
        }
    }

    /// An effect in the unit of its limit.
    package static func effect(_ result: GuardResult, _ value: Double) -> String {
        effect(result.metric, result.limit, value)
    }

    /// An effect in the unit of the limit with this key.
    package static func effect(_ metric: Guard.Metric, _ limit: String, _ value: Double) -> String {
        switch limit {
        case "max_ratio": "\(FigureText.decimal(value)) times"
        case "max_increase": (value < 0 ? "" : "+") + figure(metric, value)
        default: figure(metric, value)
        }
    }

    /// A guard with its limit: `latency_p99 max_ratio 1.2`.
    package static func name(_ metric: Guard.Metric, _ limit: String, _ margin: Double) -> String {
        let number =
            limit == "max_ratio" ? FigureText.decimal(margin) : figure(metric, margin)
        return "\(metric.rawValue) \(limit) \(number)"
    }

    /// A figure of one version.
    package static func figure(_ metric: Guard.Metric, _ value: Double) -> String {
        metric.rank == nil ? FigureText.percent(value) : FigureText.latency(value)
    }

    /// What a metric is counted in.
    package static func noun(_ metric: Guard.Metric) -> String {
        metric.isOfStreams ? "streams" : "requests"
    }
}
