// The whole gateway as JSON.

package import Control
import Plan

/// What `/api/v1/routes` answers.
package struct GatewayDocument: Codable, Sendable {
    /// The last loading of files.
    package struct LoadDocument: Codable, Sendable {
        package let successful: Bool
        package let second: Int
        package let problems: [String]

        init(_ result: ReloadResult) {
            successful = result.isSuccessful
            second = result.second
            problems = result.problems
        }
    }

    /// Counts up with each configuration that was served.
    package let revision: UInt64
    /// When the gateway started, in seconds since 1970.
    package let startSecond: Int
    package let draining: Bool
    /// What is wrong with the journal; nil while it can be written.
    package let journalProblem: String?
    package let config: LoadDocument
    package let certificates: LoadDocument
    package let routes: [RouteDocument]

    /// Describes the gateway.
    package init(_ state: GatewayState) {
        revision = state.plan.revision
        startSecond = state.startSecond
        draining = state.isDraining
        journalProblem = state.journalProblem
        config = LoadDocument(state.reload)
        certificates = LoadDocument(state.certificates)
        routes = state.plan.routes.map(RouteDocument.init)
    }
}

/// What `/api/v1/routes/{route}` answers: a route and its counts since the start.
package struct RouteStateDocument: Codable, Sendable {
    package let config: RouteDocument
    package let total: ComparisonDocument
    /// Nil if the route has no ramp.
    package let ramp: RampDocument?
}
