// How much more a rate scatters in time than independent requests would make it.

/// Watches a rate block by block and says by how much its requests are worth less than as many
/// independent ones: a version that has slow seconds of its own (a collection of garbage, a noisy
/// neighbour) brings its slow requests in bunches, and ten bunches are not a thousand requests.
///
/// The scatter is that of successive differences (von Neumann 1941, doi:10.1214/aoms/1177731677),
/// which a lasting change or a slow drift hardly moves, over blocks of several lengths, since
/// bunches may be of any. The factor divides counts, as overdispersion does in quasi-likelihoods
/// (McCullagh and Nelder 1989, §4.5). It is an estimate: with it the stated error probabilities
/// hold as far as the past of a step tells its future (Benchmarks/Decisions).
struct Dispersion: Sendable, Equatable {
    /// Blocks of one length.
    private struct Scale: Sendable, Equatable {
        let milliseconds: Int
        var count = 0
        var trials = 0
        var filledMilliseconds = 0
        var last: (rate: Double, trials: Double)?
        /// Of squared differences of rates, each by what it would be for independent requests of
        /// variance 1.
        var sum = 0.0
        var differences = 0

        init(milliseconds: Int) { self.milliseconds = milliseconds }

        static func == (left: Scale, right: Scale) -> Bool {
            left.sum == right.sum && left.differences == right.differences
                && left.trials == right.trials && left.count == right.count
        }

        mutating func add(_ count: Int, of trials: Int, milliseconds passed: Int) {
            self.count += count
            self.trials += trials
            filledMilliseconds += passed
            guard filledMilliseconds >= milliseconds else { return }
            filledMilliseconds = 0
            // A block without requests says nothing, and the next one is compared across it.
            guard self.trials > 0 else { return }
            let size = Double(self.trials)
            let rate = Double(self.count) / size
            if let last {
                let difference = rate - last.rate
                sum += difference * difference / (1 / size + 1 / last.trials)
                differences += 1
            }
            last = (rate, size)
            self.count = 0
            self.trials = 0
        }
    }

    /// The length of the shortest blocks.
    static let blockMilliseconds = 1_000
    /// Fewer differences than this say nothing.
    static let leastDifferences = 8
    /// Over so many blocks what was counted must be spread.
    private static let leastSpread = 10.0
    private static let lengths = [1, 4, 16, 64, 256].map { $0 * blockMilliseconds }

    private var scales = lengths.map(Scale.init(milliseconds:))
    /// Of the rates of all blocks, and of their squares.
    private var rateSum = 0.0
    private var squareSum = 0.0

    /// Takes the outcomes of a block.
    mutating func add(_ count: Int, of trials: Int, milliseconds: Int) {
        if trials > 0 {
            let rate = Double(count) / Double(trials)
            rateSum += rate
            squareSum += rate * rate
        }
        for index in scales.indices {
            scales[index].add(count, of: trials, milliseconds: milliseconds)
        }
    }

    /// Whether enough has been seen to tell bunches from a lasting change: enough blocks, and what
    /// was counted spread over enough of them. Over how many it is spread is measured as for
    /// weights (Kish 1965): ten in one block count as one block, one in each of ten as ten.
    var isSettled: Bool { hasBlocks && rateSum * rateSum >= Self.leastSpread * squareSum }

    private var hasBlocks: Bool { scales[0].differences >= Self.leastDifferences }

    /// By what counts are to be divided, 1 or more, given those of the whole step.
    func factor(count: Int, of trials: Int) -> Double {
        guard hasBlocks, count > 0, trials > count else { return 1 }
        let rate = Double(count) / Double(trials)
        let variance = rate * (1 - rate)
        var most = 1.0
        for (index, scale) in scales.enumerated() where scale.differences >= Self.leastDifferences {
            let differences = Double(scale.differences)
            let found = scale.sum / differences / variance
            // The shortest blocks are many: what their number leaves open is added. Of the longer
            // ones only what is more than their scatter by chance counts.
            let trusted =
                index == 0
                ? found * (1 + 8 / differences) : found * (1 - (2 / differences).squareRoot())
            most = max(most, trusted)
        }
        return most
    }
}

/// By what the counts of both versions are divided.
struct Dispersions: Sendable, Equatable {
    var stable = 1.0
    var candidate = 1.0
}
