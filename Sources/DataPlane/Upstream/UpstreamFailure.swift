// Why an upstream connection could not do its part: whose fault, in which phase, is a retry safe.

import Recording

/// A failure on the upstream's side of an exchange.
struct UpstreamFailure {
    /// What a client is told if the request is not sent again.
    let error: GatewayError
    /// How the version's figures count it.
    let kind: OutcomeKind
    let detail: StaticString
    /// Whether the upstream cannot have acted on the request.
    let wasNeverSent: Bool
    /// Whether the connection had served earlier requests and brought nothing for this one.
    let wasReused: Bool
    /// Whether another try makes sense at all.
    let mayRetry: Bool
}

extension UpstreamFailure {
    /// No connection came about: nothing was sent.
    static func connect(_ detail: StaticString) -> UpstreamFailure {
        UpstreamFailure(
            error: .upstreamConnect, kind: .connect, detail: detail, wasNeverSent: true,
            wasReused: false, mayRetry: true)
    }

    /// The endpoint did not go on in time. Another try would only double the wait.
    static let timeout = UpstreamFailure(
        error: .upstreamTimeout, kind: .timeout,
        detail: "the endpoint did not answer in time", wasNeverSent: false, wasReused: false,
        mayRetry: false)

    /// The endpoint closed or reset the connection before its answer was whole.
    static func reset(wasReused: Bool, mayRetry: Bool) -> UpstreamFailure {
        UpstreamFailure(
            error: .upstreamReset, kind: .reset,
            detail: "the endpoint closed the connection before its answer was whole",
            wasNeverSent: false, wasReused: wasReused, mayRetry: mayRetry)
    }

    /// The endpoint has not acted on the request, and says so (RFC 9113 §8.7): a request of any
    /// method may be sent again.
    static let refusedStream = UpstreamFailure(
        error: .upstreamReset, kind: .reset, detail: "the endpoint refused the request",
        wasNeverSent: true, wasReused: false, mayRetry: true)

    /// The endpoint's answer is not as RFC 9112 or RFC 9113 has it.
    static func broken(_ detail: StaticString) -> UpstreamFailure {
        UpstreamFailure(
            error: .upstreamProtocol, kind: .protocolError, detail: detail, wasNeverSent: false,
            wasReused: false, mayRetry: false)
    }
}
