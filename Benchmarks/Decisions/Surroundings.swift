// What changes with time for both versions alike: busy hours, and load that wanders.

import Glibc

/// The surroundings of one trial. Their state is one number, the logarithm of what all latencies
/// are multiplied with, in levels of 2 %.
struct Surroundings {
    private static let step = 0.02
    private static let daySeconds = 86_400.0
    private static let dayAmplitude = 0.35
    private static let driftDeviation = 0.2
    private static let driftSeconds = 60.0

    private let shape: LatencyShape
    private var seconds = 0.0
    private var drift = 0.0

    /// Begins at a random hour.
    init(_ shape: LatencyShape, using generator: inout SeededGenerator) {
        self.shape = shape
        seconds = generator.unit() * Self.daySeconds
        drift = generator.normal() * Self.driftDeviation
    }

    /// The levels that occur with a shape.
    static func levels(_ shape: LatencyShape) -> ClosedRange<Int> {
        switch shape {
        case .dailySwing: -18...18
        case .sharedDrift: -50...50
        default: 0...0
        }
    }

    /// How much of the requests come at each level, over a long time.
    static func levelWeights(_ shape: LatencyShape) -> [Double] {
        var weights = levels(shape).map { _ in 0.0 }
        switch shape {
        case .dailySwing:
            for minute in 0..<1440 {
                let logarithm = dayAmplitude * sin(2 * .pi * Double(minute) / 1440)
                weights[level(logarithm, shape) - levels(shape).lowerBound] +=
                    rateFactor(logarithm, shape)
            }
        case .sharedDrift:
            for (place, level) in levels(shape).enumerated() {
                let deviations = Double(level) * step / driftDeviation
                weights[place] = exp(-deviations * deviations / 2)
            }
        default:
            weights = [1]
        }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }

    /// What latencies are multiplied with at a level.
    static func latencyFactor(_ level: Int) -> Double { exp(Double(level) * step) }

    /// What error rates are multiplied with at a level: where all is slower, more fails.
    static func errorFactor(_ level: Int) -> Double { exp(2 * Double(level) * step) }

    /// What the rate of requests is multiplied with: slow hours are busy hours.
    private static func rateFactor(_ logarithm: Double, _ shape: LatencyShape) -> Double {
        shape == .dailySwing ? exp(1.5 * logarithm) : 1
    }

    private static func level(_ logarithm: Double, _ shape: LatencyShape) -> Int {
        let levels = levels(shape)
        let level = Int((logarithm / step).rounded())
        return min(max(level, levels.lowerBound), levels.upperBound)
    }

    /// For how long, at most, they may be taken as unchanged, in seconds.
    var longestMoment: Double {
        switch shape {
        case .dailySwing: 60
        case .sharedDrift: 5
        default: .infinity
        }
    }

    /// Lets a moment pass; answers its level and what the rate of requests is multiplied with.
    mutating func pass(
        seconds moment: Double, using generator: inout SeededGenerator
    ) -> (level: Int, rateFactor: Double) {
        seconds += moment
        switch shape {
        case .dailySwing:
            let logarithm = Self.dayAmplitude * sin(2 * .pi * seconds / Self.daySeconds)
            return (Self.level(logarithm, shape), Self.rateFactor(logarithm, shape))
        case .sharedDrift:
            let kept = exp(-moment / Self.driftSeconds)
            let fresh = Self.driftDeviation * sqrt(1 - kept * kept)
            drift = kept * drift + fresh * generator.normal()
            return (Self.level(drift, shape), 1)
        default:
            return (0, 1)
        }
    }
}
