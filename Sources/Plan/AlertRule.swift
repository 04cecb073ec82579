// One condition that somebody is to be told of, as `gateway.yaml` has it.

/// A condition, how long it must hold, and where it is looked for.
package struct AlertRule: Sendable, Equatable {
    /// What is watched.
    package enum Kind: String, Sendable, CaseIterable, Codable {
        case latency
        case errors
        case rollback
        case requestRate = "request_rate"
        case reloadFailed = "reload_failed"
        case certificatesFailed = "certificates_failed"
        case certificateExpires = "certificate_expires"
    }

    /// What must hold.
    package enum Condition: Sendable, Equatable {
        /// A quantile of a version, in microseconds.
        case latency(Guard.Metric, above: Double)
        /// A version's rate of errors, 0 … 1.
        case errors(above: Double)
        /// A route's candidate was taken out.
        case rollback
        /// A route's requests by those that are usual at this hour; at least one of the two.
        case requestRate(below: Double?, above: Double?)
        /// The files could not be loaded.
        case reloadFailed
        /// The certificates on disk could not be loaded.
        case certificatesFailed
        /// A certificate ends in less than so many seconds.
        case certificateExpires(within: Int)

        /// What is watched.
        package var kind: Kind {
            switch self {
            case .latency: .latency
            case .errors: .errors
            case .rollback: .rollback
            case .requestRate: .requestRate
            case .reloadFailed: .reloadFailed
            case .certificatesFailed: .certificatesFailed
            case .certificateExpires: .certificateExpires
            }
        }
    }

    /// What tells the rule from others: its kind, unless the file names it.
    package let name: String
    /// What must hold.
    package let condition: Condition
    /// For how long it must hold before somebody is told, in milliseconds.
    package var holdMilliseconds = 0
    /// For how long it must not hold before it is resolved, in milliseconds; longer for one that
    /// comes and goes.
    package var calmMilliseconds = 0
    /// Over what time figures are taken, in milliseconds.
    package var windowMilliseconds = 300_000
    /// With less requests in that time a figure says nothing.
    package var minRequests = 1
    /// The routes that are watched; none for all of them.
    package var routes: [String] = []

    /// Makes a rule of parts that fit each other.
    package init(name: String, condition: Condition) {
        self.name = name
        self.condition = condition
    }

    /// Whether a route is watched.
    package func watches(_ route: String) -> Bool { routes.isEmpty || routes.contains(route) }
}
