// What has been counted of both versions in the same stretch of time.

/// The outcomes of both versions of one stratum: the same step, the same time.
package struct StepEvidence: Sendable, Equatable, Codable {
    package var stable: VersionEvidence
    package var candidate: VersionEvidence

    /// Puts both side by side.
    package init(
        stable: VersionEvidence = VersionEvidence(),
        candidate: VersionEvidence = VersionEvidence()
    ) {
        self.stable = stable
        self.candidate = candidate
    }

    /// Both with what came in another stretch of the same stratum.
    package func adding(_ other: StepEvidence) -> StepEvidence {
        StepEvidence(
            stable: stable.adding(other.stable), candidate: candidate.adding(other.candidate))
    }

    /// What has come since `earlier`, of the same stratum.
    package func since(_ earlier: StepEvidence) -> StepEvidence {
        StepEvidence(
            stable: stable.since(earlier.stable), candidate: candidate.since(earlier.candidate))
    }
}
