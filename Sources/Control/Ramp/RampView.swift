// What operators and dashboards may see of one ramp at one moment.

package import Journal
package import Verdict

/// A ramp with the evidence of its present step.
package struct RampView: Sendable {
    /// The route's name.
    package let route: String
    /// The state machine, with what it saw last.
    package let engine: RampEngine
    /// Every guard's answer with its figures; empty while nothing is watched.
    package let guards: [GuardResult]
    /// The newest decision in the journal.
    package let lastDecision: StoredDecision?
    /// What is wrong with the journal.
    package let problem: String?

    /// Makes a view.
    package init(
        route: String, engine: RampEngine, guards: [GuardResult],
        lastDecision: StoredDecision? = nil, problem: String? = nil
    ) {
        self.route = route
        self.engine = engine
        self.guards = guards
        self.lastDecision = lastDecision
        self.problem = problem
    }
}
