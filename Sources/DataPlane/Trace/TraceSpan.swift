// One span of a trace, as a worker hands it over.

package import Plan

/// What one part of a request came to. Bytes from outside are as they came: whoever writes them
/// anywhere escapes them.
package struct TraceSpan: Sendable {
    /// What a span tells of.
    package enum Kind: Sendable {
        /// A caller's request, from its head to the end of the answer.
        case request
        /// A request sent to an endpoint; a second try is another one.
        case attempt
        /// A copy of a request, sent to a shadow.
        case shadow
        /// A copy sent to the version that answers the caller.
        case control
    }

    /// What it tells of.
    package let kind: Kind
    /// What all spans of the request share.
    package let request: TracedRequest
    /// Its own id.
    package let span: UInt64
    /// The span it hangs below; 0 for none.
    package let parent: UInt64
    /// Nanoseconds since 1970.
    package let start: UInt64
    /// Nanoseconds since 1970.
    package let end: UInt64
    /// The version by name.
    package let version: [UInt8]
    /// Where it was sent; nil if nowhere.
    package let endpoint: Endpoint?
    /// The status of the answer; 0 if there was none.
    package let status: Int
    /// What a service of gRPC said of the call; nil for anything else.
    package let grpcStatus: Int?
    /// What went wrong, in one word; empty if nothing did.
    package let error: String
    /// Which try it is, from 0.
    package let resends: Int
    /// How the exchange ended, in one word; empty for a try that was followed by another.
    package let outcome: String
}

/// What all spans of one request share.
package struct TracedRequest: Sendable {
    /// The trace's id, first half.
    package let high: UInt64
    /// The trace's id, second half.
    package let low: UInt64
    /// Whether a trusted caller asked for the trace; else a draw did.
    package let isAsked: Bool
    /// The method's name.
    package let method: [UInt8]
    /// Whether the method is one of those that HTTP itself knows.
    package let isKnownMethod: Bool
    /// The path without the query, cut off where it is very long.
    package let path: [UInt8]
    /// The host that was asked for, perhaps with a port.
    package let host: [UInt8]
    /// The route's name.
    package let route: String
    /// The stretch of the route's ramp (its stratum); -1 where none runs.
    package let step: Int
}
