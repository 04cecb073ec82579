// A replay decides what the engine decides: at the same times, on the same evidence, step by step.

import Plan
import Testing
import Verdict

@Suite struct ReplayTests {
    /// Outcomes every `spacing` milliseconds, every fifth of them the candidate's.
    private func trace(
        seconds: Int, spacing: Int = 5, from start: Int = 0,
        candidate: (Int) -> (status: Int, microseconds: Int) = { _ in (200, 8_000) }
    ) -> [TraceOutcome] {
        stride(from: 0, to: seconds * 1_000, by: spacing).map { time in
            let isCandidate = time / spacing % 5 == 4
            let own = isCandidate ? candidate(time) : (200, 8_000)
            return TraceOutcome(
                atMilliseconds: start + time, isCandidate: isCandidate, status: own.0,
                latencyMicroseconds: own.1)
        }
    }

    private func replayed(
        _ canary: Canary, _ trace: [TraceOutcome]
    ) throws -> (replay: TraceReplay, decisions: [TraceReplay.TimedDecision]) {
        var replay = TraceReplay(canary: canary, stable: "v1", candidate: "v2")
        var decisions = try trace.flatMap { try replay.take($0) }
        decisions += [replay.finish()].compactMap(\.self)
        return (replay, decisions)
    }

    @Test(arguments: [0, 1_700_000_000_000])
    func aGoodTraceGoesAllTheWay(start: Int) throws {
        let canary = RampMaking.canary(
            holdMilliseconds: 60_000, bakeMilliseconds: 30_000,
            guards: [Guard(metric: .errorRate, limit: .maxIncrease(0.05))])
        let (replay, decisions) = try replayed(canary, trace(seconds: 300, from: start))
        #expect(
            decisions.map(\.decision.kind) == [
                .started, .advanced, .advanced, .baking, .succeeded,
            ])
        // Each step is held from the decision that began it.
        #expect(
            decisions.map { $0.atMilliseconds - start } == [0, 60_000, 120_000, 180_000, 210_000])
        #expect(replay.engine.state.phase == .succeeded)
        #expect(replay.candidateCount == 12_000)
        #expect(replay.stableCount == 48_000)
    }

    @Test func evidenceBeginsAnewWithEachStep() throws {
        let canary = RampMaking.canary(
            holdMilliseconds: 60_000, guards: [Guard(metric: .errorRate, limit: .max(0.05))])
        let decisions = try replayed(canary, trace(seconds: 150)).decisions
        // Every fifth of 200 a second, for a minute.
        #expect(
            decisions.dropFirst().prefix(2).map { $0.decision.evidence?.candidateRequests }
                == [2_400, 2_400])
        #expect(
            decisions.dropFirst().prefix(2).map { $0.decision.evidence?.stableRequests }
                == [9_600, 9_600])
    }

    @Test(arguments: [500, 503, 599, 0])
    func tenErrorsInARowTripTheBreaker(status: Int) throws {
        let canary = RampMaking.canary(holdMilliseconds: 60_000)
        // The tenth error of the candidate falls at 2,245 ms: the next look is at 2,250.
        let decisions = try replayed(
            canary, trace(seconds: 10) { time in (time >= 2_000 ? status : 200, 8_000) }
        ).decisions
        #expect(decisions.map(\.decision.kind) == [.started, .rollingBack, .rolledBack])
        #expect(decisions.map(\.decision.cause) == [.schedule, .breaker, .schedule])
        #expect(decisions.map(\.atMilliseconds) == [0, 2_250, 2_500])
        #expect(decisions[1].decision.evidence?.candidateErrors == 10)
    }

    @Test(arguments: [200, 301, 404, 499])
    func whatIsNoFaultOfTheVersionIsNoError(status: Int) throws {
        let canary = RampMaking.canary(holdMilliseconds: 60_000)
        let (replay, decisions) = try replayed(
            canary, trace(seconds: 10) { _ in (status, 8_000) })
        #expect(decisions.map(\.decision.kind) == [.started])
        #expect(replay.engine.counts.candidateErrors == 0)
    }

    @Test func aGuardThatFailsTakesTheCandidateOut() throws {
        let canary = RampMaking.canary(
            holdMilliseconds: 60_000, guards: [Guard(metric: .latencyP90, limit: .maxRatio(1.5))])
        let decisions = try replayed(
            canary, trace(seconds: 60) { _ in (200, 40_000) }
        ).decisions
        #expect(decisions.map(\.decision.kind) == [.started, .rollingBack, .rolledBack])
        #expect(decisions[1].decision.cause == .guards)
        #expect(decisions[1].decision.evidence?.guards.map(\.verdict) == [.fail])
    }

    @Test func firstBytesAndStreamsOfATraceAreJudged() throws {
        let canary = RampMaking.canary(
            holdMilliseconds: 60_000,
            guards: [
                Guard(metric: .firstByteP50, limit: .max(1_000_000)),
                Guard(metric: .eventGapP50, limit: .max(1_000_000)),
                Guard(metric: .streamErrors, limit: .max(0.9)),
            ])
        var replay = TraceReplay(canary: canary, stable: "v1", candidate: "v2")
        for index in 0..<400 {
            _ = try replay.take(
                TraceOutcome(
                    atMilliseconds: index * 20, isCandidate: index % 2 == 1,
                    status: index % 40 == 1 ? 0 : 200, latencyMicroseconds: 9_000,
                    firstByteMicroseconds: index % 4 == 1 ? 3_000 : -1,
                    stream: index % 8 == 1
                        ? TraceOutcome.Stream(gapMicroseconds: index % 16 == 1 ? 2_000 : -1) : nil))
        }
        _ = replay.finish()
        // Of the candidate's 200 every second has a first byte, every fourth is a stream, every
        // eighth has a gap, and every twentieth breaks; those are streams too.
        #expect(replay.guards.map(\.candidateCount) == [100, 25, 50])
        let estimates = replay.guards.map(\.candidateEstimate)
        #expect(estimates[2] == 0.2)
        #expect(replay.engine.counts.candidateErrors == 10)
    }

    @Test func withoutAnAnswerThereIsNoLatency() throws {
        let canary = RampMaking.canary(
            holdMilliseconds: 60_000, guards: [Guard(metric: .latencyP50, limit: .max(1_000_000))])
        // One in three of the candidate's 400 outcomes, from the first on.
        let replay = try replayed(
            canary, trace(seconds: 10) { time in (time / 25 % 3 == 0 ? 0 : 200, 9_000) }
        ).replay
        #expect(replay.candidateCount == 400)
        #expect(replay.engine.counts.candidateErrors == 134)
        #expect(replay.guards.map(\.candidateCount) == [266])
    }

    @Test func afterTheLastOutcomeTimeStandsStill() throws {
        let canary = RampMaking.canary(holdMilliseconds: 60_000)
        var replay = TraceReplay(canary: canary, stable: "v1", candidate: "v2")
        for outcome in trace(seconds: 59) { _ = try replay.take(outcome) }
        #expect(replay.finish() == nil)
        let last = try #require(replay.last)
        #expect(replay.engine.state.watchedMilliseconds == last)
        #expect(replay.engine.waits == [.hold])
        #expect(replay.finish() == nil)
        #expect(replay.engine.state.watchedMilliseconds == last)
    }

    @Test func aLongSilenceIsWatchedAndProvesNothing() throws {
        let canary = RampMaking.canary(holdMilliseconds: 1_000, deadlineMilliseconds: 60_000)
        var replay = TraceReplay(canary: canary, stable: "v1", candidate: "v2")
        for time in [0, 20, 3_600_000] {
            _ = try replay.take(
                TraceOutcome(
                    atMilliseconds: time, isCandidate: time == 20, status: 200,
                    latencyMicroseconds: 1))
        }
        #expect(replay.engine.state.watchedMilliseconds == 3_600_000)
        #expect(replay.engine.state.step == 0)
        #expect(replay.engine.state.isDeadlineTold)
    }

    @Test func nothingIsReplayedWithoutOutcomes() {
        var replay = TraceReplay(
            canary: RampMaking.canary(), stable: "v1", candidate: "v2")
        #expect(replay.finish() == nil)
        #expect(replay.engine.state.phase == .pending)
        #expect(replay.guards.isEmpty)
    }

    @Test func timeOnlyGoesForwardAndNotForEver() throws {
        var replay = TraceReplay(canary: RampMaking.canary(), stable: "v1", candidate: "v2")
        func outcome(_ time: Int) -> TraceOutcome {
            TraceOutcome(
                atMilliseconds: time, isCandidate: true, status: 200, latencyMicroseconds: 1)
        }
        for time in [700, 700, 701] { _ = try replay.take(outcome(time)) }
        #expect(throws: TraceFault.outOfOrder(last: 701)) { try replay.take(outcome(700)) }
        let late = 700 + TraceReplay.mostMilliseconds + 1
        #expect(throws: TraceFault.tooLate(first: 700)) { try replay.take(outcome(late)) }
        // What was refused has left nothing behind.
        #expect(replay.candidateCount == 3)
        #expect(replay.last == 701)
    }
}
