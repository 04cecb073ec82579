// The keys under `limits:`, with what each may be.

import Plan

/// One key under `limits:`.
package struct LimitKey: Sendable {
    /// How the value is written.
    package enum Kind: Sendable {
        case duration
        case size
        case count
    }

    /// The key.
    package let name: String
    /// How the value is written.
    package let kind: Kind
    /// The bounds, in milliseconds, bytes or pieces.
    package let range: ClosedRange<Int>
    let field: any (WritableKeyPath<Plan.Limits, Int> & Sendable)

    private init(
        _ name: String, _ kind: Kind, _ range: ClosedRange<Int>,
        _ field: any (WritableKeyPath<Plan.Limits, Int> & Sendable)
    ) {
        self.name = name
        self.kind = kind
        self.range = range
        self.field = field
    }

    private static let day = 86_400_000
    private static let time = 1...day
    private static let many = 1...1_000_000_000
    /// What a window of HTTP/2 may be (RFC 9113 §6.9.1). That of a connection is never below
    /// 65,535, and one of a stream that is would make every body slow.
    private static let window = 65_536...Int(Int32.max)
    /// Over what things are counted that a peer is not to do too often.
    private static let span = 1_000...3_600_000

    /// All keys, in the order of `Plan.Limits`.
    package static let all: [LimitKey] = [
        LimitKey("request_head", .duration, time, \.requestHeadMilliseconds),
        LimitKey("handshake", .duration, time, \.handshakeMilliseconds),
        LimitKey("body_idle", .duration, time, \.bodyIdleMilliseconds),
        LimitKey("body_least_rate", .count, 0...1_000_000_000, \.bodyLeastBytesPerSecond),
        LimitKey("client_idle", .duration, time, \.clientIdleMilliseconds),
        LimitKey("client_requests", .count, many, \.clientRequests),
        LimitKey("linger", .duration, time, \.lingerMilliseconds),
        LimitKey("continue", .duration, time, \.continueMilliseconds),
        LimitKey("connections", .count, 0...10_000_000, \.connections),
        LimitKey("connections_per_address", .count, many, \.connectionsPerAddress),
        LimitKey("connections_pressure", .count, 1...100, \.connectionsPressurePercent),
        LimitKey("connections_refuse", .count, 1...100, \.connectionsRefusePercent),
        LimitKey("head_bytes", .size, 1_024...1_048_576, \.headBytes),
        LimitKey("head_fields", .count, 8...1_000, \.headFields),
        LimitKey("target_bytes", .size, 64...524_288, \.targetBytes),
        LimitKey("trailer_bytes", .size, 0...1_048_576, \.trailerBytes),
        LimitKey("chunk_line_bytes", .size, 18...65_536, \.chunkLineBytes),
        LimitKey("informational_answers", .count, 0...1_000, \.informationalAnswers),
        LimitKey("http2_streams", .count, 1...10_000, \.http2Streams),
        LimitKey("http2_stream_window", .size, window, \.http2StreamWindowBytes),
        LimitKey("http2_connection_window", .size, window, \.http2ConnectionWindowBytes),
        LimitKey("http2_resets", .count, 1...1_000_000, \.http2Resets),
        LimitKey("http2_reset_window", .duration, span, \.http2ResetMilliseconds),
        LimitKey("http2_continuations", .count, 0...1_000, \.http2Continuations),
        LimitKey("http2_idle_frames", .count, 10...1_000_000, \.http2IdleFrames),
        LimitKey("http2_idle_frame_window", .duration, span, \.http2IdleFrameMilliseconds),
        LimitKey("buffer_high", .size, 4_096...67_108_864, \.bufferHighBytes),
        LimitKey("buffer_low", .size, 1_024...67_108_864, \.bufferLowBytes),
        LimitKey("copy_bytes", .size, 0...67_108_864, \.copyBytes),
        LimitKey("access_log_bytes", .size, 65_536...1_073_741_824, \.accessLogBytes),
        LimitKey("trace_spans", .count, 1...1_000_000, \.traceSpans),
        LimitKey("connect", .duration, time, \.connectMilliseconds),
        LimitKey("upstream_idle", .duration, time, \.upstreamIdleMilliseconds),
        LimitKey("upstream_requests", .count, many, \.upstreamRequests),
        LimitKey("upstream_connections", .count, 1...1_000_000, \.upstreamConnections),
        LimitKey("upstream_idle_connections", .count, 0...1_000_000, \.upstreamIdleConnections),
        LimitKey("upstream_streams", .count, 1...10_000, \.upstreamStreams),
        LimitKey("retries", .count, 0...1, \.retries),
        LimitKey("retry_budget", .count, 0...100, \.retryBudgetPercent),
        LimitKey("retry_budget_least", .count, 0...1_000_000, \.retryBudgetLeast),
        LimitKey("endpoint_failures", .count, 1...1_000_000, \.endpointFailures),
        LimitKey("endpoint_aside", .duration, time, \.endpointAsideMilliseconds),
        LimitKey("endpoint_aside_most", .duration, time, \.endpointAsideMostMilliseconds),
        LimitKey("endpoint_refused", .duration, time, \.endpointRefusedMilliseconds),
        LimitKey("endpoint_refused_most", .duration, time, \.endpointRefusedMostMilliseconds),
        LimitKey("shadow_requests", .count, 1...1_000_000, \.shadowRequests),
        LimitKey("shadow_bytes", .size, 1_048_576...68_719_476_736, \.shadowBytes),
        LimitKey("shadow_waiting_bytes", .size, 65_536...1_073_741_824, \.shadowWaitingBytes),
        LimitKey("shadow_answer_bytes", .size, 1_024...268_435_456, \.shadowAnswerBytes),
        LimitKey("shadow_late", .duration, 1...60_000, \.shadowLateMilliseconds),
        LimitKey("shadow_delay", .count, 1...1_000_000, \.shadowDelayPercent),
        LimitKey("comparisons_waiting", .count, 1...1_000_000, \.comparisonsWaiting),
        LimitKey("comparison_threads", .count, 1...64, \.comparisonThreads),
        LimitKey("name_least", .duration, 1_000...day, \.nameLeastMilliseconds),
        LimitKey("name_most", .duration, 1_000...day, \.nameMostMilliseconds),
        LimitKey("drain", .duration, 0...day, \.drainMilliseconds),
        LimitKey("kill", .duration, 0...day, \.killMilliseconds),
        LimitKey("ticket_key", .duration, 60_000...(7 * day), \.ticketKeyMilliseconds),
        LimitKey("history", .duration, 3_600_000...(366 * day), \.historyMilliseconds),
        LimitKey("decisions", .count, 100...1_000_000, \.decisionsKept),
        LimitKey("webhook_attempts", .count, 1...100, \.webhookAttempts),
        LimitKey("webhook_waiting", .count, 1...100_000, \.webhookWaiting),
    ]

    /// The value in these limits, as a file writes it.
    func text(in limits: Plan.Limits) -> String {
        let value = limits[keyPath: field]
        return switch kind {
        case .duration: Quantities.duration(value)
        case .size: Quantities.size(value)
        case .count: "\(value)"
        }
    }

    func read(_ value: YAMLValue, into limits: inout Plan.Limits) {
        let what = "the limit \(name)"
        let number =
            switch kind {
            case .duration: value.milliseconds(what, range)
            case .size: value.bytes(what, range)
            case .count: value.count(what, range)
            }
        if let number { limits[keyPath: field] = number }
    }
}

