// A shadow whose answers are compared: by which rule, and what has come of it.

import Plan
import Synchronization

/// One shadow of the present plan.
struct ComparedShadow: Sendable {
    /// The counts, which go on over plans.
    final class Counts: Sendable {
        private let tally: Mutex<ShadowTally>

        init(_ tally: ShadowTally) { self.tally = Mutex(tally) }

        var now: ShadowTally { tally.withLock { $0 } }

        func add(_ found: PairReading.Found, of pair: MirroredPair) {
            tally.withLock { $0.add(found.result, of: pair) }
        }
    }

    let key: PairKey
    let digest: String
    let keptPairs: Int
    let reading: PairReading
    let counts: Counts

    /// The compared shadows of a plan. What is compared as before keeps its counts: those of
    /// `earlier`, or of `kept`.
    static func all(
        of plan: Plan, earlier: [PairKey: ComparedShadow], kept: [PairKey: KeptTally],
        nowMilliseconds: Int
    ) -> [PairKey: ComparedShadow] {
        var found: [PairKey: ComparedShadow] = [:]
        for route in plan.routes {
            for shadow in route.shadows where route.versions.indices.contains(shadow.version) {
                guard let rule = shadow.comparison else { continue }
                let key = PairKey(
                    route: route.name, shadow: route.versions[shadow.version].name)
                let digest = ShadowDigest.of(shadow, rule, in: route)
                let known = earlier[key].flatMap { $0.digest == digest ? $0.counts : nil }
                let carried = kept[key].flatMap { $0.digest == digest ? $0.tally : nil }
                let fresh = ShadowTally(
                    sinceMilliseconds: nowMilliseconds, mostGroups: rule.limits.talliedGroups)
                found[key] = ComparedShadow(
                    key: key, digest: digest, keptPairs: shadow.keptPairs,
                    reading: PairReading(rule), counts: known ?? Counts(carried ?? fresh))
            }
        }
        return found
    }
}
