// The shadows of a route with all that is known of them, as JSON.

import Comparison
package import Control
import Pairing
package import Plan
package import Recording

/// What `/api/v1/routes/{route}/shadows` answers.
package struct ShadowsDocument: Codable, Sendable {
    /// One shadow: an object with the members of both.
    package struct ShadowDocument: Codable, Sendable {
        /// What is shown of it elsewhere, too.
        package let summary: ShadowSummaryDocument
        package let details: DetailsDocument

        /// Puts both together.
        init(summary: ShadowSummaryDocument, details: DetailsDocument) {
            self.summary = summary
            self.details = details
        }

        /// Reads both from one object.
        package init(from decoder: any Decoder) throws {
            summary = try ShadowSummaryDocument(from: decoder)
            details = try DetailsDocument(from: decoder)
        }

        /// Writes both as one object.
        package func encode(to encoder: any Encoder) throws {
            try summary.encode(to: encoder)
            try details.encode(to: encoder)
        }
    }

    /// What is shown of a shadow only here.
    package struct DetailsDocument: Codable, Sendable {
        /// The share of the copies that also go to the version that answers the caller, in percent.
        package let noiseControl: Double
        /// The shadow and the callers' requests that were mirrored to it, side by side.
        package let figures: [RoleDocument]
        /// Where pairs differ; those first of which it is surest that noise is not all.
        package let groups: [GroupDocument]
        /// Pairs that differ in groups beyond those that are told apart.
        package let otherGroups: OtherGroupsDocument
        /// Pairs that differ of which an example is kept.
        package let keptPairs: Int
        package let examples: ExamplesDocument
    }

    /// Figures of the requests that were mirrored, on one side.
    package struct RoleDocument: Codable, Sendable {
        /// `shadow`, or `primary`: the same requests as their callers saw them.
        package let role: String
        package let requests: Int
        /// Failed requests by kind, as in a comparison of versions.
        package let errors: [String: Int]
        package let errorRate: RateDocument?
        /// Ended requests by the class of their status.
        package let statuses: [String: Int]
        /// Of the shadow's side these are copies that were given up with their callers.
        package let clientGone: Int
        package let inFlight: Int
        package let latencyMs: [String: QuantileDocument]
        package let firstByteMs: [String: QuantileDocument]
        /// Answers that are streams of events; nil without any.
        package let streams: StreamsDocument?
    }

    /// One group of paths.
    package struct GroupDocument: Codable, Sendable {
        package let group: String
        /// The part of the compared pairs that differ here; nil without any.
        package let rate: Double?
        /// The part of the control pairs that do.
        package let noiseRate: Double?
        /// The first less the second.
        package let excess: Double?
        /// The interval of the excess, or of the rate if there are no control pairs.
        package let low: Double
        package let high: Double
        /// Pairs, and control pairs, that differ here.
        package let shadow: Int
        package let control: Int
        /// The newest kept pairs that differ here.
        package let examples: [Int64]
    }

    /// Pairs and control pairs.
    package struct OtherGroupsDocument: Codable, Sendable {
        package let shadow: Int
        package let control: Int
    }

    /// What became of examples since the start.
    package struct ExamplesDocument: Codable, Sendable {
        package let kept: Int
        /// Not kept since others of the same second were.
        package let skipped: Int
        /// Not kept since the journal could not be written.
        package let lost: Int
    }

    package let route: String
    /// What `figures` are of; what pairs came to is since `compared_since_ms`.
    package let windowSeconds: Int
    package let shadows: [ShadowDocument]

    /// Describes the shadows of a route; `examples` are identifiers of kept pairs by group.
    package init(
        _ route: Route, _ states: ShadowStates, figures: [VersionKey: VersionFigures],
        windowSeconds: Int, examples: [String: [String: [Int64]]]
    ) {
        self.route = route.name
        self.windowSeconds = windowSeconds
        shadows = route.shadows.map { shadow in
            let name = ShadowSummaryDocument.name(shadow, of: route)
            let state = states.each[PairKey(route: route.name, shadow: name)]
            let tally = state?.report?.tally.differences
            let counts = state?.report?.examples ?? ExampleCounts()
            func role(_ role: RequestRole, _ word: String) -> RoleDocument {
                let key = VersionKey(route: route.name, version: name, role: role)
                return Self.role(word, figures[key] ?? VersionFigures())
            }
            return ShadowDocument(
                summary: ShadowSummaryDocument(shadow, of: route, state),
                details: DetailsDocument(
                    noiseControl: Double(shadow.noiseControl) * 100
                        / Double(BucketTable.bucketCount),
                    figures: [role(.shadow, "shadow"), role(.mirrored, "primary")],
                    groups: (tally?.reports ?? []).map {
                        Self.group($0, examples[name]?[$0.group] ?? [])
                    },
                    otherGroups: OtherGroupsDocument(
                        shadow: tally?.other.shadow ?? 0, control: tally?.other.control ?? 0),
                    keptPairs: shadow.keptPairs,
                    examples: ExamplesDocument(
                        kept: counts.kept, skipped: counts.skipped, lost: counts.lost)))
        }
    }

    /// The same of other shadows.
    package func with(_ shadows: [ShadowDocument]) -> ShadowsDocument {
        ShadowsDocument(route: route, windowSeconds: windowSeconds, shadows: shadows)
    }

    private init(route: String, windowSeconds: Int, shadows: [ShadowDocument]) {
        self.route = route
        self.windowSeconds = windowSeconds
        self.shadows = shadows
    }

    private static func role(_ name: String, _ figures: VersionFigures) -> RoleDocument {
        RoleDocument(
            role: name, requests: figures.requests, errors: ErrorKinds.counts(figures),
            errorRate: RateDocument(figures.errors, of: figures.judged),
            statuses: Dictionary(uniqueKeysWithValues: zip(StatusClass.names, figures.statuses)),
            clientGone: figures.count(.clientGone), inFlight: figures.inFlight,
            latencyMs: QuantileDocument.all(of: figures.total),
            firstByteMs: QuantileDocument.all(of: figures.firstByte),
            streams: figures.streams.map(StreamsDocument.init))
    }

    private static func group(
        _ report: DifferenceTally.GroupReport, _ examples: [Int64]
    ) -> GroupDocument {
        GroupDocument(
            group: report.group, rate: report.rate, noiseRate: report.noiseRate,
            excess: report.excess, low: report.interval.low, high: report.interval.high,
            shadow: report.counts.shadow, control: report.counts.control, examples: examples)
    }
}
