// Long streams looked at again and again: wrong answers within what is allowed, right ones in time.

import Glibc
import SeededRandom
import Testing

@testable import Verdict

@Suite struct SimulatedErrorTests {
    private static let alpha = 0.05

    /// When to look: after ever more requests, each time a sixth more.
    private static let looks: [Int] = {
        var looks: [Int] = []
        var next = 10.0
        while next < 12_000 {
            looks.append(Int(next))
            next *= 7.0 / 6
        }
        return looks
    }()

    private enum Answer { case fail, pass, neither }

    // MARK: Rates

    /// The first answer on a stream in which the candidate has a part of the traffic.
    private func firstAnswer(
        _ stableRate: Double, _ candidateRate: Double, candidatePart: Double, margin: Double,
        beta: Double, using random: inout SeededGenerator
    ) -> Answer {
        var stable = (errors: 0, requests: 0)
        var candidate = stable
        for look in Self.looks {
            let own = max(1, Int(Double(look) * candidatePart))
            candidate.errors += drawnErrors(
                of: own - candidate.requests, rate: candidateRate, using: &random)
            candidate.requests = own
            stable.errors += drawnErrors(
                of: look - stable.requests, rate: stableRate, using: &random)
            stable.requests = look
            let rates = RateComparison(stable: stable, candidate: candidate)
            if rates.isAbove({ $0 + margin }, alpha: Self.alpha) { return .fail }
            if beta > 0 && rates.isBelow({ $0 + margin }, beta: beta) { return .pass }
        }
        return .neither
    }

    @Test(arguments: [(0.001, 0), (0.02, 0), (0.3, 0), (0.01, 0.01), (0.2, 0.05)])
    func versionsAtTheMarginFailNoMoreOftenThanAllowed(rate: Double, margin: Double) {
        var random = SeededGenerator(seed: 40)
        let streams = 300
        let failures = (0..<streams).count { _ in
            firstAnswer(
                rate, rate + margin, candidatePart: 0.5, margin: margin, beta: 0, using: &random)
                == .fail
        }
        #expect(failures <= Binomial.most(of: streams, Self.alpha))
    }

    @Test func aBadVersionFailsAndAGoodOnePasses() {
        var random = SeededGenerator(seed: 41)
        for _ in 0..<40 {
            let bad = firstAnswer(
                0.01, 0.05, candidatePart: 0.25, margin: 0.005, beta: 0.05, using: &random)
            #expect(bad == .fail)
            let dead = firstAnswer(
                0.01, 1, candidatePart: 0.01, margin: 0.005, beta: 0.05, using: &random)
            #expect(dead == .fail)
            let good = firstAnswer(
                0.001, 0.001, candidatePart: 1, margin: 0.005, beta: 0.05, using: &random)
            #expect(good == .pass)
        }
    }

    // MARK: Quantiles

    private func firstAnswer(
        _ stable: LatencyTable, _ candidate: LatencyTable, rank: Double, ratio: Double,
        beta: Double, using random: inout SeededGenerator
    ) -> Answer {
        var counts = (stable: LatencyTable.none, candidate: LatencyTable.none)
        var last = 0
        for look in Self.looks where look <= 3_000 {
            stable.draw(look - last, into: &counts.stable, using: &random)
            candidate.draw(look - last, into: &counts.candidate, using: &random)
            last = look
            let quantiles = QuantileComparison(
                rank: rank, stable: RankedValues(stable.figures(counts.stable)),
                candidate: RankedValues(candidate.figures(counts.candidate)))
            if quantiles.isAbove({ $0 * ratio }, alpha: Self.alpha) { return .fail }
            if beta > 0 && quantiles.isBelow({ $0 * ratio }, beta: beta) { return .pass }
        }
        return .neither
    }

    @Test(arguments: [(0.5, 1), (0.99, 1), (0.9, 1.2)])
    func quantilesAtTheMarginFailNoMoreOftenThanAllowed(rank: Double, ratio: Double) {
        var random = SeededGenerator(seed: 42)
        let stable = LatencyTable(median: 20_000, spread: 0.6)
        let candidate = LatencyTable(median: 20_000, spread: 0.6, factor: ratio)
        let streams = 50
        let failures = (0..<streams).count { _ in
            firstAnswer(stable, candidate, rank: rank, ratio: ratio, beta: 0, using: &random)
                == .fail
        }
        #expect(failures <= Binomial.most(of: streams, Self.alpha))
    }

    @Test func aSlowVersionFailsAndAGoodOnePasses() {
        var random = SeededGenerator(seed: 43)
        let stable = LatencyTable(median: 20_000, spread: 0.6)
        let slow = LatencyTable(median: 20_000, spread: 0.6, factor: 1.5)
        let slowAtTheEnd = LatencyTable(
            median: 20_000, spread: 0.6, factor: 3, fromRank: 0.97)
        for _ in 0..<10 {
            let median = firstAnswer(
                stable, slow, rank: 0.5, ratio: 1.2, beta: 0.05, using: &random)
            #expect(median == .fail)
            let tail = firstAnswer(
                stable, slowAtTheEnd, rank: 0.99, ratio: 1.2, beta: 0.05, using: &random)
            #expect(tail == .fail)
            // What only the tail has, the median does not see.
            let middle = firstAnswer(
                stable, slowAtTheEnd, rank: 0.5, ratio: 1.2, beta: 0.05, using: &random)
            #expect(middle == .pass)
            let good = firstAnswer(
                stable, stable, rank: 0.9, ratio: 1.3, beta: 0.05, using: &random)
            #expect(good == .pass)
        }
    }
}
