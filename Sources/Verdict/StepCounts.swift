// The cheap part of the evidence, read several times a second.

/// Counts of both versions since their stratum began.
package struct StepCounts: Sendable, Equatable {
    /// Judged requests and errors of the stable version.
    package var stableRequests: Int
    package var stableErrors: Int
    /// Judged requests and errors of the candidate.
    package var candidateRequests: Int
    package var candidateErrors: Int
    /// The candidate's errors in a row at this moment, and the most there have been.
    package var consecutiveErrors: Int
    package var longestRun: Int
    /// Requests under way on the candidate, of all strata.
    package var candidateInFlight: Int
    /// Callers assigned to each version, for the sample-ratio check.
    package var stableUnits: Int
    package var candidateUnits: Int
    /// Ended requests of both, also those that count neither for nor against, and pairs that were
    /// compared: whether there is anything new to look at.
    package var outcomes: Int
    /// Answers of the candidate as a shadow that were compared, and those of them that differ.
    package var pairs: Int
    package var differingPairs: Int

    /// Makes counts.
    package init(
        stableRequests: Int = 0, stableErrors: Int = 0, candidateRequests: Int = 0,
        candidateErrors: Int = 0, consecutiveErrors: Int = 0, longestRun: Int = 0,
        candidateInFlight: Int = 0, stableUnits: Int = 0, candidateUnits: Int = 0,
        outcomes: Int = 0, pairs: Int = 0, differingPairs: Int = 0
    ) {
        self.stableRequests = stableRequests
        self.stableErrors = stableErrors
        self.candidateRequests = candidateRequests
        self.candidateErrors = candidateErrors
        self.consecutiveErrors = consecutiveErrors
        self.longestRun = longestRun
        self.candidateInFlight = candidateInFlight
        self.stableUnits = stableUnits
        self.candidateUnits = candidateUnits
        self.outcomes = outcomes
        self.pairs = pairs
        self.differingPairs = differingPairs
    }
}
