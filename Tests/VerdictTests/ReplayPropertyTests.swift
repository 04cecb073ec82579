// A replay is nothing but the engine: a plain loop over the same trace decides the same.

import Plan
import Recording
import SeededRandom
import Testing
import Verdict

@Suite struct ReplayPropertyTests {
    private static let tick = 250

    /// What the engine decides when the outcomes of each look are counted by hand.
    private func decided(
        _ canary: Canary, _ trace: [TraceOutcome]
    ) -> [(atMilliseconds: Int, decision: Decision)] {
        guard let first = trace.first, let last = trace.last else { return [] }
        var engine = RampEngine(
            canary: canary,
            state: RampState(stable: "v1", candidate: "v2", digest: "", stratum: 0))
        let start = first.atMilliseconds
        let end = last.atMilliseconds
        var looks = Array(stride(from: start, through: end, by: Self.tick))
        // A look at the very end sees what came at that moment; the others do not.
        looks.append(end)
        var decisions: [(atMilliseconds: Int, decision: Decision)] = []
        var begin = 0
        for (index, look) in looks.enumerated() {
            let isLast = index + 1 == looks.count
            let seen = trace.firstIndex { $0.atMilliseconds >= look } ?? trace.count
            let stretch = trace[begin..<max(begin, isLast ? trace.count : seen)]
            let elapsed = index == 0 ? 0 : look - looks[index - 1]
            let decision = engine.tick(counts(stretch), elapsedMilliseconds: elapsed) {
                StepEvidence(
                    stable: version(stretch.filter { !$0.isCandidate }),
                    candidate: version(stretch.filter(\.isCandidate)))
            }
            guard let decision else { continue }
            decisions.append((look, decision))
            engine.accept(decision)
            if decision.after.stratum != decision.before.stratum { begin = stretch.endIndex }
        }
        return decisions
    }

    private func isError(_ outcome: TraceOutcome) -> Bool {
        outcome.status == 0 || outcome.status >= 500
    }

    private func counts(_ stretch: ArraySlice<TraceOutcome>) -> StepCounts {
        let own = stretch.filter(\.isCandidate)
        var run = 0
        var longest = 0
        for outcome in own {
            run = isError(outcome) ? run + 1 : 0
            longest = max(longest, run)
        }
        return StepCounts(
            stableRequests: stretch.count - own.count,
            stableErrors: stretch.count { !$0.isCandidate && isError($0) },
            candidateRequests: own.count, candidateErrors: own.count(where: isError),
            consecutiveErrors: run, longestRun: longest)
    }

    private func version(_ outcomes: [TraceOutcome]) -> VersionEvidence {
        func times(_ values: [Int]) -> LatencyFigures {
            let histogram = LatencyHistogram()
            for value in values where value >= 0 { histogram.record(value) }
            return histogram.figures()
        }
        let streams = outcomes.filter { $0.stream != nil }
        return VersionEvidence(
            requests: outcomes.count, errors: outcomes.count(where: isError),
            latency: times(outcomes.filter { $0.status > 0 }.map(\.latencyMicroseconds)),
            firstByte: times(outcomes.map(\.firstByteMicroseconds)), streams: streams.count,
            brokenStreams: streams.count { $0.status == 0 },
            eventGaps: times(streams.compactMap { $0.stream?.gapMicroseconds }))
    }

    @Test func aPlainLoopDecidesTheSame() throws {
        var generator = SeededGenerator.announced("replayed traces")
        var kinds: Set<DecisionKind> = []
        for _ in 0..<SeededGenerator.rounds(30) {
            let canary = canary(&generator)
            let trace = trace(&generator)
            var replay = TraceReplay(canary: canary, stable: "v1", candidate: "v2")
            var decisions = try trace.flatMap { try replay.take($0) }
            decisions += [replay.finish()].compactMap(\.self)
            let wanted = decided(canary, trace)
            #expect(decisions.map(\.atMilliseconds) == wanted.map(\.atMilliseconds))
            #expect(decisions.map(\.decision) == wanted.map(\.decision))
            kinds.formUnion(decisions.map(\.decision.kind))
        }
        #expect(kinds.contains(.started))
        #expect(kinds.count > 2, "the traces say too little: \(kinds)")
    }

    private func canary(_ generator: inout SeededGenerator) -> Canary {
        RampMaking.canary(
            shares: [10_000, 100_000],
            holdMilliseconds: Int.random(in: 0...4_000, using: &generator),
            minRequests: Int.random(in: 1...200, using: &generator),
            bakeMilliseconds: Int.random(in: 0...2_000, using: &generator),
            guards: [
                Guard(metric: .errorRate, limit: .maxIncrease(0.2)),
                Guard(metric: .latencyP90, limit: .maxRatio(3)),
                Guard(metric: .firstByteP90, limit: .maxRatio(3)),
                Guard(metric: .eventGapP50, limit: .maxRatio(3)),
                Guard(metric: .streamErrors, limit: .maxIncrease(0.3)),
            ].shuffled(using: &generator).prefix(2) + [],
            onInconclusive: [.wait, .pause, .rollback].randomElement(using: &generator) ?? .wait,
            deadlineMilliseconds: 5_000)
    }

    private func trace(_ generator: inout SeededGenerator) -> [TraceOutcome] {
        var time = Int.random(in: 0...1_000_000, using: &generator)
        let errors = Double.random(in: 0...0.3, using: &generator)
        let slowness = Int.random(in: 1...4, using: &generator)
        return (0..<1_500).map { _ in
            // Mostly close together, often at the same time, seldom far apart.
            let isPause = Int.random(in: 0..<300, using: &generator) == 0
            time += Int.random(in: 0...(isPause ? 3_000 : 20), using: &generator)
            let isCandidate = Int.random(in: 0..<3, using: &generator) == 0
            let hasFailed = isCandidate && Double.random(in: 0..<1, using: &generator) < errors
            let latency = Int.random(in: 1_000...20_000, using: &generator)
            let own = isCandidate ? latency * slowness : latency
            return TraceOutcome(
                atMilliseconds: time, isCandidate: isCandidate,
                status: hasFailed ? [0, 500, 503].randomElement(using: &generator) ?? 500 : 200,
                latencyMicroseconds: own,
                firstByteMicroseconds: [-1, own / 2].randomElement(using: &generator) ?? -1,
                stream: [
                    nil, TraceOutcome.Stream(gapMicroseconds: own / 3),
                    TraceOutcome.Stream(gapMicroseconds: -1),
                ].randomElement(using: &generator) ?? nil)
        }
    }
}
