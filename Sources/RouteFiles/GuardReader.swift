// Reads the guards of a ramp: which figures of the candidate are limited, and how.

import Plan

/// Reads `guards:` of a ramp.
enum GuardReader {
    static let limitKeys = ["max_increase", "max_ratio", "max", "min"]
    static let keys = ["metric"] + limitKeys
    /// What must hold if the file does not say.
    static let defaults = [
        Guard(metric: .errorRate, limit: .maxIncrease(0.005)),
        Guard(metric: .latencyP99, limit: .maxRatio(1.2)),
    ]
    private static let mostGuards = 32
    /// Latencies beyond 19 hours are not told apart (`LatencyBuckets`).
    private static let latencyRange = 1...(12 * 3_600_000)
    private static let ratioRange = 1.0...1_000.0
    private static let agreementMend = "write {metric: agreement, min: 99%}"

    /// The guards of a ramp, with what is known of a shadow to its candidate.
    static func read(_ value: YAMLValue, _ shadow: CandidateShadow) -> [Guard] {
        let mend = "write it like guards: [{metric: error_rate, max_increase: 0.5%}]"
        let members = value.members("canary.guards", mend: mend) ?? []
        if members.count > mostGuards {
            value.error(
                "canary.guards has \(members.count) guards", "a ramp may have \(mostGuards)",
                "leave some out")
            return []
        }
        var seen: Set<String> = []
        return members.compactMap { member in
            guard let found = readGuard(member, shadow) else { return nil }
            if !seen.insert(found.name).inserted {
                member.warning(
                    "the guard \(found.name) stands twice",
                    "the stricter of the two decides, and the other costs evidence",
                    "remove one of them")
            }
            return found
        }
    }

    private static func readGuard(_ value: YAMLValue, _ shadow: CandidateShadow) -> Guard? {
        guard let mapping = value.mapping("a guard", keys: keys) else { return nil }
        let metric = readMetric(mapping)
        let shown = metric.map { "the guard on \($0.rawValue)" } ?? "a guard"
        let given = limitKeys.filter { mapping[$0] != nil }
        guard given.count == 1, let limit = mapping[given[0]] else {
            let mend =
                metric == .agreement
                ? agreementMend : "write just one of max_increase, max_ratio and max"
            if given.isEmpty {
                value.error("\(shown) has no limit", "it would hold whatever happens", mend)
            } else {
                value.error(
                    "\(shown) has \(given.joined(separator: " and "))",
                    "each limit is a test of its own", "\(mend), and make another guard of the rest"
                )
            }
            return nil
        }
        guard let metric, fits(given[0], metric, mapping) else { return nil }
        let found = readLimit(given[0], limit, of: metric)
        if metric == .agreement { shadow.expectComparison(value) }
        return found.map {
            Guard(
                metric: metric, limit: $0,
                isControlled: metric == .agreement && shadow.hasNoiseControl)
        }
    }

    /// Agreement has a least value, and everything else a greatest.
    private static func fits(
        _ key: String, _ metric: Guard.Metric, _ mapping: YAMLMapping
    ) -> Bool {
        if (key == "min") == (metric == .agreement) { return true }
        mapping[key]?.error(
            "the guard on \(metric.rawValue) has \(key)",
            metric == .agreement
                ? "agreement is never too much" : "only agreement can be too little",
            metric == .agreement
                ? agreementMend : "write just one of max_increase, max_ratio and max")
        return false
    }

    private static func readMetric(_ mapping: YAMLMapping) -> Guard.Metric? {
        let known = Guard.Metric.allCases.map(\.rawValue)
        let all = "the metrics are \(known.joined(separator: ", "))"
        guard let value = mapping["metric"] else {
            mapping.value.error("a guard has no metric", "no figure would be watched", all)
            return nil
        }
        guard let text = value.text("the metric of a guard", mend: all) else { return nil }
        if let metric = Guard.Metric(rawValue: text) { return metric }
        value.error(
            "the metric of a guard is \(value.shown)", "no such figure is taken",
            NearestKey.find(text, among: known).map { "did you mean \($0)?" } ?? all)
        return nil
    }

    private static func readLimit(
        _ key: String, _ value: YAMLValue, of metric: Guard.Metric
    ) -> Guard.Limit? {
        let what = "\(key) of \(metric.rawValue)"
        if key == "max_ratio" { return readRatio(value, what).map { .maxRatio($0) } }
        if key == "min" {
            // Nothing could ever prove that all agree.
            return value.buckets(what, 1...(BucketTable.bucketCount - 1))
                .map { .min(Quantities.fraction($0)) }
        }
        let number: Double? =
            if metric.rank == nil {
                value.buckets(what, 1...BucketTable.bucketCount).map(Quantities.fraction)
            } else {
                value.milliseconds(what, latencyRange).map { Double($0) * 1_000 }
            }
        return number.map { key == "max" ? .max($0) : .maxIncrease($0) }
    }

    private static func readRatio(_ value: YAMLValue, _ what: String) -> Double? {
        let mend = "write a number from 1 to 1000 in steps of 0.001, like 1.2"
        guard let text = value.text(what, mend: mend) else { return nil }
        let ratio = Quantities.ratio(text)
        if let ratio, ratioRange.contains(ratio) { return ratio }
        let reason =
            switch ratio {
            case nil: "that is no ratio"
            case let ratio? where ratio < 1: "a candidate that is just as good would fail"
            default: "nothing could go beyond it"
            }
        value.error("\(what) is \(value.shown)", reason, mend)
        return nil
    }
}
