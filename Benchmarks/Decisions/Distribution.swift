// A distribution of latencies, changed as a regression changes it.

import Recording

/// Probabilities of at most so many microseconds.
struct Distribution: Sendable {
    let cumulative: @Sendable (Double) -> Double

    /// The latencies of a healthy version over a long time, slow phases included.
    init(healthy shape: LatencyShape) {
        let slow = shape.slowShare
        cumulative = { latency in
            guard slow > 0 else { return shape.cumulative(latency) }
            return (1 - slow) * shape.cumulative(latency)
                + slow * shape.cumulative(latency / LatencyShape.slowPhaseFactor)
        }
    }

    init(cumulative: @escaping @Sendable (Double) -> Double) {
        self.cumulative = cumulative
    }

    /// All latencies times a factor.
    func scaled(by factor: Double) -> Distribution {
        Distribution { [cumulative] in cumulative($0 / factor) }
    }

    /// The latency that a share `rank` of requests does not exceed.
    func quantile(_ rank: Double) -> Double {
        var low = 0.0
        var high = Double(LatencyBuckets.limitMicroseconds)
        while high - low > 0.5 {
            let middle = (low + high) / 2
            if cumulative(middle) < rank { low = middle } else { high = middle }
        }
        return high
    }

    /// The probability of each bucket.
    var bucketProbabilities: [Double] {
        let count = LatencyBuckets.octaveCount * LatencyBuckets.perOctave
        var before = 0.0
        return (0..<count).map { index in
            let here =
                index == count - 1
                ? 1 : cumulative(Double(LatencyBuckets.lowerBound(of: index + 1)))
            defer { before = here }
            return max(0, here - before)
        }
    }

    /// The mean of a function of the latency.
    func mean(of function: (Double) -> Double) -> Double {
        bucketProbabilities.enumerated().reduce(0) { sum, bucket in
            guard bucket.element > 0 else { return sum }
            return sum + bucket.element * function(LatencyBuckets.middle(of: bucket.offset))
        }
    }
}
