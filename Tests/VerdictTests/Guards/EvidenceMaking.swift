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
    /// Requests with these errors, and latencies about a middle in microseconds.
    static func make(_ requests: Int, errors: Int = 0, latency: Int = 20_000) -> VersionEvidence {
        VersionEvidence(
            requests: requests, errors: errors, latency: .spread(about: latency, count: requests))
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
        return VersionEvidence(
            requests: requests, errors: drawnErrors(of: requests, rate: errorRate, using: &random),
            latency: .of(values))
    }
}
