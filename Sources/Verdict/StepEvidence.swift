// What has been counted of both versions in the same stretch of time.

package import Recording

/// The outcomes of one version on one step.
package struct VersionEvidence: Sendable, Equatable, Codable {
    /// Requests that count for or against it: clients that went away do not.
    package var requests: Int
    /// Those of them that failed by its fault.
    package var errors: Int
    /// Times to the last byte; of requests that were given up, how long they had waited.
    package var latency: LatencyFigures

    /// Makes the evidence of one version.
    package init(requests: Int = 0, errors: Int = 0, latency: LatencyFigures = .none) {
        self.requests = requests
        self.errors = errors
        self.latency = latency
    }

    /// These outcomes and those, of the same stratum.
    package func adding(_ other: VersionEvidence) -> VersionEvidence {
        VersionEvidence(
            requests: requests + other.requests, errors: errors + other.errors,
            latency: latency.adding(other.latency))
    }

    /// What has come since `earlier`, which this contains.
    package func since(_ earlier: VersionEvidence) -> VersionEvidence {
        VersionEvidence(
            requests: requests - earlier.requests, errors: errors - earlier.errors,
            latency: latency.since(earlier.latency))
    }
}

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