extension LimitKey {
    /// Reports limits that each are possible but not together.
    static func compare(_ limits: Plan.Limits, in mapping: YAMLMapping) {
        func place(_ keys: String...) -> YAMLValue {
            keys.lazy.compactMap { mapping[$0] }.first ?? mapping.value
        }
        let low = Quantities.size(limits.bufferLowBytes)
        let high = Quantities.size(limits.bufferHighBytes)
        if limits.bufferLowBytes >= limits.bufferHighBytes {
            place("buffer_low", "buffer_high").error(
                "buffer_low (\(low)) is not below buffer_high (\(high))",
                "a paused connection would never go on", "lower buffer_low or raise buffer_high")
        }
        let target = Quantities.size(limits.targetBytes)
        let head = Quantities.size(limits.headBytes)
        if limits.targetBytes + 512 > limits.headBytes {
            place("target_bytes", "head_bytes").error(
                "target_bytes (\(target)) leaves no room in head_bytes (\(head))",
                "a request whose target is allowed would be refused for its head",
                "keep head_bytes at least 512B above target_bytes")
        }
        let pairs = [
            ("connections_pressure", "connections_refuse"),
            ("endpoint_aside", "endpoint_aside_most"),
            ("endpoint_refused", "endpoint_refused_most"), ("name_least", "name_most"),
            ("http2_stream_window", "http2_connection_window"),
        ]
        for (least, most) in pairs {
            guard let smaller = all.first(where: { $0.name == least }),
                let larger = all.first(where: { $0.name == most }),
                limits[keyPath: smaller.field] > limits[keyPath: larger.field]
            else { continue }
            place(least, most).warning(
                "\(least) (\(smaller.text(in: limits))) is above "
                    + "\(most) (\(larger.text(in: limits)))",
                "one of the two has no effect", "lower \(least) or raise \(most)")
        }
    }
}
