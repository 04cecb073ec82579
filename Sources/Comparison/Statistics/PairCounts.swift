// How many pairs agreed, differed, or could not be compared.

/// Pairs by their result.
package struct PairCounts: Sendable, Equatable, Codable {
    /// Pairs without a difference.
    package private(set) var agreeing = 0
    /// Pairs with a difference.
    package private(set) var differing = 0
    /// Pairs that could not be compared, by the reason's name (`BodyObstacle.Kind`).
    package private(set) var notComparable: [String: Int] = [:]

    /// No pairs.
    package init() {}

    /// Pairs that could be compared.
    package var compared: Int { agreeing + differing }

    /// The part of compared pairs that agreed; nil without any.
    package var agreement: Double? {
        compared > 0 ? Double(agreeing) / Double(compared) : nil
    }

    /// The interval of the agreement, for people; a guard looks at `differing` of `compared`.
    package var agreementInterval: RateInterval { .wilson(agreeing, of: compared) }

    /// Whether these are counts that pairs could have left.
    var isSound: Bool {
        ([agreeing, differing] + notComparable.values).allSatisfy(Self.isSound)
            && notComparable.count <= BodyObstacle.Kind.allCases.count
    }

    /// Whether this is such a count.
    static func isSound(_ count: Int) -> Bool { (0...1 << 48).contains(count) }

    /// Counts a pair.
    mutating func add(_ result: PairResult) {
        switch result.agreement {
        case .agrees: agreeing += 1
        case .differs: differing += 1
        case .notComparable:
            if let reason = result.notComparable?.reason {
                notComparable[reason.rawValue, default: 0] += 1
            }
        }
    }

    /// These pairs and those.
    package func adding(_ other: PairCounts) -> PairCounts {
        var sum = self
        sum.agreeing += other.agreeing
        sum.differing += other.differing
        sum.notComparable.merge(other.notComparable, uniquingKeysWith: +)
        return sum
    }
}
