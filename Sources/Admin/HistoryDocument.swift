// What a route's versions did over time, as JSON.

package import Journal
import Plan
package import Recording

/// What `/api/v1/routes/{route}/history` answers.
package struct HistoryDocument: Codable, Sendable {
    /// One step of time.
    package struct StepDocument: Codable, Sendable {
        /// The step's beginning, in seconds since 1970.
        package let second: Int
        package let versions: [VersionDocument]
    }

    /// One version in a step.
    package struct VersionDocument: Codable, Sendable {
        package let version: String
        /// The share wanted at the end of the step, in percent; nil in steps of less than a minute.
        package let share: Double?
        package let requests: Int
        package let errors: Int
        package let clientGone: Int
        /// 0 … 1 of the requests that count; nil without any.
        package let errorRate: Double?
        /// To the last byte of whole answers.
        package let latencyMs: [String: Double]
    }

    package let route: String
    package let stepSeconds: Int
    package let steps: [StepDocument]

    /// Joins rows of minutes, in their order, into steps of so many minutes.
    package init(route: String, rows: [HistoryRow], stepMinutes: Int) {
        self.route = route
        stepSeconds = stepMinutes * 60
        var steps: [Int: [String: (share: Int, figures: VersionFigures)]] = [:]
        for row in rows {
            let start = row.minute / stepMinutes * stepMinutes
            let earlier = steps[start]?[row.version]?.figures ?? VersionFigures()
            steps[start, default: [:]][row.version] = (row.share, earlier.adding(row.figures))
        }
        self.steps = steps.sorted { $0.key < $1.key }.map { minute, versions in
            StepDocument(
                second: minute * 60,
                versions: versions.sorted { $0.key < $1.key }.map { name, kept in
                    Self.version(name, kept.share, kept.figures)
                })
        }
    }

    /// Shows stretches of seconds.
    package init(
        route: String, stepSeconds: Int,
        recent: [(second: Int, versions: [String: VersionFigures])]
    ) {
        self.route = route
        self.stepSeconds = stepSeconds
        steps = recent.map { step in
            StepDocument(
                second: step.second,
                versions: step.versions.sorted { $0.key < $1.key }.map { name, figures in
                    Self.version(name, nil, figures)
                })
        }
    }

    private static func version(
        _ name: String, _ share: Int?, _ figures: VersionFigures
    ) -> VersionDocument {
        var latency: [String: Double] = [:]
        for (name, rank) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)] {
            latency[name] = figures.total.quantile(rank).map { $0.microseconds / 1_000 }
        }
        return VersionDocument(
            version: name, share: share.map(DecisionDocument.percent), requests: figures.requests,
            errors: figures.errors, clientGone: figures.count(.clientGone),
            errorRate: figures.judged > 0
                ? Double(figures.errors) / Double(figures.judged) : nil, latencyMs: latency)
    }
}
