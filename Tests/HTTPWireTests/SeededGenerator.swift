// Randomness that can be repeated: its seed is printed, and taken from the environment.

import Glibc

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct SeededGenerator: RandomNumberGenerator {
    /// What to set `SLUICE_TEST_SEED` to, to see the same numbers again.
    let seed: UInt64
    private var state: UInt64

    init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// Makes a generator of a new seed, or the one in the environment, and prints it.
    static func announced(_ test: StaticString) -> SeededGenerator {
        var seed = UInt64.random(in: 0...UInt64.max)
        if let text = getenv("SLUICE_TEST_SEED"), let given = UInt64(String(cString: text)) {
            seed = given
        }
        print("\(test): SLUICE_TEST_SEED=\(seed)")
        return SeededGenerator(seed: seed)
    }

    /// How many rounds a test makes: so many, or `SLUICE_TEST_ROUNDS`.
    static func rounds(_ usual: Int) -> Int {
        guard let text = getenv("SLUICE_TEST_ROUNDS") else { return usual }
        return Int(String(cString: text)) ?? usual
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Up to so many offsets within an input, in order, where it is cut.
    mutating func cuts(of count: Int, atMost most: Int) -> [Int] {
        guard count > 0 else { return [] }
        let wanted = Int.random(in: 1...most, using: &self)
        return (0..<wanted).map { _ in Int.random(in: 0...count, using: &self) }.sorted()
    }
}
