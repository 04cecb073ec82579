// What is told of shadows: copies, drops, answers, times and pairs.

import Comparison
import Control
import Pairing
import Plan
import Recording

extension MetricReading {
    /// One shadow with what is known of it.
    private struct Shown {
        let labels: [String]
        let state: ShadowState
        /// Figures by the label `role`.
        let roles: [(role: String, figures: VersionFigures)]
    }

    /// No samples for a gateway without shadows.
    mutating func readShadows(_ state: GatewayState) {
        let shadows = state.shadows.each.sorted { $0.key < $1.key }.map { key, shadow in
            let roles = [("shadow", RequestRole.shadow), ("primary", .mirrored)]
            return Shown(
                labels: [key.route, key.shadow], state: shadow,
                roles: roles.map { name, role in
                    let version = VersionKey(
                        route: key.route, version: key.shadow, role: role)
                    return (name, state.snapshot.versions[version] ?? VersionFigures())
                })
        }
        readLedgers(shadows)
        readAnswers(shadows)
        readPairs(shadows)
        begin(.shadowPairsWaiting)
        if !shadows.isEmpty { sample(state.shadows.waitingPairs) }
    }

    private mutating func readLedgers(_ shadows: [Shown]) {
        begin(.shadowRequests)
        for shadow in shadows { sample(shadow.state.figures.mirrored, shadow.labels) }
        begin(.shadowDropped)
        for shadow in shadows {
            for reason in ShadowDrop.allCases {
                sample(
                    shadow.state.figures.drops[reason] ?? 0, shadow.labels + ["\(reason)"])
            }
        }
        begin(.shadowUntimed)
        for shadow in shadows { sample(shadow.state.figures.untimed, shadow.labels) }
        begin(.shadowInFlight)
        for shadow in shadows {
            sample(shadow.state.figures.underWay, shadow.labels)
        }
        begin(.shadowHeldBytes)
        for shadow in shadows {
            sample(shadow.state.figures.heldBytes, shadow.labels)
        }
    }

    /// The mirrored requests: as the shadow answered them, and as their callers saw them.
    private mutating func readAnswers(_ shadows: [Shown]) {
        let sides = shadows.flatMap { shadow in
            shadow.roles.map { (shadow.labels + [$0.role], $0.figures) }
        }
        begin(.shadowResponses)
        for (labels, figures) in sides {
            for (name, count) in zip(StatusClass.names, figures.statuses) where count > 0 {
                sample(count, labels + [name])
            }
        }
        begin(.shadowErrors)
        for (labels, figures) in sides {
            for (kind, count) in ErrorKinds.counts(figures).sorted(by: { $0.key < $1.key }) {
                sample(count, labels + [kind])
            }
        }
        begin(.shadowFirstByte)
        for (labels, figures) in sides { histogram(figures.firstByte, labels) }
        begin(.shadowDuration)
        for (labels, figures) in sides { histogram(figures.total, labels) }
    }

    /// Counts since a shadow has been compared as it is now: they begin anew when that changes.
    private mutating func readPairs(_ shadows: [Shown]) {
        let tallies = shadows.compactMap { shadow in
            shadow.state.report.map { (shadow.labels, $0) }
        }
        let kinds = tallies.flatMap { labels, report in
            let tally = report.tally.differences
            return [("shadow", tally.shadow), ("control", tally.control)].map {
                (labels + [$0.0], $0.1)
            }
        }
        begin(.shadowPairs)
        for (labels, counts) in kinds {
            let results = [
                ("agrees", counts.agreeing), ("differs", counts.differing),
                ("not_comparable", counts.notComparable.values.reduce(0, +)),
            ]
            for (result, count) in results { sample(count, labels + [result]) }
        }
        begin(.shadowNotComparable)
        for (labels, counts) in kinds {
            for (reason, count) in counts.notComparable.sorted(by: { $0.key < $1.key }) {
                sample(count, labels + [reason])
            }
        }
        begin(.shadowAgreement)
        for (labels, counts) in kinds {
            if let ratio = counts.agreement { sample(ratio, labels) }
        }
        begin(.shadowExamples)
        for (labels, report) in tallies where report.keptPairs > 0 {
            let counts = report.examples
            let results = [
                ("kept", counts.kept), ("skipped", counts.skipped), ("lost", counts.lost),
            ]
            for (result, count) in results {
                sample(count, labels + [result])
            }
        }
    }
}
