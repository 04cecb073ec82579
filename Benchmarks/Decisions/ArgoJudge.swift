// Argo Rollouts' rule: measurements against a condition, of which only so many may fail.

/// As its documentation has it (argo-rollouts.readthedocs.io, "Analysis & Progressive Delivery"):
/// an analysis in the background measures at an interval (`interval: 5m`, over as long a window),
/// and fails with the first failed measurement beyond `failureLimit: 3`, whatever lies between
/// them. It goes on for as long as its example's four pauses of ten minutes. With an interval of a
/// minute it would be out five times as soon, and wrong more than twice as often.
struct ArgoJudge: Judge {
    private static let failureLimit = 3
    private static let measurements = 8

    let lookMilliseconds = 300_000
    private let limits: AbsoluteLimits
    private var window = MetricWindow()
    private var failed = 0
    private var measured = 0

    init(_ scenario: Scenario) {
        limits = AbsoluteLimits(scenario, errorIncrease: 0.005, p99Ratio: 1.1)
    }

    mutating func observe(_ tick: Tick) -> Judgement {
        guard tick.elapsedMilliseconds % lookMilliseconds == 0 else { return .goOn }
        measured += 1
        if !limits.areKept(by: window.close(at: tick.candidate)) { failed += 1 }
        if failed > Self.failureLimit { return .rollback }
        return measured >= Self.measurements ? .pass : .goOn
    }
}
