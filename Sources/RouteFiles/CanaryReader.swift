// Reads `canary:`: the ramp from a stable version to a candidate.

import Plan

/// Reads the ramp of a route. What is left out has its default.
enum CanaryReader {
    static let keys = [
        "stable", "candidate", "steps", "hold", "min_requests", "bake", "guards", "breaker",
        "on_inconclusive", "deadline", "false_rollback", "missed_regression", "notify",
        "after_shadow",
    ]
    static let shadowKeys = ["requests", "hold"]
    static let stepKeys = ["share", "hold", "approve"]
    static let breakerKeys = ["consecutive_errors", "error_rate", "min_requests", "within"]
    static let inconclusiveWords = [Canary.Inconclusive.wait, .pause, .rollback].map(\.rawValue)
    static let requestRange = 1...1_000_000_000
    static let consecutiveRange = 1...10_000
    private static let mostSteps = 100
    /// The longest hold, bake or deadline: 30 days.
    private static let mostMilliseconds = 720 * 3_600_000
    private static let defaultShares = [1_000, 5_000, 25_000, 50_000, 100_000]
    private static let mend = "write canary: {stable: v1, candidate: v2}"

    /// The ramp, or nil after reporting what is wrong; a ramp that has been reported may come too.
    static func read(
        _ value: YAMLValue, _ versions: [Version], _ shadows: ShadowReader
    ) -> Canary? {
        guard let mapping = value.mapping("canary", keys: keys) else { return nil }
        let pair = readVersions(mapping, versions)
        let shadow = pair.map { shadows.shadow(to: $0.candidate) } ?? .unknown
        let hold = duration(mapping, "hold", 0) ?? 600_000
        let steps =
            [mapping["after_shadow"].flatMap { readShadowStep($0, shadow) }].compactMap(\.self)
            + readSteps(mapping["steps"], hold)
        let deadline = duration(mapping, "deadline", 1_000) ?? 7_200_000
        compare(deadline, steps, hold, in: mapping)
        let minRequests = mapping["min_requests"]?.count("canary.min_requests", requestRange)
        let bake = duration(mapping, "bake", 0)
        let guards = mapping["guards"].map { GuardReader.read($0, shadow) }
        let breaker = readBreaker(mapping["breaker"])
        let inconclusive = mapping["on_inconclusive"].flatMap(readInconclusive)
        let falseRollback = rate(mapping, "false_rollback")
        let missedRegression = rate(mapping, "missed_regression")
        let notify =
            mapping["notify"].map {
                NotifyReader.read($0, "canary.notify", of: "decisions")
            } ?? []
        guard let (stable, candidate) = pair else { return nil }
        return Canary(
            stable: stable, candidate: candidate, steps: steps, minRequests: minRequests ?? 500,
            bakeMilliseconds: bake ?? 1_800_000, guards: guards ?? GuardReader.defaults,
            breaker: breaker,
            onInconclusive: inconclusive ?? .wait, deadlineMilliseconds: deadline,
            falseRollback: falseRollback ?? 0.01, missedRegression: missedRegression ?? 0.05,
            notify: notify)
    }

    private static func duration(_ mapping: YAMLMapping, _ key: String, _ least: Int) -> Int? {
        mapping[key]?.milliseconds("canary.\(key)", least...mostMilliseconds)
    }

    /// The probability of a wrong answer, 0 … 1.
    private static func rate(_ mapping: YAMLMapping, _ key: String) -> Double? {
        mapping[key]?.buckets("canary.\(key)", 1...BucketTable.bucketCount / 2)
            .map(Quantities.fraction)
    }

    // MARK: Versions

    private static func readVersions(
        _ mapping: YAMLMapping, _ versions: [Version]
    ) -> (stable: Int, candidate: Int)? {
        let stable = readVersion(mapping, "stable", "there would be no way back", versions)
        let candidate = readVersion(mapping, "candidate", "nothing would be tried", versions)
        guard let stable, let candidate else { return nil }
        if stable != candidate { return (stable, candidate) }
        mapping["candidate"]?.error(
            "stable and candidate are both \(YAMLValue.shortened(versions[stable].name))",
            "a version cannot be tried against itself", "name the version on trial in candidate")
        return nil
    }

    private static func readVersion(
        _ mapping: YAMLMapping, _ key: String, _ reason: String, _ versions: [Version]
    ) -> Int? {
        guard let value = mapping[key] else {
            mapping.value.error("canary.\(key) is missing", reason, mend)
            return nil
        }
        // Without versions there is nothing to compare with, and that is reported already.
        guard value.text("canary.\(key)", mend: mend) != nil, !versions.isEmpty else { return nil }
        return VersionReader.index(of: value, in: versions, "canary.\(key)")
    }

    // MARK: Steps

