// How long requests take, and how that changes with time, in versions that are well.

import Glibc

/// The shapes of latency that are tried. Times in microseconds.
enum LatencyShape: String, CaseIterable, Sendable {
    /// Median 50 ms, σ 0.5.
    case logNormal = "log-normal"
    /// Four in five from a cache (median 10 ms, σ 0.3), the others not (120 ms, σ 0.4).
    case bimodal
    /// 20 ms and a Pareto II tail of index 1.8, cut off after 60 s; median 48 ms.
    case heavyTail = "heavy tail"
    /// As log-normal, with all latencies × e^(0.35 sin) over 24 hours, for both versions alike.
    case dailySwing = "daily swing"
    /// As log-normal, with all latencies × e^x for both versions alike, where x wanders (AR(1),
    /// deviation 0.2) and is forgotten over a minute.
    case sharedDrift = "shared drift"
    /// As log-normal, with phases in which all requests of one version take three times as long:
    /// a second on average, every 30 s, each version at times of its own.
    case slowPhases = "slow phases"

    /// How much longer requests take in a slow phase.
    static let slowPhaseFactor = 3.0
    /// The mean length of a slow phase and of the time between two, in seconds.
    static let slowPhaseSeconds = 1.0
    static let quietSeconds = 30.0

    /// The share of the time that a version spends in slow phases.
    var slowShare: Double {
        guard self == .slowPhases else { return 0 }
        return Self.slowPhaseSeconds / (Self.slowPhaseSeconds + Self.quietSeconds)
    }

    /// The probability of at most so long, outside slow phases and in average surroundings.
    func cumulative(_ microseconds: Double) -> Double {
        guard microseconds > 0 else { return 0 }
        switch self {
        case .bimodal:
            return 0.8 * Self.logNormal(microseconds, median: 10_000, deviation: 0.3)
                + 0.2 * Self.logNormal(microseconds, median: 120_000, deviation: 0.4)
        case .heavyTail:
            let excess = microseconds - 20_000
            if excess <= 0 { return 0 }
            return microseconds >= 60e6 ? 1 : 1 - pow(1 + excess / 60_000, -1.8)
        case .logNormal, .dailySwing, .sharedDrift, .slowPhases:
            return Self.logNormal(microseconds, median: 50_000, deviation: 0.5)
        }
    }

    private static func logNormal(_ value: Double, median: Double, deviation: Double) -> Double {
        0.5 * erfc(-log(value / median) / (deviation * 2.0.squareRoot()))
    }
}
