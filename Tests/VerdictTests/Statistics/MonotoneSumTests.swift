// Branch and bound says the same as looking at every place.

import SeededRandom
import Testing

@testable import Verdict

@Suite struct MonotoneSumTests {
    /// Tables of a rising and a falling function, with plateaus and jumps.
    private struct Tables {
        let rising: [Double]
        let falling: [Double]

        init(using random: inout SeededGenerator) {
            let count = Int.random(in: 1...40, using: &random)
            func table() -> [Double] {
                var value = Double.random(in: -3...3, using: &random)
                return (0..<count).map { _ in
                    if Bool.random(using: &random) {
                        value += Double.random(in: 0...1, using: &random)
                    }
                    return value
                }
            }
            rising = table()
            falling = table().reversed()
        }

        func sum(isContinuous: Bool) -> MonotoneSum {
            let (rising, falling) = (rising, falling)
            return MonotoneSum(
                rising: { rising[$0] }, falling: { falling[$0] }, isContinuous: isContinuous)
        }
    }

    @Test func saysOfPlacesWhatALookAtEachSays() {
        var random = SeededGenerator.announced("sums over places")
        for _ in 0..<SeededGenerator.rounds(500) {
            let tables = Tables(using: &random)
            let least = zip(tables.rising, tables.falling).map(+).min() ?? 0
            let sum = tables.sum(isContinuous: false)
            for level in [least - 1, least - 1e-9, least, least + 1e-9, least + 1] {
                #expect(
                    sum.isAtLeast(level, from: 0, to: tables.rising.count - 1) == (level <= least))
            }
        }
    }

    @Test func saysOfALineWhatItsPiecesAllow() {
        var random = SeededGenerator.announced("sums over a line")
        for _ in 0..<SeededGenerator.rounds(500) {
            let tables = Tables(using: &random)
            // Between two points nothing is known but that the functions rise and fall.
            let pieces = zip(tables.rising, tables.falling.dropFirst()).map(+)
            let points = zip(tables.rising, tables.falling).map(+)
            let least = pieces.min() ?? points[0]
            let sum = tables.sum(isContinuous: true)
            for level in [least - 1, least - 1e-9, least, least + 1e-9, least + 1] {
                #expect(
                    sum.isAtLeast(level, from: 0, to: tables.rising.count - 1) == (level <= least))
            }
        }
    }

    @Test func settlesMostOfTheRangeUnseen() {
        var looks = 0
        let sum = MonotoneSum(
            rising: {
                looks += 1
                return Double($0)
            },
            falling: { Double(-$0) + 2_000 }, isContinuous: true)
        #expect(sum.isAtLeast(1_000, from: 0, to: 1 << 20))
        #expect(looks < 5_000)
    }
}
