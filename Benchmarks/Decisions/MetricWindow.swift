// The figures of one version in a stretch of time, as a metrics store would answer them.

import Recording

/// Takes the difference of counts at the ends of windows, one after the other.
struct MetricWindow {
    /// The figures of one window.
    struct Figures {
        let errorRate: Double
        let p99Microseconds: Double
    }

    private var before = VersionCounts()

    /// Ends the present window and begins the next; nil if there was no request in it.
    mutating func close(at now: VersionCounts) -> Figures? {
        defer { before = now }
        let requests = now.requests - before.requests
        guard requests > 0 else { return nil }
        return Figures(
            errorRate: Double(now.errors - before.errors) / Double(requests),
            p99Microseconds: p99(of: requests, now))
    }

    /// From the histogram's buckets, which are far finer than those of a usual metrics store.
    private func p99(of requests: Int, _ now: VersionCounts) -> Double {
        let allowedAbove = requests / 100
        var above = 0
        for index in now.latency.indices.reversed() {
            above += now.latency[index] - before.latency[index]
            if above > allowedAbove { return LatencyBuckets.middle(of: index) }
        }
        return 0
    }
}
