// A ramp as the journal has it.

package import Verdict

/// Where a ramp stood, and what had been counted there.
package struct StoredRamp: Sendable, Equatable {
    /// The state, with the watched time as far as it was kept.
    package let state: RampState
    /// The evidence of the state's stratum as far as it was kept.
    package let evidence: StepEvidence?

    /// Puts both together.
    package init(state: RampState, evidence: StepEvidence?) {
        self.state = state
        self.evidence = evidence
    }
}
