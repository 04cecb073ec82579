// Makes evidence of what matters to a test.

import Recording
import SeededRandom

@testable import Verdict

extension LatencyFigures {
    /// A histogram of these values, in microseconds.
    static func of(_ values: [Int]) -> LatencyFigures {
        let histogram = LatencyHistogram()
        for value in values { histogram.record(value) }
        return histogram.figures()
    }

    /// So many values, evenly spread from half to one and a half times a middle.
    static func spread(about middle: Int, count: Int) -> LatencyFigures {
        .of((0..<count).map { middle / 2 + $0 * middle / max(1, count) })
    }
}

extension VersionEvidence {
    /// Requests with these errors, and times of every kind about a middle in microseconds: all of
    /// them are streams, which break where the request fails, and pairs, which then differ.
    static func make(_ requests: Int, errors: Int = 0, latency: Int = 20_000) -> VersionEvidence {
        let times = LatencyFigures.spread(about: latency, count: requests)
        return VersionEvidence(
            requests: requests, errors: errors, latency: times, firstByte: times,
            streams: requests, brokenStreams: errors, eventGaps: times, pairs: requests,
            differingPairs: errors)
    }

    /// Any number of requests, errors and latencies; often none.
    static func random(
        most: Int, errorRate: Double, latency: Int, using random: inout SeededGenerator
    ) -> VersionEvidence {
        let requests =
            Int.random(in: 0...5, using: &random) == 0
            ? 0 : Int.random(in: 1...most, using: &random)
        let values = (0..<requests).map { _ in
            Int(Double(latency) * Double.random(in: 0.3...2, using: &random))
        }
        let errors = drawnErrors(of: requests, rate: errorRate, using: &random)
        let times = LatencyFigures.of(values)
        return VersionEvidence(
            requests: requests, errors: errors, latency: times, firstByte: times,
            streams: requests, brokenStreams: errors, eventGaps: times, pairs: requests,
            differingPairs: errors)
    }
}
