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
        /// To the first byte, also of answers that were not whole in the end.
        package let firstByteMs: [String: Double]
        /// Calls of gRPC by the name of their status; nil without any.
        package let grpc: [String: Int]?
        /// Nil without streams.
        package let streams: StreamsDocument?
    }

    /// Streams of a version in a step.
    package struct StreamsDocument: Codable, Sendable {
        /// Streams that ended, and those of them that broke by the version's fault.
        package let streams: Int
        package let broken: Int
        /// Events passed on.
        package let events: Int
        /// Of one stream, from its request's head to its end.
        package let eventsPerSecond: Double?
        /// Times between two events, one drawn of each stream.
        package let eventGapMs: [String: Double]
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
        VersionDocument(
            version: name, share: share.map(DecisionDocument.percent), requests: figures.requests,
            errors: figures.errors, clientGone: figures.count(.clientGone),
            errorRate: figures.judged > 0
                ? Double(figures.errors) / Double(figures.judged) : nil,
            latencyMs: QuantileDocument.values(of: figures.total),
            firstByteMs: QuantileDocument.values(of: figures.firstByte),
            grpc: figures.grpc.map(CallStatus.counts),
            streams: figures.streams.map { streams in
                StreamsDocument(
                    streams: streams.streams, broken: streams.broken, events: streams.events,
                    eventsPerSecond: streams.eventsPerSecond,
                    eventGapMs: QuantileDocument.values(of: streams.drawnGaps))
            })
    }
}
