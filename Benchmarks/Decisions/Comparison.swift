// All judges on the same trials: false rollbacks, missed regressions, requests served meanwhile.

/// One shape, regression and share.
private struct Cell: Hashable {
    let regression: String
    let share: Double
    let shape: LatencyShape?
}

/// Runs the comparison and prints its tables.
struct Comparison {
    static let shares = [0.01, 0.05, 0.25]
    static let ratePerSecond = 1000.0
    /// How often the gateway's controller looks.
    static let lookMilliseconds = 1000

    private let options: Options
    /// By cell, then by contender; without a shape: all of them together.
    private var tallies: [Cell: [Tally]] = [:]

    init(_ options: Options) {
        self.options = options
    }

    /// Runs trials of these regressions with these shapes.
    mutating func run(
        _ regressions: [Regression], _ shapes: [LatencyShape], lookMilliseconds: Int
    ) async {
        for regression in regressions {
            for shape in shapes {
                let scenario = Scenario(shape: shape, regression: regression)
                for share in Self.shares {
                    let trial = Trial(
                        scenario: scenario, share: share, ratePerSecond: Self.ratePerSecond,
                        lookMilliseconds: lookMilliseconds)
                    let seed = options.seed
                    // Streams are used again: each regression meets the same hours and weathers.
                    let outcomes = await results(of: options.trials, threads: options.threads) {
                        trial.run(seed: seed, stream: $0)
                    }
                    add(outcomes, Cell(regression: regression.name, share: share, shape: shape))
                    add(outcomes, Cell(regression: regression.name, share: share, shape: nil))
                }
            }
        }
    }

    private mutating func add(_ trials: [[TrialOutcome]], _ cell: Cell) {
        var known = tallies[cell] ?? Contender.allCases.map { _ in Tally() }
        for outcomes in trials {
            for (index, outcome) in outcomes.enumerated() { known[index].add(outcome) }
        }
        tallies[cell] = known
    }

    /// Prints one figure of every cell.
    func printTable(
        _ title: String, _ regressions: [Regression], byShape: Bool, _ figure: (Tally) -> String
    ) {
        let names = Contender.allCases.map(\.rawValue)
        let labels = byShape ? ["", "share", "shape"] : ["", "share"]
        var table = Table(title: title, header: labels + names)
        let shapes: [LatencyShape?] = byShape ? LatencyShape.allCases : [nil]
        for regression in regressions {
            for share in Self.shares {
                for shape in shapes {
                    let cell = Cell(regression: regression.name, share: share, shape: shape)
                    guard let known = tallies[cell] else { continue }
                    let label = [regression.name, "\(Int(share * 100)) %"]
                    table.rows.append(
                        label + (shape.map { [$0.rawValue] } ?? []) + known.map(figure))
                }
            }
        }
        print(table.text(asMarkdown: options.isMarkdown))
    }

    /// The tables of equal versions and of regressions.
    static func runRegressions(_ options: Options) async {
        var comparison = Comparison(options)
        await comparison.run(
            Regression.none + Regression.all, LatencyShape.allCases,
            lookMilliseconds: lookMilliseconds)
        comparison.printTable(
            "Equal versions: rolled back", Regression.none, byShape: true
        ) { $0.rollbackPercent }
        let wholes = options.isByShape ? [false, true] : [false]
        for byShape in wholes {
            comparison.printTable(
                "Regressions not rolled back: passed (+ undecided)", Regression.all,
                byShape: byShape
            ) { $0.missedPercent }
            comparison.printTable(
                "Requests served by the bad version until rollback, median", Regression.all,
                byShape: byShape
            ) { $0.medianRequests }
            comparison.printTable(
                "Minutes until rollback, median", Regression.all, byShape: byShape
            ) {
                $0.medianMinutes
            }
        }
    }

    /// The tables of candidates that fail every request.
    static func runFailure(_ options: Options) async {
        var comparison = Comparison(options)
        let failure = [Regression.totalFailure]
        await comparison.run(failure, [.logNormal], lookMilliseconds: 100)
        comparison.printTable(
            "Clients that see an error, median / most", failure, byShape: false
        ) { $0.errorsSeen }
        comparison.printTable(
            "Seconds from the first error to the last new request, median / most", failure,
            byShape: false
        ) { $0.secondsToRollback }
    }
}
