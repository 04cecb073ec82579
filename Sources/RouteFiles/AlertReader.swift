// Reads `alerts:` of `gateway.yaml`: what somebody is to be told of, and where.

import Plan

/// Reads the built-in alerts.
enum AlertReader {
    static let keys = ["notify", "rules"]
    private static let common = ["alert", "name", "for", "resolve_after"]
    private static let figures = ["over", "min_requests", "routes"]
    /// Every key of a rule, for the schema.
    static let ruleKeys = common + ["metric", "above", "below", "within"] + figures
    static let metrics = Guard.Metric.allCases.filter { $0.rank != nil }
    static let minRequests = 1...1_000_000_000
    private static let mostRules = 64
    private static let mostNameBytes = 64
    private static let day = 86_400_000
    private static let windows = 1_000...day
    /// Latencies beyond 19 hours are not told apart (`LatencyBuckets`).
    private static let latencies = 1...(12 * 3_600_000)
    private static let whole = BucketTable.bucketCount

    /// The settings, and where each name of a route stands.
    static func read(
        _ value: YAMLValue
    ) -> (settings: AlertSettings, routes: [(name: String, place: YAMLValue)]) {
        var settings = AlertSettings()
        var routes: [(name: String, place: YAMLValue)] = []
        guard let mapping = value.mapping("alerts", keys: keys) else { return (settings, routes) }
        if let value = mapping["notify"] {
            settings.notify = NotifyReader.read(value, "alerts.notify", of: "alerts")
        }
        let mend = "write rules like {alert: errors, above: 5%}"
        guard let rules = mapping["rules"] else {
            value.error("alerts has no rules", "nobody would be told of anything", mend)
            return (settings, routes)
        }
        let members = rules.members("alerts.rules", mend: mend) ?? []
        if members.count > mostRules {
            rules.error(
                "alerts.rules has \(members.count) rules", "each is looked at every second",
                "use at most \(mostRules)")
        }
        var names: Set<String> = []
        for member in members {
            guard let rule = rule(member, &routes) else { continue }
            if names.insert(rule.name).inserted {
                settings.rules.append(rule)
            } else {
                member.error(
                    "two alerts are named \(rule.name)", "they could not be told apart",
                    "give one of them a name, like name: \(rule.name)_2")
            }
        }
        return (settings, routes)
    }

    // MARK: Rules

    private static func rule(
        _ value: YAMLValue, _ routes: inout [(name: String, place: YAMLValue)]
    ) -> AlertRule? {
        let known = AlertRule.Kind.allCases.map(\.rawValue)
        let all = "the alerts are \(known.joined(separator: ", "))"
        let said = value.text(at: "alert")
        guard let kind = AlertRule.Kind(rawValue: said) else {
            guard let mapping = value.mapping("an alert", keys: ruleKeys) else { return nil }
            guard let found = mapping["alert"] else {
                value.error("an alert does not say what it is of", "nothing would be watched", all)
                return nil
            }
            found.error(
                "an alert is of \(found.shown)", "nothing of that kind is watched",
                NearestKey.find(said, among: known).map { "did you mean \($0)?" } ?? all)
            return nil
        }
        let what = "the alert \(said)"
        guard let mapping = value.mapping(what, keys: keys(of: kind)) else { return nil }
        let condition = condition(kind, mapping, what)
        guard let name = name(mapping, said), let condition else { return nil }
        var rule = AlertRule(name: name, condition: condition)
        times(&rule, kind, mapping, what)
        rule.minRequests =
            mapping["min_requests"]?.count("\(what): min_requests", minRequests)
            ?? defaultRequests(kind)
        if let value = mapping["routes"] {
            let members = value.list("\(what): routes", mend: "name routes, like [sentiment]") ?? []
            rule.routes = members.map(\.scalarText)
            routes += members.map { ($0.scalarText, $0) }
        }
        return rule
    }

    static func keys(of kind: AlertRule.Kind) -> [String] {
        switch kind {
        case .latency: common + ["metric", "above"] + figures
        case .errors: common + ["above"] + figures
        case .requestRate: common + ["below", "above"] + figures
        case .rollback: common + ["routes"]
        case .reloadFailed, .certificatesFailed: common
        case .certificateExpires: common + ["within"]
        }
    }

