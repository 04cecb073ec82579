// All differences of a pair: counted wholly, told in part.

package import Plan

/// The differences between two answers.
package struct Differences: Sendable, Equatable {
    /// Those that are told, within the limits of the rule.
    package private(set) var told: [Difference] = []
    /// How many there are.
    package private(set) var total = 0
    /// The groups of paths in which there are any, within the limit.
    package private(set) var groups: Set<String> = []
    /// Whether there are differences in groups beyond these.
    package private(set) var hasOtherGroups = false

    private let limits: ComparisonLimits
    private var toldInGroups: [String: Int] = [:]

    /// No differences.
    package init(limits: ComparisonLimits = ComparisonLimits()) { self.limits = limits }

    /// The same differences with the sides swapped.
    package var mirrored: Differences {
        var mirrored = self
        mirrored.told = told.map(\.mirrored)
        return mirrored
    }

    /// Counts a difference of a group, and tells it if there is room.
    mutating func note(_ group: String, _ difference: () -> Difference) {
        total += 1
        if !groups.contains(group) {
            if groups.count < limits.groups {
                groups.insert(group)
            } else {
                hasOtherGroups = true
            }
        }
        if told.count >= limits.differences { return }
        let before = toldInGroups[group, default: 0]
        if before >= limits.differencesPerGroup { return }
        toldInGroups[group] = before + 1
        told.append(difference())
    }

    /// Adds differences found elsewhere in the same pair.
    mutating func add(_ other: Differences) {
        let before = total
        for difference in other.told { note(difference.group) { difference } }
        for group in other.groups.sorted() where !groups.contains(group) {
            if groups.count < limits.groups {
                groups.insert(group)
            } else {
                hasOtherGroups = true
            }
        }
        total = before + other.total
        hasOtherGroups = hasOtherGroups || other.hasOtherGroups
    }

    /// Counts a difference of a group that has been counted before and is not told any more.
    mutating func noteAgain() { total += 1 }

    /// Whether another difference of this group would only be counted.
    func isOnlyCounted(_ group: String) -> Bool {
        groups.contains(group)
            && (told.count >= limits.differences
                || toldInGroups[group, default: 0] >= limits.differencesPerGroup)
    }
}
