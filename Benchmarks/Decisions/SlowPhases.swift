// The slow phases of one version: when they begin and end.

/// Ordinary and slow phases in turn, exponential in length.
struct SlowPhases {
    private let shape: LatencyShape
    private var isSlow: Bool
    private var left: Double

    init(_ shape: LatencyShape, using generator: inout SeededGenerator) {
        self.shape = shape
        isSlow = generator.unit() < shape.slowShare
        left = generator.exponential(mean: Self.meanSeconds(isSlow))
    }

    private static func meanSeconds(_ isSlow: Bool) -> Double {
        isSlow ? LatencyShape.slowPhaseSeconds : LatencyShape.quietSeconds
    }

    /// Lets a moment pass; answers how many seconds of it were slow.
    mutating func pass(
        seconds moment: Double, using generator: inout SeededGenerator
    ) -> Double {
        guard shape.slowShare > 0 else { return 0 }
        var slow = 0.0
        var rest = moment
        while rest > 0 {
            let part = min(rest, left)
            if isSlow { slow += part }
            rest -= part
            left -= part
            if left <= 0 {
                isSlow.toggle()
                left = generator.exponential(mean: Self.meanSeconds(isSlow))
            }
        }
        return slow
    }
}
