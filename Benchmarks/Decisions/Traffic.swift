// The stream of requests of one trial, tick by tick; judges only look on.

/// Requests arrive at random (Poisson) at a rate, and a share of them goes to the candidate.
struct Traffic {
    /// The candidate's share, 0 … 1.
    var share: Double
    private(set) var tick = Tick()

    private let scenario: Scenario
    private let ratePerSecond: Double
    private var generator: SeededGenerator
    private var surroundings: Surroundings
    private var stablePhases: SlowPhases
    private var candidatePhases: SlowPhases

    init(_ scenario: Scenario, ratePerSecond: Double, share: Double, seed: UInt64, stream: Int) {
        self.scenario = scenario
        self.ratePerSecond = ratePerSecond
        self.share = share
        var generator = SeededGenerator(seed: seed, stream: UInt64(stream))
        surroundings = Surroundings(scenario.shape, using: &generator)
        stablePhases = SlowPhases(scenario.shape, using: &generator)
        candidatePhases = SlowPhases(scenario.shape, using: &generator)
        self.generator = generator
    }

    /// Counts from zero again.
    mutating func beginStep() {
        let elapsed = tick.elapsedMilliseconds
        tick = Tick()
        tick.elapsedMilliseconds = elapsed
    }

    /// Lets so much time pass.
    mutating func advance(milliseconds: Int) {
        tick.elapsedMilliseconds += milliseconds
        tick.lengthMilliseconds = milliseconds
        tick.candidate.beginTick()
        let seconds = Double(milliseconds) / 1000
        let moments = max(1, (seconds / surroundings.longestMoment).rounded(.up))
        for _ in 0..<Int(moments) { pass(seconds: seconds / moments) }
    }

    private mutating func pass(seconds: Double) {
        let (level, rateFactor) = surroundings.pass(seconds: seconds, using: &generator)
        let place = level - Surroundings.levels(scenario.shape).lowerBound
        let slowStable = stablePhases.pass(seconds: seconds, using: &generator)
        let slowCandidate = candidatePhases.pass(seconds: seconds, using: &generator)
        let rate = ratePerSecond * rateFactor
        let baselineShare = min(share, 1 - share)
        let errorFactor = Surroundings.errorFactor(level)

        func add(
            _ version: Scenario.Version, rate: Double, slow: Double,
            to counts: inout VersionCounts, _ generator: inout SeededGenerator
        ) {
            guard rate > 0 else { return }
            var number = version.ordinary[place].add(
                expected: rate * (seconds - slow), to: &counts.latency, using: &generator)
            if slow > 0 {
                number += version.slow[place].add(
                    expected: rate * slow, to: &counts.latency, using: &generator)
            }
            counts.addOutcomes(
                of: number, errorRate: min(1, version.errorRate * errorFactor), using: &generator)
        }
        add(
            scenario.candidate, rate: rate * share, slow: slowCandidate,
            to: &tick.candidate, &generator)
        add(
            scenario.stable, rate: rate * baselineShare, slow: slowStable,
            to: &tick.baseline, &generator)
        add(
            scenario.stable, rate: rate * (1 - share - baselineShare), slow: slowStable,
            to: &tick.rest, &generator)
        tick.candidateInFlight = Int(
            (rate * share * scenario.candidate.ordinary[place].meanSeconds).rounded())
    }
}
