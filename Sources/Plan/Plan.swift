// The compiled configuration of the whole process, immutable and valid by construction.

/// Everything the gateway serves by: settings, limits, routes, and who owns which bucket.
///
/// Only `RouteFiles` and `Control` build one; whoever holds one never validates it again.
package final class Plan: Sendable {
    /// Counts up with every plan that this process publishes; starts at 1.
    package let revision: UInt64
    /// What belongs to the process and not to one route.
    package let gateway: GatewaySettings
    /// The named limits of every queue, buffer, wait and retry.
    package let limits: Limits
    /// The routes, in the order of their names; a route's place here is its id in this plan.
    package let routes: [Route]

    /// Makes a plan of parts that are already known to be valid.
    package init(
        revision: UInt64, gateway: GatewaySettings, limits: Limits, routes: [Route]
    ) {
        self.revision = revision
        self.gateway = gateway
        self.limits = limits
        self.routes = routes
    }

    /// The route with this name, if there is one. Linear: for operators, not for requests.
    package func route(named name: String) -> Route? {
        routes.first { $0.name == name }
    }
}
