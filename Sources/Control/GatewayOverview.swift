// The gateway at one moment with the figures of its last seconds: what a live view shows.

import Journal
package import Plan
package import Recording
import Verdict

/// What a snapshot of the live stream is made of.
package struct GatewayOverview: Sendable {
    /// The gateway, with the counts of the last second.
    package let state: GatewayState
    /// What was counted in the last seconds.
    package let figures: [VersionKey: VersionFigures]
    /// How many seconds these are, in a young gateway fewer than were asked for.
    package let windowSeconds: Int
    /// The ramps, by the routes' names.
    package let ramps: [String: RampMoment]

    /// Puts it together.
    package init(
        state: GatewayState, figures: [VersionKey: VersionFigures], windowSeconds: Int,
        ramps: [String: RampMoment]
    ) {
        self.state = state
        self.figures = figures
        self.windowSeconds = windowSeconds
        self.ramps = ramps
    }
}

/// A ramp at one moment, of which the guards' figures are yet to be worked out: that takes time,
/// and nobody who decides should wait for it.
package struct RampMoment: Sendable {
    private let route: String
    private let engine: RampEngine
    /// Nil if the guards' figures were not asked for, or nothing is watched.
    private let evidence: StepEvidence?
    private let lastDecision: StoredDecision?
    private let problem: String?

    /// Takes down a ramp.
    init(
        route: String, engine: RampEngine, evidence: StepEvidence?, lastDecision: StoredDecision?,
        problem: String?
    ) {
        self.route = route
        self.engine = engine
        self.evidence = evidence
        self.lastDecision = lastDecision
        self.problem = problem
    }

    /// The ramp as it is shown, the guards with their figures if there is evidence. Not cheap.
    package var view: RampView {
        RampView(
            route: route, engine: engine, guards: evidence.map(engine.results) ?? [],
            lastDecision: lastDecision, problem: problem)
    }
}

extension Controller {
    /// The gateway now, with the figures of the last so many seconds. Only the ramps of `judged`
    /// carry the evidence for their guards.
    package func overview(seconds: Int, judged: (Plan) -> Set<String>) -> GatewayOverview {
        let names = judged(plan)
        let figures = history.window(seconds: seconds, now: Clock.milliseconds / 1_000)
        let age = max(1, Clock.second - startSecond)
        let moments = ramps.mapValues { ramp in
            let isJudged = names.contains(ramp.route) && ramp.engine.state.phase.isWatched
            return RampMoment(
                route: ramp.route, engine: ramp.engine,
                evidence: isJudged ? ramp.evidence(recorders) : nil,
                lastDecision: newestDecision(of: ramp.route), problem: book.problem)
        }
        return GatewayOverview(
            state: state(counted: latest), figures: figures, windowSeconds: min(seconds, age),
            ramps: moments)
    }

    /// The newest decision on a route, read from the journal only once.
    private func newestDecision(of route: String) -> StoredDecision? {
        if let known = newestDecisions[route] { return known }
        guard let read = try? journal.decisions(route: route, before: nil, limit: 1) else {
            return nil
        }
        newestDecisions[route] = read.first
        return read.first
    }

    /// Tells whoever listens of decisions that have taken effect.
    func tell(_ decisions: [StoredDecision]) {
        for decision in decisions { newestDecisions[decision.route] = decision }
        feed.tell(decisions)
    }

    /// The same of what was just written, with the places that the journal gave.
    func tell(_ entries: [JournalEntry], _ ids: [Int64]) {
        tell(
            zip(entries, ids).map { entry, id in
                StoredDecision(
                    id: id, route: entry.route, atMilliseconds: entry.atMilliseconds,
                    decision: entry.decision)
            })
    }

    /// What a route's versions did in each stretch of `step` seconds of the last so many, as far
    /// as it is kept in memory: ten minutes. Seconds are those since 1970.
    package func recent(
        route: String, seconds: Int, step: Int
    ) -> [(second: Int, versions: [String: VersionFigures])] {
        let now = Clock.milliseconds / 1_000
        let offset = Clock.second - now
        return history.steps(of: route, seconds: seconds, every: step, now: now, offset: offset)
    }
}
