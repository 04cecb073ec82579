// From loaded files and known owners to a plan.

package import Plan
package import RouteFiles
import Splitting

/// Builds plans; besides `RouteFiles`, only this does.
package enum PlanBuilder {
    /// The plan of these files with buckets owned as the keeper has it.
    package static func plan(
        _ files: LoadedFiles, revision: UInt64, ownerships: OwnershipKeeper
    ) -> Plan {
        Plan(
            revision: revision, gateway: files.gateway, limits: files.limits,
            routes: files.routes.map { $0.route(ownership: ownerships.ownership(of: $0)) })
    }

    /// The names among the endpoints of a plan: what DNS has to be asked for.
    static func names(in plan: Plan) -> Set<String> {
        let endpoints = plan.routes.flatMap { $0.versions.flatMap(\.endpoints) }
        return Set(endpoints.map(\.host).filter { !isAddress($0) })
    }

    private static func isAddress(_ host: String) -> Bool {
        host.contains(":") || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    }
}
