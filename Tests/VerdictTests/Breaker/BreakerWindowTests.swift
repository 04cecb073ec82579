// The breaker: what trips it, what it forgets, and when the stable version is just as bad.

import Plan
import Testing

@testable import Verdict

@Suite struct BreakerWindowTests {
    private static let breaker = Canary.Breaker(
        consecutiveErrors: 10, errorRate: 0.5, minRequests: 20, withinMilliseconds: 10_000)

    /// A window with the counts that it was given so far.
    private struct Watched {
        var window = BreakerWindow(BreakerWindowTests.breaker)
        var counts = StepCounts()

        /// Adds requests and errors of both versions, and takes them.
        mutating func after(
            _ milliseconds: Int, stable: (Int, Int) = (0, 0), candidate: (Int, Int) = (0, 0),
            run: Int = 0
        ) -> BreakerReading {
            counts.stableRequests += stable.0
            counts.stableErrors += stable.1
            counts.candidateRequests += candidate.0
            counts.candidateErrors += candidate.1
            counts.consecutiveErrors = run
            counts.longestRun = max(counts.longestRun, run)
            return window.take(counts, elapsedMilliseconds: milliseconds)
        }
    }

    @Test func errorsInARowTripIt() {
        var watched = Watched()
        #expect(watched.after(250, candidate: (9, 9), run: 9).trip == nil)
        let reading = watched.after(250, candidate: (1, 1), run: 10)
        #expect(reading.trip == .consecutiveErrors)
        #expect(reading.consecutiveErrors == 10)
    }

    @Test func aRunThatCameAndWentBetweenTwoLooksIsToldOnce() {
        var watched = Watched()
        watched.counts.longestRun = 12
        let reading = watched.after(250, candidate: (200, 12))
        #expect(reading.trip == .consecutiveErrors && reading.consecutiveErrors == 12)
        #expect(watched.after(250, candidate: (200, 0)).trip == nil)
        // A longer one is news.
        watched.counts.longestRun = 13
        #expect(watched.after(250, candidate: (200, 13)).trip == .consecutiveErrors)
    }

    @Test func aRateOfErrorsTripsItOnceThereAreEnoughRequests() {
        var watched = Watched()
        #expect(watched.after(1_000, candidate: (19, 19), run: 5).trip == nil)
        #expect(watched.after(1_000, candidate: (1, 0)).trip == .errorRate)
        #expect(watched.after(1_000, candidate: (40, 0)).trip == nil)
    }

    @Test func whatIsOldIsForgotten() {
        var watched = Watched()
        // A flood of good answers long ago does not hide what goes wrong now …
        #expect(watched.after(1_000, candidate: (100_000, 0)).trip == nil)
        #expect(watched.after(9_000, candidate: (30, 25), run: 5).trip == nil)
        let reading = watched.after(1_000, candidate: (1, 1), run: 6)
        #expect(reading.trip == .errorRate)
        #expect(reading.candidateRequests == 31 && reading.candidateErrors == 26)
        // … nor do errors of long ago count against it.
        let later = watched.after(10_000, candidate: (5, 0))
        #expect(later.trip == nil)
        #expect(later.candidateRequests == 5 && later.candidateErrors == 0)
    }

    @Test func aLongTimeInOneGoForgetsEverything() {
        var watched = Watched()
        #expect(watched.after(1_000, candidate: (100, 49)).trip == nil)
        #expect(watched.after(86_400_000).candidateRequests == 0)
    }

    @Test func timeThatRunsBackwardsCountsAsNone() {
        var watched = Watched()
        #expect(watched.after(1_000, candidate: (30, 0)).trip == nil)
        #expect(watched.after(-5_000, candidate: (30, 0)).candidateRequests == 60)
    }

    @Test func whatWasCountedBeforeTheWindowOpenedIsNotOfTheLastSeconds() {
        let before = StepCounts(
            stableRequests: 90_000, stableErrors: 90, candidateRequests: 5_000,
            candidateErrors: 10, longestRun: 12)
        var watched = Watched(
            window: BreakerWindow(Self.breaker, since: before), counts: before)
        #expect(watched.after(250).trip == nil)
        let reading = watched.after(250, stable: (100, 0), candidate: (10, 10), run: 10)
        #expect(reading.trip == .consecutiveErrors && !reading.isStableAsBad)
        #expect(reading.candidateRequests == 10)
        #expect(reading.stableRequests == 100 && reading.stableErrors == 0)
    }

    // MARK: The stable version beside

    @Test(arguments: [(100, 100, true), (100, 80, true), (100, 60, false), (100, 0, false)])
    func bothDeadMeansAsBad(requests: Int, errors: Int, isAsBad: Bool) {
        var watched = Watched()
        let reading = watched.after(
            250, stable: (requests, errors), candidate: (12, 12), run: 12)
        #expect(reading.trip == .consecutiveErrors)
        #expect(reading.isStableAsBad == isAsBad)
    }

    @Test func withoutTrafficTheStableVersionIsNotAsBad() {
        var watched = Watched()
        #expect(!watched.after(250, candidate: (12, 12), run: 12).isStableAsBad)
    }

    @Test func aRunOfWhichNothingIsCountedYetIsNotSharedByAQuietStableVersion() {
        var watched = Watched()
        watched.counts.longestRun = 12
        let reading = watched.after(250, stable: (100, 0))
        #expect(reading.trip == .consecutiveErrors && reading.candidateRequests == 0)
        #expect(!reading.isStableAsBad)
    }

    @Test func someErrorsAtAllTimesDoNotShieldACandidateThatDies() {
        var watched = Watched()
        // 2 % of errors on both sides for a while: the candidate's past makes its rate look low.
        for _ in 0..<40 {
            let reading = watched.after(250, stable: (2_000, 40), candidate: (100, 2))
            #expect(reading.trip == nil)
        }
        let reading = watched.after(250, stable: (200, 4), candidate: (10, 10), run: 10)
        #expect(reading.trip == .consecutiveErrors)
        #expect(!reading.isStableAsBad)
    }

    @Test func theRateIsComparedOverTheSameStretch() {
        var watched = Watched()
        let both = watched.after(1_000, stable: (400, 250), candidate: (40, 30), run: 4)
        #expect(both.trip == .errorRate && both.isStableAsBad)
        // The stable version is well again: over the whole stretch it is no longer as bad.
        let reading = watched.after(1_000, stable: (400, 0), candidate: (40, 30), run: 4)
        #expect(reading.trip == .errorRate && !reading.isStableAsBad)
        #expect(reading.stableRequests == 800 && reading.stableErrors == 250)
    }
}
