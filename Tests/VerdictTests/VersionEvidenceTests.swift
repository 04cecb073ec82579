// Evidence is read from recorders, added up, subtracted and kept, all of it.

import Foundation
import Plan
import Recording
import SeededRandom
import Testing

@testable import Verdict

@Suite struct VersionEvidenceTests {
    private func outcome(
        _ kind: OutcomeKind = .answered, firstByte: Int = 500, total: Int = 9_000,
        grpc: GRPCOutcome? = nil, stream: StreamOutcome? = nil
    ) -> Outcome {
        Outcome(
            status: 200, kind: kind, firstByteMicroseconds: firstByte, totalMicroseconds: total,
            receivedBytes: 0, sentBytes: 0, isOverride: false, retries: 0, grpc: grpc,
            stream: stream)
    }

    @Test func holdsWhatARecorderHasCounted() {
        let recorder = RecorderRegistry(workers: 1).version(worker: 0, route: "r", version: "v")
        #expect(VersionEvidence(recorder) == VersionEvidence())
        let stream = StreamOutcome(events: 9, drawnGapMicroseconds: 70)
        for outcome in [
            outcome(), outcome(.reset, stream: stream), outcome(stream: stream),
            outcome(.clientGone, firstByte: -1, total: 300),
            outcome(.clientGone, total: 400, stream: stream),
            outcome(grpc: GRPCOutcome(status: 14, isError: true)),
        ] {
            recorder.finished(outcome)
        }
        for differs in [false, true, false, false, true, false, false] {
            recorder.compared(differs: differs)
        }
        let evidence = VersionEvidence(recorder)
        #expect(evidence.requests == 4 && evidence.errors == 2)
        #expect(evidence.latency.count == 5 && evidence.latency.sumMicroseconds == 27_700)
        #expect(evidence.firstByte.count == 6 && evidence.firstByte.sumMicroseconds == 2_800)
        #expect(evidence.streams == 2 && evidence.brokenStreams == 1)
        #expect(evidence.eventGaps.count == 3 && evidence.eventGaps.sumMicroseconds == 210)
        #expect(
            Guard.Metric.allCases.map(evidence.size) == [
                4, 5, 5, 5, 5, 6, 6, 6, 6, 3, 3, 3, 3, 2, 7,
            ])
        #expect(evidence.pairs == 7 && evidence.differingPairs == 2)
    }

    @Test func whatIsAddedCanBeTakenAwayAgain() {
        var random = SeededGenerator.announced("evidence")
        for _ in 0..<SeededGenerator.rounds(30) {
            let parts = (0..<3).map { _ in
                VersionEvidence.random(most: 60, errorRate: 0.2, latency: 9_000, using: &random)
            }
            let all = parts[0].adding(parts[1]).adding(parts[2])
            #expect(all.since(parts[2].adding(parts[1])) == parts[0])
            #expect(all.streams == parts.reduce(0) { $0 + $1.streams })
            #expect(all.pairs == parts.reduce(0) { $0 + $1.pairs })
            #expect(all.eventGaps.count == parts.reduce(0) { $0 + $1.eventGaps.count })
        }
    }

    @Test func comesBackFromItsJSON() throws {
        var random = SeededGenerator.announced("evidence in JSON")
        for _ in 0..<SeededGenerator.rounds(20) {
            let evidence = VersionEvidence.random(
                most: 60, errorRate: 0.2, latency: 9_000, using: &random)
            let data = try JSONEncoder().encode(evidence)
            #expect(try JSONDecoder().decode(VersionEvidence.self, from: data) == evidence)
        }
    }

    @Test func whatIsNotThereTakesNoRoom() throws {
        let data = try JSONEncoder().encode(VersionEvidence(requests: 1))
        let text = String(decoding: data, as: UTF8.self)
        #expect(!text.contains("firstByte") && !text.contains("tream") && !text.contains("Gaps"))
        #expect(!text.contains("airs"))
    }

    @Test func whatAnEarlierReleaseKeptIsRead() throws {
        let kept = """
            {"stable": {"requests": 7, "errors": 2, "latency": {"sum": 30, "buckets": [10, 3]}},
             "candidate": {"requests": 1, "errors": 0, "latency": {"sum": 0, "buckets": []}}}
            """
        let evidence = try JSONDecoder().decode(StepEvidence.self, from: Data(kept.utf8))
        #expect(evidence.stable.requests == 7 && evidence.stable.errors == 2)
        #expect(evidence.stable.latency.count == 3)
        #expect(evidence.stable.firstByte == .none && evidence.stable.eventGaps == .none)
        #expect(evidence.stable.streams == 0 && evidence.candidate.requests == 1)
        #expect(evidence.stable.pairs == 0 && evidence.candidate.differingPairs == 0)
    }
}
