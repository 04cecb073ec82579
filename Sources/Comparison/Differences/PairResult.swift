// What came of the comparison of one pair.

/// Two answers to one request, compared.
package struct PairResult: Sendable, Equatable {
    /// The answer alone.
    package enum Agreement: String, Sendable {
        /// There is no difference.
        case agrees
        /// There is one at least.
        case differs
        /// No difference was seen, but the bodies could not be compared.
        case notComparable = "not_comparable"
    }

    /// The differences.
    package let differences: Differences
    /// Why the bodies could not be compared; nil if they were, or did not need to be.
    package let notComparable: NotComparable?

    /// A pair of which nothing was compared.
    package static func notComparable(_ why: NotComparable) -> PairResult {
        PairResult(differences: Differences(), notComparable: why)
    }

    /// The answer alone.
    package var agreement: Agreement {
        if differences.total > 0 { return .differs }
        return notComparable == nil ? .agrees : .notComparable
    }

    /// The result of the swapped answers.
    package var mirrored: PairResult {
        PairResult(differences: differences.mirrored, notComparable: notComparable?.mirrored)
    }
}
