// Flagger's rule: checks of absolute thresholds each minute, and failed ones are counted.

/// As its documentation has it (docs.flagger.app, "Deployment strategies" and "Metrics analysis"):
/// success rate and p99 of the last minute are checked each minute (`interval: 1m`); failed checks
/// add up over the whole analysis, a good check takes none away, and at `threshold: 10` the canary
/// is rolled back. It is promoted after as many good checks as its example has steps
/// (`maxWeight: 50`, `stepWeight: 2`). No data is a failed check.
struct FlaggerJudge: Judge {
    private static let threshold = 10
    private static let steps = 25

    let lookMilliseconds = 60_000
    private let limits: AbsoluteLimits
    private var window = MetricWindow()
    private var failedChecks = 0
    private var goodChecks = 0

    init(_ scenario: Scenario) {
        limits = AbsoluteLimits(scenario, errorIncrease: 0.0075, p99Ratio: 1.2)
    }

    mutating func observe(_ tick: Tick) -> Judgement {
        guard tick.elapsedMilliseconds % lookMilliseconds == 0 else { return .goOn }
        if limits.areKept(by: window.close(at: tick.candidate)) {
            goodChecks += 1
        } else {
            failedChecks += 1
        }
        if failedChecks >= Self.threshold { return .rollback }
        return goodChecks >= Self.steps ? .pass : .goOn
    }
}