    private static func readSteps(_ value: YAMLValue?, _ hold: Int) -> [Canary.Step] {
        let mend = "write rising shares like steps: [1%, 10%, 100%]"
        guard let value else {
            return defaultShares.map {
                Canary.Step(share: $0, holdMilliseconds: hold, needsApproval: false)
            }
        }
        let members = value.members("canary.steps", mend: mend) ?? []
        if members.count > mostSteps {
            value.error(
                "canary.steps has \(members.count) steps", "a ramp may have \(mostSteps)",
                "leave some out")
        }
        var steps: [Canary.Step] = []
        for (index, member) in members.enumerated() {
            let what = "step \(index + 1)"
            guard let step = readStep(member, what, hold) else { continue }
            if let last = steps.last, step.share <= last.share {
                member.error(
                    "\(what) is \(Quantities.percentage(step.share)) "
                        + "after \(Quantities.percentage(last.share))",
                    "a ramp goes up with every step", mend)
            } else {
                steps.append(step)
            }
        }
        return steps
    }

    private static func readStep(
        _ value: YAMLValue, _ what: String, _ hold: Int
    ) -> Canary.Step? {
        let shares = 1...BucketTable.bucketCount
        guard value.isMapping else {
            return value.buckets("the share of \(what)", shares).map {
                Canary.Step(share: $0, holdMilliseconds: hold, needsApproval: false)
            }
        }
        guard let mapping = value.mapping(what, keys: stepKeys) else { return nil }
        let ownHold = mapping["hold"]?.milliseconds("the hold of \(what)", 0...mostMilliseconds)
        let approve = mapping["approve"]?.boolean("approve of \(what)")
        guard let share = mapping["share"] else {
            value.error(
                "\(what) has no share", "the candidate would not know its callers",
                "write {share: 25%, hold: 30m, approve: true}")
            return nil
        }
        return share.buckets("the share of \(what)", shares).map {
            Canary.Step(
                share: $0, holdMilliseconds: ownHold ?? hold, needsApproval: approve ?? false)
        }
    }

    /// The step before all others, on which the candidate only gets copies.
    private static func readShadowStep(
        _ value: YAMLValue, _ shadow: CandidateShadow
    ) -> Canary.Step? {
        let what = "canary.after_shadow"
        guard let mapping = value.mapping(what, keys: shadowKeys) else { return nil }
        shadow.expectShadow(value)
        let hold = mapping["hold"]?.milliseconds("\(what).hold", 0...mostMilliseconds)
        guard let requests = mapping["requests"] else {
            value.error(
                "\(what) has no requests", "it would not be known when the candidate may begin",
                "write after_shadow: {requests: 10000, hold: 10m}")
            return nil
        }
        return requests.count("\(what).requests", requestRange).map {
            Canary.Step(
                share: 0, holdMilliseconds: hold ?? 0, needsApproval: false, minRequests: $0,
                countsPairs: shadow.isCompared)
        }
    }

    /// Reports a deadline that passes while a step must still be held.
    private static func compare(
        _ deadline: Int, _ steps: [Canary.Step], _ hold: Int, in mapping: YAMLMapping
    ) {
        let longest = steps.map(\.holdMilliseconds).max() ?? hold
        if longest <= deadline { return }
        let isShadow = steps.first.map { $0.isMirrored && $0.holdMilliseconds == longest } ?? false
        let holdPlace =
            isShadow
            ? mapping["after_shadow"] : longest == hold ? mapping["hold"] : mapping["steps"]
        (mapping["deadline"] ?? holdPlace ?? mapping.value).error(
            "the deadline (\(Quantities.duration(deadline))) is shorter than "
                + "the longest hold (\(Quantities.duration(longest)))",
            "it would pass before the step can", "raise canary.deadline or lower the hold")
    }

    // MARK: What ends a trial

    private static func readBreaker(_ value: YAMLValue?) -> Canary.Breaker {
        let mapping = value?.mapping("canary.breaker", keys: breakerKeys)
        let errors = mapping?["consecutive_errors"]?
            .count("breaker.consecutive_errors", consecutiveRange)
        let rate = mapping?["error_rate"]?
            .buckets("breaker.error_rate", 1...BucketTable.bucketCount)
        let requests = mapping?["min_requests"]?.count("breaker.min_requests", requestRange)
        let within = mapping?["within"]?.milliseconds("breaker.within", 1_000...600_000)
        return Canary.Breaker(
            consecutiveErrors: errors ?? 10, errorRate: rate.map(Quantities.fraction) ?? 0.5,
            minRequests: requests ?? 20, withinMilliseconds: within ?? 10_000)
    }

    private static func readInconclusive(_ value: YAMLValue) -> Canary.Inconclusive? {
        let all = "write wait, pause or rollback"
        guard let text = value.text("canary.on_inconclusive", mend: all) else { return nil }
        if let found = Canary.Inconclusive(rawValue: text) { return found }
        let nearest = NearestKey.find(text, among: inconclusiveWords)
        value.error(
            "canary.on_inconclusive is \(value.shown)", "the gateway would not know what to do",
            nearest.map { "did you mean \($0)?" } ?? all)
        return nil
    }
}
