// From loaded files and known owners to a plan.

package import Plan
package import RouteFiles
import Splitting
package import Verdict

/// Builds plans; besides `RouteFiles`, only this does.
package enum PlanBuilder {
    /// The plan of these files with buckets owned as the keeper has it, and ramps where they stand.
    package static func plan(
        _ files: LoadedFiles, revision: UInt64, ownerships: OwnershipKeeper,
        ramps: [String: RampState] = [:]
    ) -> Plan {
        Plan(
            revision: revision, gateway: files.gateway, limits: files.limits,
            routes: files.routes.map { definition in
                route(
                    definition, ownerships.ownership(of: definition), ramps[definition.name])
            })
    }

    /// One route of a plan.
    static func route(
        _ definition: RouteDefinition, _ ownership: BucketOwnership, _ ramp: RampState?
    ) -> Route {
        let shares = definition.sharesByName(candidateShare: ramp?.share ?? 0)
        return definition.route(
            ownership: ownership, shares: definition.versions.map { shares[$0.name] ?? 0 },
            stratum: ramp?.stratum ?? 0)
    }

    /// The candidates' shares of ramps, in buckets.
    static func candidateShares(_ ramps: [String: RampEngine]) -> [String: Int] {
        ramps.mapValues(\.state.share)
    }

    /// The names among the endpoints of routes: what DNS has to be asked for.
    static func names(in routes: [RouteDefinition]) -> Set<String> {
        let endpoints = routes.flatMap { $0.versions.flatMap(\.endpoints) }
        return Set(endpoints.map(\.host).filter { !isAddress($0) })
    }

    private static func isAddress(_ host: String) -> Bool {
        host.contains(":") || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    }
}
