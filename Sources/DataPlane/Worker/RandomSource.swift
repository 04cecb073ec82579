// Fast random numbers of one loop, for choices and ids that need not be secret.

/// xoshiro256** (Blackman and Vigna 2018), seeded by the system.
struct RandomSource: RandomNumberGenerator {
    private var state0: UInt64
    private var state1: UInt64
    private var state2: UInt64
    private var state3: UInt64

    /// Makes a source with a seed of the system's.
    init() {
        var system = SystemRandomNumberGenerator()
        state0 = system.next()
        state1 = system.next()
        state2 = system.next()
        state3 = system.next() | 1
    }

    /// The next 64 random bits.
    mutating func next() -> UInt64 {
        let product = state1 &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = state1 << 17
        state2 ^= state0
        state3 ^= state1
        state1 ^= state2
        state0 ^= state3
        state2 ^= shifted
        state3 = (state3 << 45) | (state3 >> 19)
        return result
    }

    /// A number below `bound`, which is positive; the bias is below 2⁻³² for our bounds.
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}
