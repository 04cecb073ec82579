// A shadow in short, as JSON: what is shown of it beside the versions that serve.

import Comparison
package import Control
import Pairing
package import Plan
import Recording

/// What is under way for a shadow, and what was dropped.
package struct ShadowLedgerDocument: Codable, Sendable {
    /// Copies begun since the start.
    package let mirrored: Int
    package let inFlight: Int
    package let heldBytes: Int
    /// Copies that waited for a core of ours: of their times nothing is made.
    package let untimed: Int
    /// Requests that were not mirrored, or not compared, by reason; without those of none.
    package let dropped: [String: Int]

    init(_ figures: ShadowFigures) {
        mirrored = figures.mirrored
        inFlight = figures.underWay
        heldBytes = figures.heldBytes
        untimed = figures.untimed
        dropped = Dictionary(figures.drops.map { ("\($0.key)", $0.value) }) { $0 + $1 }
    }
}

/// One shadow of a route.
package struct ShadowSummaryDocument: Codable, Sendable {
    /// The version that gets the copies.
    package let shadow: String
    /// The share of the callers who are mirrored, in percent.
    package let sample: Double
    /// How bodies are compared; nil if answers are not compared.
    package let compare: String?
    package let ledger: ShadowLedgerDocument
    /// Since when it has been compared as it is now, in milliseconds since 1970: what the figures
    /// below are of. Nil if it is not compared.
    package let comparedSinceMs: Int?
    package let agreement: AgreementDocument?
    /// The same of control pairs, two answers of one version: what is missing to all is noise.
    package let control: AgreementDocument?
    package let pairedLatency: PairedLatencyDocument?

    /// Describes a shadow of a route.
    init(_ shadow: Shadow, of route: Route, _ state: ShadowState?) {
        self.shadow = Self.name(shadow, of: route)
        sample = Double(shadow.sample) * 100 / Double(BucketTable.bucketCount)
        compare = shadow.comparison?.mode.rawValue
        ledger = ShadowLedgerDocument(state?.figures ?? ShadowFigures())
        let tally = state?.report?.tally
        comparedSinceMs = tally?.sinceMilliseconds
        agreement = tally.map { AgreementDocument($0.differences.shadow) }
        control = tally.map { AgreementDocument($0.differences.control) }
        pairedLatency = tally.flatMap { PairedLatencyDocument($0.latency) }
    }

    /// The name of a shadow's version.
    static func name(_ shadow: Shadow, of route: Route) -> String {
        route.versions.indices.contains(shadow.version) ? route.versions[shadow.version].name : ""
    }

    /// The shadows of a route in the order of its file; nil if it has none.
    package static func all(of route: Route, _ states: ShadowStates) -> [ShadowSummaryDocument]? {
        if route.shadows.isEmpty { return nil }
        return route.shadows.map { shadow in
            let key = PairKey(route: route.name, shadow: name(shadow, of: route))
            return ShadowSummaryDocument(shadow, of: route, states.each[key])
        }
    }
}

/// What a snapshot of the live stream shows of a shadow.
package struct ShadowGlanceDocument: Codable, Sendable {
    package let shadow: String
    package let mirrored: Int
    package let inFlight: Int
    package let dropped: Int
    /// The part of the compared pairs that agree; nil without any.
    package let agreement: RateDocument?
    /// The part of the control pairs that do.
    package let control: RateDocument?

    init(_ summary: ShadowSummaryDocument) {
        shadow = summary.shadow
        mirrored = summary.ledger.mirrored
        inFlight = summary.ledger.inFlight
        dropped = summary.ledger.dropped.values.reduce(0, +)
        agreement = summary.agreement?.rate
        control = summary.control?.rate
    }
}
