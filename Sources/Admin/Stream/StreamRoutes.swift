// Which routes a snapshot shows, where there are more than anybody could look at.

import Control
import Plan
import Recording
import Verdict

/// The choice of routes for snapshots.
enum StreamRoutes {
    /// Routes of one snapshot.
    static let mostRoutes = 500
    /// Ramps of one snapshot whose guards are worked out; with more of them, only where one route
    /// is asked for.
    static let mostJudged = 16

    /// The routes that are shown: first those whose ramp is under way, then those with the most
    /// requests, in the order of the plan.
    static func shown(_ overview: GatewayOverview) -> [Route] {
        let routes = overview.state.plan.routes
        if routes.count <= mostRoutes { return routes }
        var requests: [String: Int] = [:]
        for (key, figures) in overview.figures where key.role == .served {
            requests[key.route, default: 0] += figures.requests
        }
        let ranked = routes.map { route in
            let phase = overview.state.ramps[route.name]?.phase
            let isUnderWay = phase.map { !$0.isFinal } ?? false
            return (route.name, isUnderWay ? 1 : 0, requests[route.name] ?? 0)
        }.sorted { ($0.1, $0.2) > ($1.1, $1.2) }
        let kept = Set(ranked.prefix(mostRoutes).map(\.0))
        return routes.filter { kept.contains($0.name) }
    }

    /// The routes whose ramps are to be judged: those asked for, and all of a small gateway.
    static func judged(_ plan: Plan, asked: Set<String>) -> Set<String> {
        let ramps = plan.routes.filter { $0.canary != nil }.map(\.name)
        return ramps.count <= mostJudged ? Set(ramps) : asked
    }
}
