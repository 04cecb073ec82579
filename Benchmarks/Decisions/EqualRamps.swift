// Whole ramps of two equal versions, decided by our engine alone: how many are rolled back.

import Verdict

/// What became of one ramp.
private struct RampOutcome: Sendable {
    let phase: RampPhase
    let hours: Double
    /// What the last decision said.
    let summary: String
}

/// Runs the ramps and prints what became of them.
struct EqualRamps {
    private static let ratePerSecond = 200.0
    /// A ramp that is not over after a week of traffic counts as undecided.
    private static let mostMilliseconds = 7 * 86_400_000

    /// Each shape in turn, with both rates of errors.
    static func run(_ options: Options) async {
        let scenarios = Regression.none.flatMap { regression in
            LatencyShape.allCases.map { Scenario(shape: $0, regression: regression) }
        }
        let seed = options.seed
        let outcomes = await results(of: options.ramps, threads: options.threads) { index in
            outcome(scenarios[index % scenarios.count], seed: seed, stream: index)
        }
        var table = Table(
            title: "Whole ramps of equal versions at \(Int(ratePerSecond)) requests/s",
            header: ["shape", "errors", "ramps", "rolled back", "undecided", "hours to success"])
        func add(_ shape: String, _ errors: String, _ some: [RampOutcome]) {
            let back = some.count { $0.phase == .rollingBack || $0.phase == .rolledBack }
            let hours = some.filter { $0.phase == .succeeded }.map(\.hours).sorted()
            let undecided = some.count - back - hours.count
            table.rows.append([
                shape, errors, "\(some.count)", "\(back) (\(percent(back, of: some.count)))",
                "\(undecided)", hours.isEmpty ? "–" : Tally.decimal(hours[hours.count / 2]),
            ])
        }
        for (number, scenario) in scenarios.enumerated() {
            let own = outcomes.indices.filter { $0 % scenarios.count == number }
            add(
                scenario.shape.rawValue, percent(scenario.regression.stableErrorRate),
                own.map { outcomes[$0] })
        }
        add("all", "", outcomes)
        print(table.text(asMarkdown: options.isMarkdown))
        let wrong = outcomes.enumerated().filter { $0.element.phase != .succeeded }
        for (index, outcome) in wrong.prefix(10) {
            let scenario = scenarios[index % scenarios.count]
            print("ramp \(index) (\(scenario.shape.rawValue)): \(outcome.summary)")
        }
    }

    private static func percent(_ count: Int, of all: Int) -> String {
        percent(all == 0 ? 0 : Double(count) / Double(all))
    }

    private static func percent(_ share: Double) -> String { "\(Tally.decimal(100 * share)) %" }

    private static func outcome(_ scenario: Scenario, seed: UInt64, stream: Int) -> RampOutcome {
        var traffic = Traffic(
            scenario, ratePerSecond: ratePerSecond, share: 0, seed: seed, stream: stream)
        var ramp = EngineRamp()
        var stepBegan = 0
        var summary = "undecided"
        while traffic.tick.elapsedMilliseconds < mostMilliseconds {
            if ramp.state.phase.isFinal || ramp.state.phase == .rollingBack { break }
            let stratum = ramp.state.stratum
            // Each second at first, as in the gateway; less often as less can change.
            let age = traffic.tick.elapsedMilliseconds - stepBegan
            traffic.advance(milliseconds: min(15_000, max(1000, age / 60_000 * 1000)))
            if let decision = ramp.observe(traffic.tick) { summary = decision.summary }
            traffic.share = ramp.share
            if ramp.state.stratum != stratum {
                traffic.beginStep()
                stepBegan = traffic.tick.elapsedMilliseconds
            }
        }
        return RampOutcome(
            phase: ramp.state.phase,
            hours: Double(traffic.tick.elapsedMilliseconds) / 3_600_000, summary: summary)
    }
}
