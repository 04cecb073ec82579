// One outcome as a trace has it.

/// How one request ended, and at which of the ramp's two versions.
package struct TraceOutcome: Sendable, Equatable {
    /// When, in milliseconds of any clock that only goes forward.
    package let atMilliseconds: Int
    /// Whether it was the candidate's; the stable version's otherwise.
    package let isCandidate: Bool
    /// The status of the answer; 0 if none came, or not the whole of it.
    package let status: Int
    /// From the request's head to the answer's end; without an answer it counts for nothing.
    package let latencyMicroseconds: Int

    /// Makes an outcome.
    package init(
        atMilliseconds: Int, isCandidate: Bool, status: Int, latencyMicroseconds: Int
    ) {
        self.atMilliseconds = atMilliseconds
        self.isCandidate = isCandidate
        self.status = status
        self.latencyMicroseconds = latencyMicroseconds
    }
}

/// Why an outcome has no place in a replay.
package enum TraceFault: Error, Sendable, Equatable {
    /// It is older than the one before it, which was at this time.
    case outOfOrder(last: Int)
    /// It is later after the first one than a replay goes on for.
    case tooLate(first: Int)
}
