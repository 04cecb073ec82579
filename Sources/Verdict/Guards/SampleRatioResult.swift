// How callers were really shared out, against what was wanted.

/// The answer of the sample-ratio check.
package struct SampleRatioResult: Sendable, Equatable, Codable {
    /// Whether the shares differ by more than chance explains.
    package let isMismatch: Bool
    /// Units that were assigned: a keyless request counts as one, a sticky caller as one.
    package let stableUnits: Int
    package let candidateUnits: Int
    /// The candidate's share that was wanted, 0 … 1.
    package let wanted: Double
    /// The natural logarithm of the evidence for a mismatch.
    package let logEvidence: Double
    /// The probability of a false alarm on this step.
    package let alpha: Double
}
