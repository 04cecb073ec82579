// What operators and dashboards may see of the running gateway at one moment.

package import DataPlane
package import Plan
package import Recording
package import Verdict

/// The last attempt to load the configuration.
package struct ReloadResult: Sendable {
    /// Whether what is served now is what the files say.
    package let isSuccessful: Bool
    /// When it was made, in seconds since 1970.
    package let second: Int
    /// What is wrong, or what is odd, a line each.
    package let problems: [String]

    /// Makes a result.
    package init(isSuccessful: Bool, second: Int, problems: [String]) {
        self.isSuccessful = isSuccessful
        self.second = second
        self.problems = problems
    }
}

/// The gateway at one moment.
package struct GatewayState: Sendable {
    /// What is served.
    package let plan: Plan
    /// The configuration's last loading.
    package let reload: ReloadResult
    /// The certificates' last loading.
    package let certificates: ReloadResult
    /// Whether SIGTERM has come.
    package let isDraining: Bool
    /// When the gateway started, in seconds since 1970.
    package let startSecond: Int
    /// All counts since the start.
    package let snapshot: Snapshot
    /// When each certificate ends, in seconds since 1970, by its label.
    package let certificateEnds: [String: Int]
    /// Where each ramp stands, by the routes' names.
    package let ramps: [String: RampState]
    /// What is wrong with the journal; nil while it can be written.
    package let journalProblem: String?
    /// Decisions since the start, by route and kind.
    package let decisions: [String: [DecisionKind: Int]]
    /// What is known of shadows.
    package let shadows: ShadowStates
    /// Alerts that are pending or fire.
    package let alerts: [ActiveAlert]
    /// What became of spans; nil where nothing is traced.
    package let traces: TraceSink.Counters?

    /// Puts the state together.
    package init(
        plan: Plan, reload: ReloadResult, certificates: ReloadResult, isDraining: Bool,
        startSecond: Int, snapshot: Snapshot, certificateEnds: [String: Int],
        ramps: [String: RampState] = [:], journalProblem: String? = nil,
        decisions: [String: [DecisionKind: Int]] = [:], shadows: ShadowStates = ShadowStates(),
        alerts: [ActiveAlert] = [], traces: TraceSink.Counters? = nil
    ) {
        self.plan = plan
        self.reload = reload
        self.certificates = certificates
        self.isDraining = isDraining
        self.startSecond = startSecond
        self.snapshot = snapshot
        self.certificateEnds = certificateEnds
        self.ramps = ramps
        self.journalProblem = journalProblem
        self.decisions = decisions
        self.shadows = shadows
        self.alerts = alerts
        self.traces = traces
    }
}
