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
        let isOfPairs = result.metric.subject == .pairs
        let with = isOfPairs ? " with \(stable)" : ""
        var text = "\(result.metric.rawValue) of \(candidate)\(with) is \(own) (\(ownCount))"
        if result.isRelative {
            let other = result.stableEstimate.map { figure(result.metric, $0) } ?? "unknown"
            text += isOfPairs ? ", of \(stable) with itself" : ", of \(stable)"
            text += " \(other) (\(FigureText.count(result.stableCount)))"
        }
        return text + ": " + comparison(result, stable)
    }

    /// What the effect is against what is allowed.
    private static func comparison(_ result: GuardResult, _ stable: String) -> String {
        let low = result.low.map { effect(result, $0) }
        let high = result.high.map { effect(result, $0) }
        let apart = result.limit == "min" && result.isRelative ? " apart from that noise" : ""
        let most =
            "\(allowed(result)) is \(result.limit == "min" ? "asked for" : "allowed")\(apart)"
        let orMore = low.map { "surely \($0) or more, where " } ?? ""
        let orLess = high.map { "surely \($0) or less, where " } ?? ""
        let isLeast = result.limit == "min"
        switch result.verdict {
        case .fail: return (isLeast ? orLess : orMore) + most
        case .pass: return (isLeast ? orMore : orLess) + most
        case .inconclusive:
            var known = orMore + orLess
            if let low, let high { known = "between \(low) and \(high), where " }
            return known.isEmpty ? "too early to say, \(most)" : "\(known)\(most), too early to say"
        case .notComparable: return "\(stable) gets no requests any more to compare with"
        }
    }

    /// What is allowed: `at most 1.2 times`, `at least 99 %`.
    package static func allowed(_ result: GuardResult) -> String {
        "at \(result.limit == "min" ? "least" : "most") \(effect(result, result.margin))"
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
        if metric.subject == .pairs { return "pairs" }
        return metric.isOfStreams ? "streams" : "requests"
    }
}
