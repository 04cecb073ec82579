// Kayenta's rule: a score of Mann-Whitney tests over time series, canary against baseline.

/// As its documentation has it (spinnaker.io, "How canary judgment works", "Best practices for
/// configuring canary"; kayenta's canary-config.md): points of a minute, an analysis of three hours
/// judged at the end of each from its beginning on, with a baseline that gets as much traffic as
/// the canary. A metric is high when the test's interval at 98 % lies above a quarter of the
/// shift's estimate. Each metric has a group of its own, as advised, of equal weight. A score of 75
/// or less ends the analysis; the last must reach 95.
struct KayentaJudge: Judge {
    private static let marginalScore = 75.0
    private static let passScore = 95.0
    private static let pointsOfRun = 60
    private static let runs = 3

    let lookMilliseconds = 60_000
    private var canaryWindow = MetricWindow()
    private var baselineWindow = MetricWindow()
    private var canary: [MetricWindow.Figures] = []
    private var baseline: [MetricWindow.Figures] = []
    private var points = 0

    mutating func observe(_ tick: Tick) -> Judgement {
        guard tick.elapsedMilliseconds % lookMilliseconds == 0 else { return .goOn }
        points += 1
        if let figures = canaryWindow.close(at: tick.candidate) { canary.append(figures) }
        if let figures = baselineWindow.close(at: tick.baseline) { baseline.append(figures) }
        guard points % Self.pointsOfRun == 0 else { return .goOn }
        let score = score()
        if score <= Self.marginalScore { return .rollback }
        guard points == Self.pointsOfRun * Self.runs else { return .goOn }
        return score >= Self.passScore ? .pass : .rollback
    }

    /// Of 100; a metric that is not high is as good as any.
    private func score() -> Double {
        // Without data on either side of every metric, the analysis fails.
        if canary.isEmpty || baseline.isEmpty { return 0 }
        let metrics: [(MetricWindow.Figures) -> Double] = [
            { $0.errorRate }, { $0.p99Microseconds },
        ]
        let good = metrics.filter { !isHigh(canary.map($0), than: baseline.map($0)) }
        return 100 * Double(good.count) / Double(metrics.count)
    }

    private func isHigh(_ canary: [Double], than baseline: [Double]) -> Bool {
        // Constant series cannot be ranked; the judge adds a little noise, which decides alike.
        if Set(canary).count == 1 && Set(baseline).count == 1 { return canary[0] > baseline[0] }
        return MannWhitney(canary, baseline).isAbove(0.25)
    }
}
