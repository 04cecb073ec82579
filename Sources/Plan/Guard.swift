// One limit on one figure of a ramp's candidate, as its file has it.

/// One limit on one figure of the candidate.
package struct Guard: Sendable, Equatable {
    /// The figure.
    package enum Metric: String, Sendable, CaseIterable, Codable {
        case errorRate = "error_rate"
        case latencyP50 = "latency_p50"
        case latencyP90 = "latency_p90"
        case latencyP95 = "latency_p95"
        case latencyP99 = "latency_p99"
        case firstByteP50 = "ttfb_p50"
        case firstByteP90 = "ttfb_p90"
        case firstByteP95 = "ttfb_p95"
        case firstByteP99 = "ttfb_p99"
        case eventGapP50 = "event_gap_p50"
        case eventGapP90 = "event_gap_p90"
        case eventGapP95 = "event_gap_p95"
        case eventGapP99 = "event_gap_p99"
        case streamErrors = "stream_errors"
        case agreement

        /// What is counted or measured.
        package var subject: Subject {
            switch self {
            case .errorRate: .requests
            case .latencyP50, .latencyP90, .latencyP95, .latencyP99: .latency
            case .firstByteP50, .firstByteP90, .firstByteP95, .firstByteP99: .firstByte
            case .eventGapP50, .eventGapP90, .eventGapP95, .eventGapP99: .eventGap
            case .streamErrors: .streams
            case .agreement: .pairs
            }
        }

        /// The quantile's rank; nil for a rate.
        package var rank: Double? {
            switch self {
            case .errorRate, .streamErrors, .agreement: nil
            case .latencyP50, .firstByteP50, .eventGapP50: 0.5
            case .latencyP90, .firstByteP90, .eventGapP90: 0.9
            case .latencyP95, .firstByteP95, .eventGapP95: 0.95
            case .latencyP99, .firstByteP99, .eventGapP99: 0.99
            }
        }

        /// Whether only answers that are streams say anything of it.
        package var isOfStreams: Bool { subject == .eventGap || subject == .streams }
    }

    /// What a metric is taken of.
    package enum Subject: Sendable {
        /// Requests, of which some fail.
        case requests
        /// Times to the last byte.
        case latency
        /// Times to the first byte.
        case firstByte
        /// Times between two events, one of each stream.
        case eventGap
        /// Streams, of which some break.
        case streams
        /// Pairs of a caller's answer and a shadow's, of which some differ.
        case pairs
    }

    /// What is allowed: a rate as 0 … 1, a latency in microseconds.
    package enum Limit: Sendable, Equatable {
        /// The candidate's figure less the stable version's in the same time.
        case maxIncrease(Double)
        /// The candidate's figure by the stable version's in the same time.
        case maxRatio(Double)
        /// The candidate's figure itself.
        case max(Double)
        /// The least part of the pairs that must agree, apart from noise where that is known.
        case min(Double)

        /// The key in the file.
        package var key: String {
            switch self {
            case .maxIncrease: "max_increase"
            case .maxRatio: "max_ratio"
            case .max: "max"
            case .min: "min"
            }
        }

        /// The number alone.
        package var value: Double {
            switch self {
            case .maxIncrease(let value), .maxRatio(let value), .max(let value), .min(let value):
                value
            }
        }
    }

    /// The figure that is limited.
    package let metric: Metric
    /// Its limit.
    package let limit: Limit
    /// Of agreement: whether control pairs tell how often two answers of the stable version
    /// differ, so that only what goes beyond counts. It is the file that says so and not the
    /// evidence: a test that is chosen by looking keeps no promise.
    package let isControlled: Bool

    /// Makes a guard.
    package init(metric: Metric, limit: Limit, isControlled: Bool = false) {
        self.metric = metric
        self.limit = limit
        self.isControlled = isControlled
    }

    /// Whether the limit is on the candidate's figure beside the stable version's.
    package var isRelative: Bool {
        switch limit {
        case .maxIncrease, .maxRatio: true
        case .max: false
        case .min: isControlled
        }
    }

    /// Whether it can be asked only while the stable version answers callers: without them there
    /// is nothing to compare with, and nothing to mirror.
    package var needsStable: Bool { isRelative || metric.subject == .pairs }

    /// The guard as the file has it: `error_rate max_increase`.
    package var name: String { "\(metric.rawValue) \(limit.key)" }
}
