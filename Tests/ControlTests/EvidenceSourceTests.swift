// A ramp's evidence is read from callers' requests, or in the shadow from copies; pairs always are.

import Plan
import Recording
import Synchronization
import Testing
import Verdict

@testable import Control

@Suite struct EvidenceSourceTests {
    private let registry = RecorderRegistry(workers: 2)

    private func state(share: Int, stratum: Int = 3) -> RampState {
        var state = RampState(stable: "v1", candidate: "v2", digest: "a", stratum: stratum)
        state.phase = .step
        state.share = share
        return state
    }

    private final class Flag: Sendable {
        let isSet = Atomic<Bool>(false)
    }

    private func recorder(
        _ version: String, _ role: RequestRole = .served, worker: Int = 0, stratum: Int = 3
    ) -> VersionRecorder {
        registry.version(
            worker: worker, route: "r", version: version, role: role, stratum: stratum)
    }

    private func finish(_ recorder: VersionRecorder, _ count: Int, errors: Int = 0) {
        for index in 0..<count {
            recorder.began()
            recorder.finished(
                Outcome(
                    status: index < errors ? 500 : 200, kind: .answered,
                    firstByteMicroseconds: 10, totalMicroseconds: 20, receivedBytes: 0,
                    sentBytes: 0, isOverride: false, retries: 0))
        }
    }

    private func compare(_ recorder: VersionRecorder, _ count: Int, differing: Int) {
        for index in 0..<count { recorder.compared(differs: index < differing) }
    }

    /// Callers' requests, requests that were mirrored, copies, pairs and control pairs, each in
    /// numbers of their own and of two workers.
    private func serve(stratum: Int = 3) {
        for worker in 0..<2 {
            finish(recorder("v1", worker: worker, stratum: stratum), 50, errors: 5)
            finish(recorder("v2", worker: worker, stratum: stratum), 7, errors: 1)
            let mirrored = recorder("v2", .mirrored, worker: worker, stratum: stratum)
            finish(mirrored, 20, errors: 2)
            compare(mirrored, 4, differing: 1)
            let copies = recorder("v2", .shadow, worker: worker, stratum: stratum)
            finish(copies, 19, errors: 3)
            compare(copies, 11, differing: 5)
        }
    }

    private func source(
        _ state: RampState, carried: StepEvidence? = nil, looksAtShadow: Bool = true
    ) -> EvidenceSource {
        var source = EvidenceSource(stratum: 3, carried: carried)
        source.refresh(
            "r", state, registry, looksAtShadow: looksAtShadow, nowMilliseconds: 1_000_000)
        return source
    }

    /// Else the breaker's decision would tell of fewer errors than it says stood in a row.
    @Test func aRunIsNeverLongerThanTheErrorsThatAreSeenWithIt() async {
        let failing = recorder("v2")
        finish(failing, 1, errors: 1)
        let source = source(state(share: 50_000))
        let done = Flag()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                finish(failing, 200_000, errors: 200_000)
                done.isSet.store(true, ordering: .releasing)
            }
            var last = StepCounts()
            repeat {
                last = source.counts
                guard last.longestRun <= last.candidateErrors,
                    last.consecutiveErrors <= last.candidateErrors
                else { break }
            } while !done.isSet.load(ordering: .acquiring)
            #expect(last.longestRun <= last.candidateErrors)
            #expect(last.consecutiveErrors <= last.candidateErrors)
        }
        #expect(source.counts.longestRun == 200_001)
    }

    @Test func inTheShadowItIsThatOfCopies() {
        serve()
        let source = source(state(share: 0))
        let evidence = source.evidence
        #expect(evidence.stable.requests == 40 && evidence.stable.errors == 4)
        #expect(evidence.candidate.requests == 38 && evidence.candidate.errors == 6)
        #expect(evidence.candidate.latency.count == 38)
        #expect(evidence.candidate.pairs == 22 && evidence.candidate.differingPairs == 10)
        #expect(evidence.stable.pairs == 8 && evidence.stable.differingPairs == 2)
        let counts = source.counts
        #expect(counts.stableRequests == 40 && counts.stableErrors == 4)
        #expect(counts.candidateRequests == 38 && counts.candidateErrors == 6)
        #expect(counts.pairs == 22 && counts.differingPairs == 10)
        // Requests, copies, and what was compared of them.
        #expect(counts.outcomes == 40 + 38 + 22 + 8)
    }

    @Test func amongCallersItIsTheirsAndThePairsAreTheShadows() {
        serve()
        let source = source(state(share: 1_000))
        let evidence = source.evidence
        #expect(evidence.stable.requests == 100 && evidence.stable.errors == 10)
        #expect(evidence.candidate.requests == 14 && evidence.candidate.errors == 2)
        #expect(evidence.candidate.pairs == 22 && evidence.candidate.differingPairs == 10)
        #expect(evidence.stable.pairs == 8 && evidence.stable.differingPairs == 2)
        #expect(source.counts.candidateRequests == 14 && source.counts.pairs == 22)
    }

    @Test func aRampThatDoesNotLookAtTheShadowSeesNothingOfIt() {
        serve()
        let source = source(state(share: 1_000), looksAtShadow: false)
        #expect(source.evidence.candidate.pairs == 0 && source.evidence.stable.pairs == 0)
        #expect(source.counts.pairs == 0 && source.counts.outcomes == 114)
    }

    @Test func eachStepHasPairsOfItsOwn() {
        serve()
        let next = source(state(share: 1_000, stratum: 4))
        #expect(next.evidence == StepEvidence() && next.counts.pairs == 0)
        serve(stratum: 4)
        #expect(source(state(share: 1_000, stratum: 4)).evidence.candidate.pairs == 22)
    }

    @Test func whatWasKeptBeforeARestartIsAdded() {
        serve()
        let kept = StepEvidence(
            stable: VersionEvidence(requests: 1_000, pairs: 100, differingPairs: 3),
            candidate: VersionEvidence(requests: 900, errors: 9, pairs: 800, differingPairs: 7))
        let source = source(state(share: 0), carried: kept)
        #expect(source.counts.pairs == 822 && source.counts.differingPairs == 17)
        #expect(source.counts.candidateRequests == 938 && source.counts.candidateErrors == 15)
        #expect(source.evidence.stable.pairs == 108 && source.evidence.candidate.pairs == 822)
        #expect(source.evidence.candidate.requests == 938)
    }

    @Test func errorsInARowAreThoseOfCopiesInTheShadow() {
        finish(recorder("v2"), 1, errors: 0)
        finish(recorder("v2", .mirrored), 1, errors: 0)
        finish(recorder("v2", .shadow), 12, errors: 12)
        #expect(source(state(share: 0)).counts.consecutiveErrors == 12)
        #expect(source(state(share: 1_000)).counts.consecutiveErrors == 0)
    }

    @Test func pairsThatComeLateAreSomethingNew() {
        serve()
        let source = source(state(share: 0))
        let before = source.counts.outcomes
        compare(recorder("v2", .shadow), 3, differing: 0)
        #expect(source.counts.outcomes == before + 3)
    }
}
