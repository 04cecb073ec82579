// How one exchange ended: what a worker tells the recorder of its version.

/// Who or what ended an exchange.
package enum OutcomeKind: Int, Sendable, CaseIterable, CustomStringConvertible {
    /// The endpoint's answer was passed on whole.
    case answered
    /// No connection to an endpoint came about.
    case connect
    /// The endpoint closed before its answer was whole.
    case reset
    /// The endpoint took too long.
    case timeout
    /// The endpoint's answer was no valid HTTP.
    case protocolError
    /// The client went away or sent too slowly: never counted against the version.
    case clientGone
    /// No endpoint could be asked.
    case unavailable

    /// The name in metrics and logs.
    package var description: String {
        switch self {
        case .answered: "answered"
        case .connect: "connect"
        case .reset: "reset"
        case .timeout: "timeout"
        case .protocolError: "protocol"
        case .clientGone: "client_gone"
        case .unavailable: "unavailable"
        }
    }

    /// The kinds that are the version's fault.
    package static let failures: [OutcomeKind] = [
        .connect, .reset, .timeout, .protocolError, .unavailable,
    ]
}

/// One ended exchange.
package struct Outcome: Sendable {
    /// The status that the client was sent; 0 if none was.
    package let status: Int
    /// Who or what ended it.
    package let kind: OutcomeKind
    /// From the request's head to the answer's first byte; -1 if none came.
    package let firstByteMicroseconds: Int
    /// From the request's head to the end.
    package let totalMicroseconds: Int
    /// Bytes of head and body from the client.
    package let receivedBytes: Int
    /// Bytes of head and body to the client.
    package let sentBytes: Int
    /// Whether a tester asked for the version by name; counted apart, never as evidence.
    package let isOverride: Bool
    /// How often the request was sent again.
    package let retries: Int
    /// What a gRPC service said of the call; nil for everything that is not gRPC.
    package let grpc: GRPCOutcome?
    /// How the answer flowed if it was a stream of events; nil if it was not.
    package let stream: StreamOutcome?
    /// Whether its times are evidence: not those of a copy that waited for a core of ours.
    package let isTimed: Bool

    /// Makes an outcome.
    package init(
        status: Int, kind: OutcomeKind, firstByteMicroseconds: Int, totalMicroseconds: Int,
        receivedBytes: Int, sentBytes: Int, isOverride: Bool, retries: Int,
        grpc: GRPCOutcome? = nil, stream: StreamOutcome? = nil, isTimed: Bool = true
    ) {
        self.status = status
        self.kind = kind
        self.firstByteMicroseconds = firstByteMicroseconds
        self.totalMicroseconds = totalMicroseconds
        self.receivedBytes = receivedBytes
        self.sentBytes = sentBytes
        self.isOverride = isOverride
        self.retries = retries
        self.grpc = grpc
        self.stream = stream
        self.isTimed = isTimed
    }

    /// The same, of whose times nothing is to be made.
    package var untimed: Outcome {
        Outcome(
            status: status, kind: kind, firstByteMicroseconds: firstByteMicroseconds,
            totalMicroseconds: totalMicroseconds, receivedBytes: receivedBytes,
            sentBytes: sentBytes, isOverride: isOverride, retries: retries, grpc: grpc,
            isTimed: false)
    }
}

/// What `grpc-status` said of a call.
package struct GRPCOutcome: Sendable, Equatable {
    /// The status, 0 … 16; what gRPC does not know, and none at all, is 2 (unknown).
    package let status: Int
    /// Whether the route counts this status as an error of the version.
    package let isError: Bool

    /// Makes what a call came to.
    package init(status: Int, isError: Bool) {
        self.status = status
        self.isError = isError
    }
}

/// How an answer flowed that was a stream of events.
package struct StreamOutcome: Sendable, Equatable {
    /// Events: server-sent events, lines, or messages of gRPC.
    package let events: Int
    /// One of the times between two events, drawn so that each is as likely; -1 if there were
    /// fewer than two events. Times of one stream resemble each other, so that only one of each
    /// stream is evidence.
    package let drawnGapMicroseconds: Int

    /// Makes what a stream came to.
    package init(events: Int, drawnGapMicroseconds: Int) {
        self.events = events
        self.drawnGapMicroseconds = drawnGapMicroseconds
    }
}
