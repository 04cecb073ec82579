// Why one gap of each stream is evidence, and all of them are not.

import Glibc
import Recording
import SeededRandom
import Testing

@testable import Verdict

@Suite struct StreamEvidenceTests {
    private static let alpha = 0.05
    private static let streams = 80
    private static let events = 250

    /// The gaps of a version whose streams each have a pace of their own: one drawn of each, and
    /// all of them.
    private func gaps(
        using random: inout SeededGenerator
    ) -> (drawn: LatencyFigures, all: LatencyFigures) {
        let drawn = LatencyHistogram()
        let all = LatencyHistogram()
        for _ in 0..<Self.streams {
            let pace = 20_000 * exp(Double.random(in: -1...1, using: &random))
            let own = (0..<Self.events).map { _ in
                Int(pace * Double.random(in: 0.9...1.1, using: &random))
            }
            for gap in own { all.record(gap) }
            drawn.record(own.randomElement(using: &random) ?? 0)
        }
        return (drawn.figures(), all.figures())
    }

    private func fails(_ stable: LatencyFigures, _ candidate: LatencyFigures) -> Bool {
        QuantileComparison(
            rank: 0.5, stable: RankedValues(stable), candidate: RankedValues(candidate)
        ).isAbove({ $0 }, alpha: Self.alpha)
    }

    @Test func equalVersionsFailNoMoreOftenThanAllowedByDrawnGapsAlone() {
        var random = SeededGenerator(seed: 44)
        let trials = 60
        var wrong = (drawn: 0, all: 0)
        for _ in 0..<trials {
            let stable = gaps(using: &random)
            let candidate = gaps(using: &random)
            if fails(stable.drawn, candidate.drawn) { wrong.drawn += 1 }
            if fails(stable.all, candidate.all) { wrong.all += 1 }
        }
        #expect(wrong.drawn <= Binomial.most(of: trials, Self.alpha))
        // What the gaps of a stream have in common would be taken for a difference of the versions.
        #expect(wrong.all > Binomial.most(of: trials, Self.alpha))
    }
}
