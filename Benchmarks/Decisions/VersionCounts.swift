// What has been counted of one version since the counting began.

import Recording

/// Outcomes of one version, latencies as a histogram with a place for every bucket.
struct VersionCounts: Sendable {
    var requests = 0
    var errors = 0
    /// The errors in a row up to now, and the most in a row since `beginTick`.
    var errorRun = 0
    var longestErrorRun = 0
    var latency = [Int](repeating: 0, count: LatencyBuckets.octaveCount * LatencyBuckets.perOctave)

    mutating func beginTick() { longestErrorRun = errorRun }

    /// Adds the outcomes of requests whose latencies have been added already.
    mutating func addOutcomes(
        of number: Int, errorRate: Double, using generator: inout SeededGenerator
    ) {
        requests += number
        var left = number
        while left > 0 {
            let good = generator.runWithoutErrors(errorRate: errorRate)
            if good > 0 { errorRun = 0 }
            if good >= left { return }
            errors += 1
            errorRun += 1
            longestErrorRun = max(longestErrorRun, errorRun)
            left -= good + 1
        }
    }
}