    private static func name(_ mapping: YAMLMapping, _ kind: String) -> String? {
        guard let value = mapping["name"] else { return kind }
        let text = value.scalarText
        let isPlain = text.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
        }
        if isPlain && (1...mostNameBytes).contains(text.utf8.count) { return text }
        value.error(
            "the name of an alert is \(value.shown)", "it stands in metrics and messages",
            "use 1 to \(mostNameBytes) letters, digits and . _ -")
        return nil
    }

    /// Defaults are those of the rules for Prometheus.
    private static func times(
        _ rule: inout AlertRule, _ kind: AlertRule.Kind, _ mapping: YAMLMapping, _ what: String
    ) {
        let minutes =
            switch kind {
            case .latency: 10
            case .errors: 2
            case .rollback: 0
            case .requestRate: 30
            case .reloadFailed, .certificatesFailed, .certificateExpires: 5
            }
        rule.holdMilliseconds =
            mapping["for"]?.milliseconds("\(what): for", 0...(7 * day)) ?? minutes * 60_000
        // A rollback does not come and go by itself.
        let least = kind == .rollback ? 0 : 60_000
        rule.calmMilliseconds =
            mapping["resolve_after"]?.milliseconds("\(what): resolve_after", 0...(7 * day))
            ?? max(least, rule.holdMilliseconds)
        rule.windowMilliseconds =
            mapping["over"]?.milliseconds("\(what): over", windows)
            ?? (kind == .requestRate ? 15 : 5) * 60_000
    }

    private static func defaultRequests(_ kind: AlertRule.Kind) -> Int {
        switch kind {
        case .latency: 60
        case .errors: 20
        case .requestRate: 100
        default: 1
        }
    }

    // MARK: Conditions

    private static func condition(
        _ kind: AlertRule.Kind, _ mapping: YAMLMapping, _ what: String
    ) -> AlertRule.Condition? {
        switch kind {
        case .latency:
            let metric = metric(mapping, what)
            guard let above = above(mapping, what, like: "800ms"), let metric else { return nil }
            let time = above.milliseconds("\(what): above", latencies)
            return time.map { .latency(metric, above: Double($0) * 1_000) }
        case .errors:
            guard let above = above(mapping, what, like: "5%") else { return nil }
            let share = above.buckets("\(what): above", 0...(whole - 1))
            return share.map { .errors(above: Quantities.fraction($0)) }
        case .rollback: return .rollback
        case .requestRate: return requestRate(mapping, what)
        case .reloadFailed: return .reloadFailed
        case .certificatesFailed: return .certificatesFailed
        case .certificateExpires:
            guard let value = mapping["within"] else {
                return .certificateExpires(within: 21 * 86_400)
            }
            let time = value.milliseconds("\(what): within", 1_000...(3_650 * day))
            return time.map { .certificateExpires(within: $0 / 1_000) }
        }
    }

    private static func above(
        _ mapping: YAMLMapping, _ what: String, like example: String
    ) -> YAMLValue? {
        if let value = mapping["above"] { return value }
        mapping.value.error(
            "\(what) has no above", "there is nothing to compare with",
            "write it like above: \(example)")
        return nil
    }

    private static func metric(_ mapping: YAMLMapping, _ what: String) -> Guard.Metric? {
        guard let value = mapping["metric"] else { return .latencyP99 }
        let known = metrics.map(\.rawValue)
        let text = value.scalarText
        if let metric = metrics.first(where: { $0.rawValue == text }) { return metric }
        let all = "the metrics are \(known.joined(separator: ", "))"
        value.error(
            "\(what): metric is \(value.shown)", "no such time is taken",
            NearestKey.find(text, among: known).map { "did you mean \($0)?" } ?? all)
        return nil
    }

    private static func requestRate(
        _ mapping: YAMLMapping, _ what: String
    ) -> AlertRule.Condition? {
        if mapping["below"] == nil && mapping["above"] == nil {
            mapping.value.error(
                "\(what) has neither below nor above", "there is nothing to compare with",
                "write below: 50%, above: 200% or both, of the usual requests")
            return nil
        }
        let below = mapping["below"].map { $0.buckets("\(what): below", 1...(whole - 1)) }
        let above = mapping["above"].map {
            $0.buckets("\(what): above", (whole + 1)...(whole * 1_000))
        }
        // What is there and could not be read was reported.
        if case .some(nil) = below { return nil }
        if case .some(nil) = above { return nil }
        return .requestRate(
            below: below.flatMap(\.self).map(Quantities.fraction),
            above: above.flatMap(\.self).map(Quantities.fraction))
    }
}
