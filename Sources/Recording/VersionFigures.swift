// A version's figures as a value.

/// What has been counted of one version: since the start, or in a stretch of time.
package struct VersionFigures: Sendable, Equatable {
    /// Ended requests by the hundreds of their status; 0 is for those that got none.
    package var statuses = [Int](repeating: 0, count: 6)
    /// Ended requests by `OutcomeKind`.
    package var kinds = [Int](repeating: 0, count: OutcomeKind.allCases.count)
    /// Whole answers with a status of 500 or above.
    package var serverErrors = 0
    /// Requests that a tester sent to the version by name; in no other count but the bytes.
    package var overrides = 0
    /// Times that a request was sent again.
    package var retries = 0
    /// Bytes from clients.
    package var receivedBytes = 0
    /// Bytes to clients.
    package var sentBytes = 0
    /// Requests under way at the end of the stretch.
    package var inFlight = 0
    /// Times to the first byte, also of answers that were not whole in the end.
    package var firstByte = LatencyFigures.none
    /// Times to the last byte of whole answers.
    package var total = LatencyFigures.none
    /// How long requests had waited that the client or a timeout gave up.
    package var givenUp = LatencyFigures.none
    /// Calls of gRPC; nil without any.
    package var grpc: GRPCFigures?
    /// Answers that are streams of events; nil without any.
    package var streams: StreamFigures?

    /// Nothing counted yet.
    package init() {}

    /// Ended requests, overrides left out.
    package var requests: Int { kinds.reduce(0, +) }

    /// How many ended in this way.
    package func count(_ kind: OutcomeKind) -> Int { kinds[kind.rawValue] }

    /// Requests that count for or against the version: clients that went away do not.
    package var judged: Int { requests - count(.clientGone) }

    /// Whole answers with a status below 500 that are errors by their status of gRPC.
    package var grpcErrors: Int { grpc?.errors ?? 0 }

    /// Requests that failed by the version's fault: no whole answer, one of 500 and above, or a
    /// status of gRPC that the route counts as an error.
    package var errors: Int {
        OutcomeKind.failures.reduce(serverErrors + grpcErrors) { $0 + count($1) }
    }

    /// Whether nothing was counted and nothing is under way.
    package var isEmpty: Bool {
        // An event may be counted a moment before its request is seen to be under way.
        requests == 0 && overrides == 0 && inFlight == 0 && streams == nil
    }

    /// These figures and those, of another worker or of the stretch just after.
    package func adding(_ other: VersionFigures) -> VersionFigures {
        var sum = combined(other, +)
        sum.inFlight = inFlight + other.inFlight
        sum.firstByte = firstByte.adding(other.firstByte)
        sum.total = total.adding(other.total)
        sum.givenUp = givenUp.adding(other.givenUp)
        sum.grpc = grpc.map { other.grpc?.adding($0) ?? $0 } ?? other.grpc
        sum.streams = streams.map { other.streams?.adding($0) ?? $0 } ?? other.streams
        return sum
    }

    /// What has come since `earlier`; all of it if the counters began anew.
    package func since(_ earlier: VersionFigures) -> VersionFigures {
        guard requests >= earlier.requests, overrides >= earlier.overrides else { return self }
        var difference = combined(earlier, -)
        difference.inFlight = inFlight
        difference.firstByte = firstByte.since(earlier.firstByte)
        difference.total = total.since(earlier.total)
        difference.givenUp = givenUp.since(earlier.givenUp)
        difference.grpc = grpc.flatMap { now in
            let since = earlier.grpc.map(now.since) ?? now
            return since.calls > 0 ? since : nil
        }
        difference.streams = streams.flatMap { now in
            let since = earlier.streams.map(now.since) ?? now
            return since.isEmpty ? nil : since
        }
        return difference
    }

    private func combined(
        _ other: VersionFigures, _ operation: (Int, Int) -> Int
    ) -> VersionFigures {
        var result = VersionFigures()
        result.statuses = zip(statuses, other.statuses).map(operation)
        result.kinds = zip(kinds, other.kinds).map(operation)
        result.serverErrors = operation(serverErrors, other.serverErrors)
        result.overrides = operation(overrides, other.overrides)
        result.retries = operation(retries, other.retries)
        result.receivedBytes = operation(receivedBytes, other.receivedBytes)
        result.sentBytes = operation(sentBytes, other.sentBytes)
        return result
    }
}
