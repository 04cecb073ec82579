// Randomness that can be had again: a property test prints its seed and takes it back.

import Foundation

/// SplitMix64 (Steele, Lea and Flood 2014).
package struct SeededGenerator: RandomNumberGenerator {
    /// What to set `SLUICE_TEST_SEED` to, to see the same numbers again.
    package let seed: UInt64
    private var state: UInt64

    /// Makes a generator that always draws the same from the same seed.
    package init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// A new seed for a property, printed; `SLUICE_TEST_SEED` in the environment sets it instead.
    package static func seed(for property: String) -> UInt64 {
        let given = ProcessInfo.processInfo.environment["SLUICE_TEST_SEED"]
        let seed = given.flatMap { UInt64($0) } ?? UInt64.random(in: 0...999_999_999)
        print("seed of \(property): SLUICE_TEST_SEED=\(seed)")
        return seed
    }

    /// A generator of a new, printed seed, or of the one in the environment.
    package static func announced(_ property: String) -> SeededGenerator {
        SeededGenerator(seed: seed(for: property))
    }

    /// How many rounds a property is tried: so many, or `SLUICE_TEST_ROUNDS`.
    package static func rounds(_ usual: Int) -> Int {
        let given = ProcessInfo.processInfo.environment["SLUICE_TEST_ROUNDS"]
        return given.flatMap { Int($0) } ?? usual
    }
}
