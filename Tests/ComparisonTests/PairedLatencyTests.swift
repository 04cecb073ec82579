// Differences of latencies, pair by pair: buckets, quantiles, the mean, and sums.

import Foundation
import SeededRandom
import Testing

@testable import Comparison

@Suite("Paired latency")
struct PairedLatencyTests {
    private func paired(_ differences: [Int]) -> PairedLatency {
        var latency = PairedLatency()
        for difference in differences {
            let base = 1_000_000 + max(0, -difference)
            latency.add(primaryMicroseconds: base, shadowMicroseconds: base + difference)
        }
        return latency
    }

    @Test func bucketsAreCloseToTheirValues() {
        var random = SeededGenerator.announced("buckets of differences")
        for _ in 0..<SeededGenerator.rounds(5_000) {
            let size = Int(exp(Double.random(in: 0...24.9, using: &random)))
            let value = Bool.random(using: &random) ? size : -size
            let middle = DifferenceBuckets.middle(of: DifferenceBuckets.index(of: value))
            #expect((middle - Double(value)).magnitude <= Double(size) / 127)
            #expect(DifferenceBuckets.index(of: -value) == -DifferenceBuckets.index(of: value))
            #expect(DifferenceBuckets.index(of: value) <= DifferenceBuckets.index(of: value + 1))
        }
        for value in -127...127 {
            #expect(
                DifferenceBuckets.middle(of: DifferenceBuckets.index(of: value)) == Double(value))
        }
        #expect(
            DifferenceBuckets.index(of: .max)
                == DifferenceBuckets.index(of: DifferenceBuckets.mostMicroseconds))
        #expect(DifferenceBuckets.index(of: .min) == -DifferenceBuckets.index(of: .max))
    }

    @Test func quantilesAreThoseOfTheSortedDifferences() throws {
        var random = SeededGenerator.announced("quantiles of differences")
        for _ in 0..<SeededGenerator.rounds(50) {
            let values = (0..<Int.random(in: 1...400, using: &random)).map { _ in
                Int.random(in: -50_000...80_000, using: &random)
            }
            let latency = paired(values)
            for rank in [0.5, 0.9, 0.99] {
                let place = max(1, Int((Double(values.count) * rank).rounded(.up)))
                let expected = Double(values.sorted()[place - 1])
                let found = try #require(latency.quantile(rank))
                #expect(
                    (found.microseconds - expected).magnitude <= max(1, expected.magnitude / 127))
                #expect(found.lowMicroseconds ?? found.microseconds <= found.microseconds)
                #expect(found.highMicroseconds ?? found.microseconds >= found.microseconds)
            }
        }
    }

    @Test func theMeanHasTheIntervalOfTheNormalApproximation() throws {
        let latency = paired((0..<100).map { $0 % 2 == 0 ? 100 : 300 })
        let mean = try #require(latency.mean)
        #expect(mean.microseconds == 200)
        // The deviation of the sample is 100 · √(100 / 99).
        let half = 1.959_964 * 100 * (100.0 / 99).squareRoot() / 10
        #expect(((mean.lowMicroseconds ?? 0) - (200 - half)).magnitude < 1e-6)
        #expect(((mean.highMicroseconds ?? 0) - (200 + half)).magnitude < 1e-6)
        let few = try #require(paired([1, 2]).mean)
        #expect(few.microseconds == 1.5 && few.lowMicroseconds == nil)
    }

    @Test func intervalsHoldWhatTheyShould() {
        var random = SeededGenerator(seed: 11)
        var holds = (mean: 0, median: 0)
        for _ in 0..<400 {
            // Exponential, less 1,000: the mean is 0, the median ln 2 · 1,000 − 1,000.
            let latency = paired(
                (0..<200).map { _ in
                    Int(-1_000 * log(Double.random(in: 0.000_001..<1, using: &random))) - 1_000
                })
            if let mean = latency.mean, let low = mean.lowMicroseconds,
                let high = mean.highMicroseconds
            {
                holds.mean += low <= 0 && 0 <= high ? 1 : 0
            }
            if let median = latency.quantile(0.5), let low = median.lowMicroseconds,
                let high = median.highMicroseconds
            {
                holds.median += (low...high).contains(1_000 * log(2) - 1_000) ? 1 : 0
            }
        }
        // 95 %, less four deviations of the simulation.
        #expect(holds.mean >= 362 && holds.median >= 362)
    }

    @Test func signsAreCounted() throws {
        let latency = paired([5, 5, 5, -1, 0, 0])
        #expect(
            latency.slower == 3 && latency.faster == 1 && latency.equal == 2 && latency.count == 6)
        let share = try #require(latency.slowerShare)
        #expect(share.estimate == 0.75 && share.interval == .wilson(3, of: 4))
        #expect(paired([0]).slowerShare == nil)
    }

    @Test func sumsAreExactInAnyOrder() {
        var random = SeededGenerator.announced("latencies added")
        for _ in 0..<SeededGenerator.rounds(50) {
            func drawn() -> [Int] {
                (0..<Int.random(in: 0...50, using: &random)).map { _ in
                    Int.random(in: -9_999_999...9_999_999, using: &random)
                }
            }
            let (one, two, three) = (drawn(), drawn(), drawn())
            let together = paired((one + two + three).shuffled(using: &random))
            #expect(paired(one).adding(paired(two)).adding(paired(three)) == together)
            #expect(paired(three).adding(paired(one).adding(paired(two))) == together)
        }
    }

    @Test func extremesDoNotTrap() {
        var latency = PairedLatency()
        #expect(latency.mean == nil && latency.quantile(0.5) == nil)
        for pair in [(Int.min, Int.max), (Int.max, Int.min), (0, Int.max), (-1, -1)] {
            latency.add(primaryMicroseconds: pair.0, shadowMicroseconds: pair.1)
        }
        #expect(
            latency.count == 4 && latency.slower == 2 && latency.faster == 1 && latency.equal == 1)
        #expect(latency.mean != nil && latency.quantile(0.99) != nil)
    }

    @Test func theyAreKept() throws {
        var latency = paired([-500_000, -3, 0, 0, 7, 7, 1_000_000])
        latency.add(primaryMicroseconds: 0, shadowMicroseconds: .max)
        let kept = try JSONEncoder().encode(latency)
        #expect(try JSONDecoder().decode(PairedLatency.self, from: kept) == latency)
        for broken in [
            "{\"sum\":\"0\",\"squares\":\"0\",\"buckets\":[1]}",
            "{\"sum\":\"x\",\"squares\":\"0\",\"buckets\":[]}",
            "{\"sum\":\"0\",\"squares\":\"-1\",\"buckets\":[]}",
            "{\"sum\":\"0\",\"squares\":\"0\",\"buckets\":[1,0]}",
            "{\"sum\":\"0\",\"squares\":\"0\",\"buckets\":[99999,1]}",
            "{\"sum\":\"0\",\"squares\":\"0\",\"buckets\":[1,1,1,1]}",
        ] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(PairedLatency.self, from: Data(broken.utf8))
            }
        }
    }
}
