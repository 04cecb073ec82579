// What becomes of ramps when files are loaded: pure.

import Journal
import Plan
package import RouteFiles
package import Verdict

/// The ramps of a set of routes, given where ramps stood before.
package struct RampPlanning: Sendable {
    /// What a file does to a ramp that was there before.
    package struct Change: Sendable {
        /// The route's name.
        package let route: String
        /// The decision that follows; nothing is served by the new files before it is written.
        package let decision: Decision
    }

    /// Every ramp once the changes are taken, by the routes' names.
    package private(set) var engines: [String: RampEngine] = [:]
    /// What has to be written.
    package private(set) var changes: [Change] = []

    /// Plans the ramps of `routes`. `present` are the ramps as they stand, also those of routes
    /// that are no longer there; `latched` the digests that may not be tried; `newest` the highest
    /// stratum that a route has had in this process.
    package init(
        _ routes: [RouteDefinition], present: [String: RampState],
        latched: [String: Set<String>], newest: [String: Int]
    ) {
        var gone = present
        for route in routes {
            guard let canary = route.canary else { continue }
            gone[route.name] = nil
            let stratum = max(newest[route.name] ?? 0, present[route.name]?.stratum ?? 0)
            let fresh = Self.fresh(route, canary, latched[route.name] ?? [], after: stratum)
            let state = present[route.name] ?? fresh
            var engine = RampEngine(canary: canary, state: state)
            if let decision = Self.change(of: engine, to: fresh) {
                changes.append(Change(route: route.name, decision: decision))
                engine.accept(decision)
            }
            engines[route.name] = engine
        }
        for (name, state) in gone.sorted(by: { $0.key < $1.key }) {
            changes.append(Change(route: name, decision: RampEngine.removed(state)))
        }
    }

    /// The changes as the journal takes them; `notify` gives the receivers of a route.
    func entries(notify: (String) -> [NotifyTarget]) -> [JournalEntry] {
        changes.map { change in
            JournalEntry(
                route: change.route, atMilliseconds: Clock.dayMilliseconds,
                decision: change.decision, notify: notify(change.route))
        }
    }

    private static func change(of engine: RampEngine, to fresh: RampState) -> Decision? {
        let state = engine.state
        if state.digest != fresh.digest { return engine.candidateChanged(to: fresh) }
        if state.terms != fresh.terms || state.stable != fresh.stable {
            return engine.reconfigured(stable: fresh.stable, terms: fresh.terms)
        }
        return nil
    }

    /// The state of a ramp that nobody has seen before.
    private static func fresh(
        _ route: RouteDefinition, _ canary: Canary, _ latched: Set<String>, after stratum: Int
    ) -> RampState {
        let digest = CandidateDigest.of(route.versions[canary.candidate])
        var state = RampState(
            stable: route.versions[canary.stable].name,
            candidate: route.versions[canary.candidate].name, digest: digest,
            terms: CandidateDigest.of(
                terms: canary, grpcErrors: route.grpcErrors, shadow: route.candidateShadow),
            stratum: stratum + 1)
        if latched.contains(digest) { state.phase = .rolledBack }
        return state
    }
}
