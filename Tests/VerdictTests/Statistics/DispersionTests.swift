// Bunches in time make requests count for less; independent ones count in full.

import SeededRandom
import Testing

@testable import Verdict

@Suite struct DispersionTests {
    private static let trials = 100

    /// The factor after so many blocks of a second, each with a rate of its own.
    private func factor(blocks: Int, seed: UInt64, rate: (Int) -> Double) -> Double {
        var random = SeededGenerator(seed: seed)
        var dispersion = Dispersion()
        var all = 0
        for block in 0..<blocks {
            let count = drawnErrors(of: Self.trials, rate: rate(block), using: &random)
            dispersion.add(count, of: Self.trials, milliseconds: Dispersion.blockMilliseconds)
            all += count
        }
        return dispersion.factor(count: all, of: blocks * Self.trials)
    }

    @Test(arguments: [0.005, 0.05, 0.5], 1...5)
    func independentRequestsCountInFull(rate: Double, seed: UInt64) {
        let factor = factor(blocks: 600, seed: seed) { _ in rate }
        #expect(factor >= 1 && factor < 1.5)
    }

    @Test(arguments: 1...5)
    func bunchesCountForLittle(seed: UInt64) {
        // One second in ten is bad.
        #expect(factor(blocks: 600, seed: seed) { $0 % 10 == 0 ? 0.5 : 0.001 } > 10)
        // Ten in a hundred seconds, one after the other.
        #expect(factor(blocks: 1_000, seed: seed) { $0 % 100 < 10 ? 0.5 : 0.001 } > 10)
    }

    @Test func fewBlocksSayNothing() {
        var dispersion = Dispersion()
        for _ in 0..<Dispersion.leastDifferences {
            dispersion.add(1, of: 10, milliseconds: Dispersion.blockMilliseconds)
            #expect(!dispersion.isSettled)
            #expect(dispersion.factor(count: 1, of: 10) == 1)
        }
    }

    @Test func whatIsCountedMustBeSpread() {
        var bunched = Dispersion()
        var spread = Dispersion()
        for block in 0..<20 {
            bunched.add(
                block == 0 ? 50 : 0, of: 100, milliseconds: Dispersion.blockMilliseconds)
            spread.add(
                block % 4 > 0 ? 1 : 0, of: 100, milliseconds: Dispersion.blockMilliseconds)
        }
        #expect(!bunched.isSettled)
        #expect(spread.isSettled)
    }

    @Test func blocksWithoutRequestsDoNotTrap() {
        var dispersion = Dispersion()
        for _ in 0..<1_000 { dispersion.add(0, of: 0, milliseconds: 60_000) }
        for (count, trials) in [(0, 0), (0, 10), (10, 10), (1, 10)] {
            #expect(dispersion.factor(count: count, of: trials) == 1)
        }
    }
}
