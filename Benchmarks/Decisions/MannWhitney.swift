// The Mann-Whitney test with its estimate of the shift between two samples.

/// How far one sample lies above another: the shift at which, taken off the first, the ranks no
/// longer tell them apart (Hodges and Lehmann 1963), and the least that the test does not refuse
/// at 98 %. Normal approximation with corrections for ties and for continuity.
struct MannWhitney {
    /// The standard normal quantile at 99 %.
    private static let deviations = 2.326348

    private let first: [Double]
    private let second: [Double]

    /// Two samples that are not empty.
    init(_ first: [Double], _ second: [Double]) {
        self.first = first.sorted()
        self.second = second.sorted()
    }

    /// Whether the interval's lower end lies above so much of the shift's estimate. Samples with
    /// many equal values often have both at the same difference, found but for a rounding error.
    func isAbove(_ part: Double) -> Bool {
        let range = first[first.count - 1] - second[0] - (first[0] - second[second.count - 1])
        return crossing(Self.deviations) - part * abs(crossing(0)) > 1e-9 * range
    }

    /// The shift at which the statistic falls below a value, which it does but once.
    private func crossing(_ value: Double) -> Double {
        var low = first[0] - second[second.count - 1]
        var high = first[first.count - 1] - second[0]
        if statistic(low) <= value { return low }
        for _ in 0..<50 where high > low {
            let middle = (low + high) / 2
            if statistic(middle) > value { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The standardised sum of the ranks of the first sample, less a shift.
    private func statistic(_ shift: Double) -> Double {
        let m = Double(first.count)
        let n = Double(second.count)
        var rankSum = 0.0
        var ties = 0.0
        var place = 0.0
        var i = 0
        var j = 0
        while i < first.count || j < second.count {
            let value = min(
                i < first.count ? first[i] - shift : .infinity,
                j < second.count ? second[j] : .infinity)
            var own = 0.0
            var all = 0.0
            while i < first.count && first[i] - shift == value {
                own += 1
                all += 1
                i += 1
            }
            while j < second.count && second[j] == value {
                all += 1
                j += 1
            }
            rankSum += own * (place + (all + 1) / 2)
            ties += all * all * all - all
            place += all
        }
        let excess = rankSum - m * (m + 1) / 2 - m * n / 2
        let variance = m * n / 12 * (m + n + 1 - ties / ((m + n) * (m + n - 1)))
        let continuity = excess == 0 ? 0 : excess > 0 ? 0.5 : -0.5
        return variance > 0 ? (excess - continuity) / variance.squareRoot() : 0
    }
}
