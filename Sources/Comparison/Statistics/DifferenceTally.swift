// Where pairs differ, and how much of that is noise: counts over many pairs, by group of paths.

/// Counts of the pairs of a shadow, and of control pairs: two answers of the stable version, which
/// tell how much two equal versions differ.
///
/// The groups that come first are kept, up to a limit; what differs in others is counted together.
/// Tallies of several writers can be added up in any order: the sum has the groups with the most
/// differences, those of the same number by name, and is the same whichever way round.
package struct DifferenceTally: Sendable, Equatable {
    /// Pairs that differ in one group.
    package struct GroupCounts: Sendable, Equatable, Codable {
        /// Pairs of the primary and the shadow.
        package var shadow = 0
        /// Control pairs.
        package var control = 0

        fileprivate static func + (left: GroupCounts, right: GroupCounts) -> GroupCounts {
            GroupCounts(shadow: left.shadow + right.shadow, control: left.control + right.control)
        }
    }

    /// Which pairs a result is of.
    package enum Kind: String, Sendable, CaseIterable {
        /// The primary and the shadow.
        case shadow
        /// The primary and another answer of the same version.
        case control
    }

    /// Pairs of the primary and the shadow.
    package private(set) var shadow = PairCounts()
    /// Control pairs.
    package private(set) var control = PairCounts()
    /// Pairs that differ, by group.
    package private(set) var groups: [String: GroupCounts] = [:]
    /// Pairs that differ in any group beyond these; in a sum a pair may be counted several times.
    package private(set) var other = GroupCounts()

    private let mostGroups: Int

    /// No pairs; so many groups are told apart.
    package init(mostGroups: Int) { self.mostGroups = mostGroups }

    /// Counts a pair.
    package mutating func add(_ result: PairResult, _ kind: Kind) {
        var isInOther = result.differences.hasOtherGroups
        let one = GroupCounts(shadow: kind == .shadow ? 1 : 0, control: kind == .control ? 1 : 0)
        for group in result.differences.groups.sorted() {
            if let before = groups[group] {
                groups[group] = before + one
            } else if groups.count < mostGroups {
                groups[group] = one
            } else {
                isInOther = true
            }
        }
        if isInOther { other = other + one }
        switch kind {
        case .shadow: shadow.add(result)
        case .control: control.add(result)
        }
    }

    /// These pairs and those.
    package func adding(_ tally: DifferenceTally) -> DifferenceTally {
        var sum = DifferenceTally(mostGroups: max(mostGroups, tally.mostGroups))
        sum.shadow = shadow.adding(tally.shadow)
        sum.control = control.adding(tally.control)
        sum.other = other + tally.other
        let all = groups.merging(tally.groups) { $0 + $1 }
        if all.count <= sum.mostGroups {
            sum.groups = all
            return sum
        }
        let ordered = all.sorted { left, right in
            let counts = (
                left.value.shadow + left.value.control, right.value.shadow + right.value.control
            )
            return counts.0 == counts.1 ? left.key < right.key : counts.0 > counts.1
        }
        for (place, entry) in ordered.enumerated() {
            if place < sum.mostGroups {
                sum.groups[entry.key] = entry.value
            } else {
                sum.other = sum.other + entry.value
            }
        }
        return sum
    }
}

// MARK: Reports

extension DifferenceTally {
    /// How often pairs differ in one group, and how much of it the control pairs do not explain.
    package struct GroupReport: Sendable, Equatable {
        /// The group: `$.choices[*].text`, `status`, `header content-type`, `body`.
        package let group: String
        /// The counts.
        package let counts: GroupCounts
        /// The part of the shadow's compared pairs that differ here; nil without pairs.
        package let rate: Double?
        /// The part of the control pairs; nil without any.
        package let noiseRate: Double?
        /// The first less the second; nil if one of them is.
        package let excess: Double?
        /// The interval of the excess, or of the rate if there are no control pairs.
        package let interval: RateInterval
    }

    /// All groups, those first of which it is surest that they differ by more than noise.
    package var reports: [GroupReport] {
        groups.map { report($0.key, $0.value) }.sorted { left, right in
            left.interval.low == right.interval.low
                ? left.group < right.group : left.interval.low > right.interval.low
        }
    }

    private func report(_ group: String, _ counts: GroupCounts) -> GroupReport {
        let rate = Self.rate(counts.shadow, shadow.compared)
        let noiseRate = Self.rate(counts.control, control.compared)
        let interval =
            noiseRate == nil
            ? RateInterval.wilson(counts.shadow, of: shadow.compared)
            : RateInterval.newcombe(
                (counts.shadow, shadow.compared), less: (counts.control, control.compared))
        return GroupReport(
            group: group, counts: counts, rate: rate, noiseRate: noiseRate,
            excess: rate.flatMap { rate in noiseRate.map { rate - $0 } }, interval: interval)
    }

    private static func rate(_ count: Int, _ total: Int) -> Double? {
        total > 0 ? Double(count) / Double(total) : nil
    }
}

// MARK: Kept

extension DifferenceTally: Codable {
    private enum Key: String, CodingKey {
        case shadow
        case control
        case groups
        case other
        case mostGroups = "most_groups"
    }

    /// Reads what was kept; refuses counts that no pairs could have left.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        mostGroups = try container.decode(Int.self, forKey: .mostGroups)
        shadow = try container.decode(PairCounts.self, forKey: .shadow)
        control = try container.decode(PairCounts.self, forKey: .control)
        groups = try container.decode([String: GroupCounts].self, forKey: .groups)
        other = try container.decode(GroupCounts.self, forKey: .other)
        let isSound =
            shadow.isSound && control.isSound && groups.count <= mostGroups
            && (groups.values + [other]).allSatisfy {
                PairCounts.isSound($0.shadow) && PairCounts.isSound($0.control)
            }
        guard isSound else {
            throw DecodingError.dataCorruptedError(
                forKey: .groups, in: container, debugDescription: "no tally of differences")
        }
    }

    /// Writes the same.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(mostGroups, forKey: .mostGroups)
        try container.encode(shadow, forKey: .shadow)
        try container.encode(control, forKey: .control)
        try container.encode(groups, forKey: .groups)
        try container.encode(other, forKey: .other)
    }
}
