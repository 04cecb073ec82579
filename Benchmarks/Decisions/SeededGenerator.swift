// Random numbers: fast, and the same again from the same seed.

import Glibc

/// xoshiro256++ (Blackman and Vigna 2019), its state filled by SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// Of one seed there are many streams: one for each trial, whatever thread runs it.
    init(seed: UInt64, stream: UInt64) {
        var word = seed &* 0xd134_2543_de82_ef95 &+ stream
        func mixed() -> UInt64 {
            word &+= 0x9e37_79b9_7f4a_7c15
            var bits = word
            bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
            bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
            return bits ^ (bits >> 31)
        }
        state = (mixed(), mixed(), mixed(), mixed())
    }

    @inline(__always)
    mutating func next() -> UInt64 {
        let sum = state.0 &+ state.3
        let result = ((sum << 23) | (sum >> 41)) &+ state.0
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = (state.3 << 45) | (state.3 >> 19)
        return result
    }

    /// Above 0 and below 1.
    mutating func unit() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }

    mutating func exponential(mean: Double) -> Double { -mean * log(unit()) }

    /// Mean 0, variance 1 (Box and Muller 1958).
    mutating func normal() -> Double { sqrt(-2 * log(unit())) * cos(2 * .pi * unit()) }

    /// How many come when so many are expected.
    mutating func poisson(_ expected: Double) -> Int {
        expected < 12 ? countedPoisson(expected) : rejectedPoisson(expected)
    }

    /// How many requests end well before the next one that fails.
    mutating func runWithoutErrors(errorRate: Double) -> Int {
        if errorRate >= 1 { return 0 }
        if errorRate <= 0 { return .max }
        return Int(min(1e15, log(unit()) / log1p(-errorRate)))
    }

    /// By multiplying until e^-expected is reached (Knuth).
    private mutating func countedPoisson(_ expected: Double) -> Int {
        let end = exp(-expected)
        var product = unit()
        var count = 0
        while product > end {
            product *= unit()
            count += 1
        }
        return count
    }

    /// By transformed rejection with a squeeze, PTRS (Hörmann 1993).
    private mutating func rejectedPoisson(_ expected: Double) -> Int {
        let spread = 0.931 + 2.53 * sqrt(expected)
        let slope = -0.059 + 0.02483 * spread
        let inverse = 1.1239 + 1.1328 / (spread - 3.4)
        let squeeze = 0.9277 - 3.6224 / (spread - 2)
        while true {
            let u = unit() - 0.5
            let v = unit()
            let edge = 0.5 - abs(u)
            let count = ((2 * slope / edge + spread) * u + expected + 0.43).rounded(.down)
            if edge >= 0.07 && v <= squeeze { return Int(count) }
            if count < 0 || (edge < 0.013 && v > edge) { continue }
            let weight = log(v * inverse / (slope / (edge * edge) + spread))
            if weight <= count * log(expected) - expected - lgamma(count + 1) { return Int(count) }
        }
    }
}
