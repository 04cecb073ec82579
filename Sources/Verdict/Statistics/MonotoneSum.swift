// Whether a rising and a falling function together stay above a level everywhere.

/// Branch and bound over whole numbers: on `low ... high` the sum is at least
/// `rising(low) + falling(high)`, so that most of the range is settled without being looked at.
struct MonotoneSum {
    /// Does not fall as its argument rises.
    let rising: (Int) -> Double
    /// Does not rise as its argument rises.
    let falling: (Int) -> Double
    /// Whether the arguments stand for points of a line, between which the sum must hold too.
    let isContinuous: Bool

    /// Whether the sum is at least `level` on all of `low ... high`; false also if that cannot be
    /// shown as finely as the numbers allow.
    func isAtLeast(_ level: Double, from low: Int, to high: Int) -> Bool {
        // Where it is low anywhere it is mostly low in the middle too.
        let middle = low + (high - low) / 2
        if rising(middle) + falling(middle) < level { return false }
        return isBounded(level, low, rising(low), high, falling(high))
    }

    private func isBounded(
        _ level: Double, _ low: Int, _ risingLow: Double, _ high: Int, _ fallingHigh: Double
    ) -> Bool {
        if risingLow + fallingHigh >= level { return true }
        let gap = isContinuous ? 1 : 0
        if high - low <= gap { return false }
        let middle = low + (high - low) / 2
        let fallingMiddle = falling(middle)
        let risingMiddle = rising(middle)
        if risingMiddle + fallingMiddle < level { return false }
        let next = isContinuous ? middle : middle + 1
        let risingNext = isContinuous ? risingMiddle : rising(next)
        return isBounded(level, low, risingLow, middle, fallingMiddle)
            && isBounded(level, next, risingNext, high, fallingHigh)
    }
}
