// Ramps at the start of the gateway: each goes on at the step on which the journal has it.

package import Journal
package import Plan
package import RouteFiles
import Splitting
import Verdict

/// Owners of buckets and ramps as files and journal together have them. Pure: whoever serves by it
/// writes `entries` and `changes` first.
package struct RampStart: Sendable {
    /// Owners once the changes are applied.
    let keeper: OwnershipKeeper
    let live: [String: LiveRamp]
    let latches: [String: Set<String>]
    /// Decisions that follow from files which changed while no gateway ran.
    let entries: [JournalEntry]
    /// Owners that differ from those in the journal.
    let changes: [String: BucketOwnership]

    /// Begins with what a journal holds; without one, as if nothing had ever been split.
    package init(_ files: LoadedFiles, _ journal: Journal?) throws(JournalError) {
        var keeper = OwnershipKeeper(try journal?.ownerships() ?? [:])
        let stored = try journal?.ramps() ?? [:]
        latches = try journal?.latches() ?? [:]
        let planning = RampPlanning(
            files.routes, present: stored.mapValues(\.state), latched: latches, newest: [:])
        changes = keeper.changes(
            for: files.routes, candidateShares: PlanBuilder.candidateShares(planning.engines))
        keeper.apply(changes)
        self.keeper = keeper
        let notify = Dictionary(
            files.routes.map { ($0.name, $0.canary?.notify ?? []) }, uniquingKeysWith: { $1 })
        entries = planning.entries { notify[$0] ?? [] }
        var live: [String: LiveRamp] = [:]
        for route in files.routes {
            guard let engine = planning.engines[route.name] else { continue }
            let known = stored[route.name]
            let isSame = known?.state.stratum == engine.state.stratum
            var ramp = LiveRamp(
                route: route.name, engine: engine, notify: notify[route.name] ?? [],
                carried: isSame ? known?.evidence : nil)
            ramp.use(keeper.ownership(of: route))
            live[route.name] = ramp
        }
        self.live = live
    }

    /// The plan to begin with.
    package func plan(_ files: LoadedFiles) -> Plan {
        PlanBuilder.plan(
            files, revision: 1, ownerships: keeper, ramps: live.mapValues(\.engine.state))
    }
}
