// One outcome as a trace has it.

/// How one request ended, and at which of the ramp's two versions.
package struct TraceOutcome: Sendable, Equatable {
    /// What a trace says of an answer that is a stream of events. With a status of 0 it broke.
    package struct Stream: Sendable, Equatable {
        /// One of the times between two events; -1 if it had fewer than two, or none is known.
        package let gapMicroseconds: Int

        /// Makes a stream.
        package init(gapMicroseconds: Int) {
            self.gapMicroseconds = gapMicroseconds
        }
    }

    /// When, in milliseconds of any clock that only goes forward.
    package let atMilliseconds: Int
    /// Whether it was the candidate's; the stable version's otherwise.
    package let isCandidate: Bool
    /// The status of the answer; 0 if none came, or not the whole of it.
    package let status: Int
    /// From the request's head to the answer's end; without an answer it counts for nothing.
    package let latencyMicroseconds: Int
    /// From the request's head to the answer's first byte, or until it was given up without one;
    /// -1 if that is not known.
    package let firstByteMicroseconds: Int
    /// Nil if the answer is no stream of events.
    package let stream: Stream?

    /// Makes an outcome.
    package init(
        atMilliseconds: Int, isCandidate: Bool, status: Int, latencyMicroseconds: Int,
        firstByteMicroseconds: Int = -1, stream: Stream? = nil
    ) {
        self.atMilliseconds = atMilliseconds
        self.isCandidate = isCandidate
        self.status = status
        self.latencyMicroseconds = latencyMicroseconds
        self.firstByteMicroseconds = firstByteMicroseconds
        self.stream = stream
    }
}

/// Why an outcome has no place in a replay.
package enum TraceFault: Error, Sendable, Equatable {
    /// It is older than the one before it, which was at this time.
    case outOfOrder(last: Int)
    /// It is later after the first one than a replay goes on for.
    case tooLate(first: Int)
}
