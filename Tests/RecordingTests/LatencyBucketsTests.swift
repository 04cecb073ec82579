// The fixed buckets leave no gap, do not overlap, and are as fine as they claim.

import Recording
import SeededRandom
import Testing

@Suite("Latency buckets")
struct LatencyBucketsTests {
    static let count = LatencyBuckets.perOctave * LatencyBuckets.octaveCount

    @Test("follow each other without gap or overlap")
    func nesting() {
        #expect(LatencyBuckets.lowerBound(of: 0) == 0)
        for index in 0..<Self.count {
            let low = LatencyBuckets.lowerBound(of: index)
            let next = LatencyBuckets.lowerBound(of: index + 1)
            #expect(low < next)
            #expect(LatencyBuckets.index(of: low) == index)
            // The last value of a bucket is still in it; the last bucket takes all above too.
            #expect(LatencyBuckets.index(of: next - 1) == index)
            #expect(LatencyBuckets.index(of: next) == min(index + 1, Self.count - 1))
            let middle = LatencyBuckets.middle(of: index)
            #expect(Double(low) <= middle && middle < Double(next))
        }
        #expect(LatencyBuckets.lowerBound(of: Self.count) == LatencyBuckets.limitMicroseconds)
    }

    @Test("are exact below 128 µs")
    func exact() {
        for value in 0..<128 {
            #expect(LatencyBuckets.index(of: value) == value)
            #expect(LatencyBuckets.middle(of: value) == Double(value))
        }
    }

    @Test("have a middle within 1/128 of each of their values")
    func error() {
        let seed = SeededGenerator.seed(for: "latency buckets")
        var generator = SeededGenerator(seed: seed)
        var values = (0..<36).flatMap { [1 << $0, (1 << $0) + 1, (2 << $0) - 1] }
        for bits in 1...36 {
            for _ in 0..<500 { values.append(Int.random(in: 1..<(1 << bits), using: &generator)) }
        }
        var worst = 0.0
        for value in values {
            let middle = LatencyBuckets.middle(of: LatencyBuckets.index(of: value))
            worst = max(worst, abs(middle - Double(value)) / Double(value))
        }
        #expect(worst <= 1.0 / 128, "seed \(seed)")
        // And it is not finer by so much that memory is wasted.
        #expect(worst > 1.0 / 200)
    }

    @Test("keep the order of values")
    func order() {
        let seed = SeededGenerator.seed(for: "order of latencies")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<10_000 {
            let one = Int(generator.next() >> UInt64.random(in: 28...63, using: &generator))
            let other = one + Int(generator.next() >> UInt64.random(in: 28...63, using: &generator))
            #expect(
                LatencyBuckets.index(of: one) <= LatencyBuckets.index(of: other), "seed \(seed)")
        }
    }

    @Test(
        "take values out of range at their edges",
        arguments: [(-1, 0), (Int.min, 0), (1 << 36, 1_983), (Int.max, 1_983)])
    func edges(value: Int, index: Int) {
        #expect(LatencyBuckets.index(of: value) == index)
    }
}
