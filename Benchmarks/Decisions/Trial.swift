// One trial: one stream of traffic, looked at by all judges until each has decided.

/// What became of a candidate under one judge.
struct TrialOutcome: Sendable {
    /// `goOn` if the judge had not decided at the end.
    let judgement: Judgement
    let milliseconds: Int
    /// Requests that the candidate served until then, those under way at the end included …
    let requests: Int
    /// … and those of them that failed.
    let errors: Int
    /// From the tick in which the first one failed, in milliseconds.
    let sinceFirstErrorMilliseconds: Int
}

/// A candidate at a fixed share.
struct Trial: Sendable {
    /// As long as the slowest judge wants, and a minute.
    private static let mostMilliseconds = 3 * 3_600_000 + 60_000

    let scenario: Scenario
    let share: Double
    let ratePerSecond: Double
    /// How often our own judge looks.
    let lookMilliseconds: Int

    /// Runs it; outcomes in the order of the contenders.
    func run(seed: UInt64, stream: Int) -> [TrialOutcome] {
        var traffic = Traffic(
            scenario, ratePerSecond: ratePerSecond, share: share, seed: seed, stream: stream)
        var judges = Contender.allCases.map {
            $0.judge(of: scenario, share: share, lookMilliseconds: lookMilliseconds)
        }
        var outcomes: [TrialOutcome?] = judges.map { _ in nil }
        var undecided = Array(judges.indices)
        var firstError: Int?
        while !undecided.isEmpty {
            let look = undecided.map { judges[$0].lookMilliseconds }.min() ?? lookMilliseconds
            // A judge that looks seldom begins where its minute begins.
            let elapsed = traffic.tick.elapsedMilliseconds
            traffic.advance(milliseconds: look - elapsed % look)
            if firstError == nil && traffic.tick.candidate.errors > 0 { firstError = elapsed }
            let isEnd = traffic.tick.elapsedMilliseconds >= Self.mostMilliseconds
            for index in undecided {
                let judgement = judges[index].observe(traffic.tick)
                if case .goOn = judgement, !isEnd { continue }
                outcomes[index] = outcome(judgement, traffic.tick, firstError: firstError)
            }
            undecided.removeAll { outcomes[$0] != nil }
        }
        return outcomes.compactMap(\.self)
    }

    private func outcome(_ judgement: Judgement, _ tick: Tick, firstError: Int?) -> TrialOutcome {
        let failing = Double(tick.candidateInFlight) * scenario.candidate.errorRate
        return TrialOutcome(
            judgement: judgement, milliseconds: tick.elapsedMilliseconds,
            requests: tick.candidate.requests + tick.candidateInFlight,
            errors: tick.candidate.errors + Int(failing.rounded()),
            sinceFirstErrorMilliseconds: tick.elapsedMilliseconds
                - (firstError ?? tick.elapsedMilliseconds))
    }
}
