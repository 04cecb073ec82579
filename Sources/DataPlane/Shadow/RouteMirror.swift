// Which requests of a route are mirrored, and to whom: sampling, filters and budgets.

import HTTPWire
import Plan
import Recording
import Splitting

/// The shadows of one route as one worker sees them.
final class RouteMirror {
    /// One shadow, ready to be asked.
    private struct Entry {
        let shadow: Shadow
        let conditions: RouteConditions
        let sample: ShadowSample
        let ledger: ShadowLedger
        /// Whether the answers are compared.
        let isCompared: Bool
    }

    /// What every copy costs beside its bytes, about.
    private static let overheadBytes = 1_024

    private let route: Int
    private let revision: UInt64
    private let entries: [Entry]
    private let all: ShadowLedger
    private let limits: Plan.Limits

    /// The shadows of the route at this place in the plan; nil if it has none.
    init?(_ index: Int, of plan: Plan, worker: Worker) {
        let route = plan.routes[index]
        if route.shadows.isEmpty { return nil }
        self.route = index
        revision = plan.revision
        all = worker.recorders.allShadows
        limits = plan.limits
        entries = route.shadows.map { shadow in
            let name = route.versions[shadow.version].name
            return Entry(
                shadow: shadow,
                conditions: RouteConditions(
                    RouteMatch(
                        host: .any, path: .prefix(""), methods: shadow.methods,
                        headers: shadow.headers)),
                sample: ShadowSample(shadow, name: name, salt: route.salt),
                ledger: worker.recorders.shadow(route: route.name, version: name),
                isCompared: shadow.comparison != nil)
        }
    }

    /// Begins to mirror a request if it is to be; the exchange has written its head.
    func begin(
        _ exchange: Exchange, _ choice: VersionChoice, _ split: RouteSplit, _ head: RequestHead,
        _ base: UnsafeRawPointer
    ) {
        // A tester's wish is no evidence, and a tunnel no request with an answer.
        if choice.isOverride || exchange.isUpgrade { return }
        let worker = exchange.worker
        var legs: [MirrorTee.Leg] = []
        for (place, entry) in entries.enumerated() {
            guard entry.shadow.version != choice.version,
                unsafe entry.conditions.accept(head, base: base),
                unsafe entry.sample.holds(split, head, base, &worker.random)
            else { continue }
            if let leg = leg(place, isControl: false, exchange) { legs.append(leg) }
            // Control pairs are of the very requests that are mirrored.
            if entry.shadow.noiseControl > 0,
                worker.random.below(BucketTable.bucketCount) < entry.shadow.noiseControl,
                let control = leg(place, isControl: true, exchange)
            {
                legs.append(control)
            }
        }
        guard !legs.isEmpty, let number = worker.outbox?.number() else { return }
        let held = HeldBytes(
            own: nil, all: all, limits: HeldBytes.Limits(ownBytes: 0, allBytes: limits.shadowBytes))
        let isCompared = legs.contains { entries[$0.leg.shadow].isCompared }
        exchange.watcher = MirrorTee(
            number: number, exchange: exchange,
            place: MirrorPlace(revision: revision, route: route, version: choice.version),
            legs: legs,
            answer: AnswerCopy(
                atMost: limits.shadowAnswerBytes, isKept: isCompared, held: held),
            answerHeld: held)
    }

    private func leg(_ place: Int, isControl: Bool, _ exchange: Exchange) -> MirrorTee.Leg? {
        let entry = entries[place]
        let ledger = entry.ledger
        func drop(_ reason: ShadowDrop) -> MirrorTee.Leg? {
            ledger.dropped(reason)
            return nil
        }
        if exchange.worker.isDraining { return drop(.draining) }
        if case .length(let length) = exchange.requestFraming,
            length > UInt64(entry.shadow.mostBodyBytes)
        {
            return drop(.bodyTooLong)
        }
        guard ledger.take(atMost: entry.shadow.mostRequests) else { return drop(.requests) }
        guard all.take(atMost: limits.shadowRequests) else {
            ledger.giveBack()
            return drop(.requests)
        }
        let held = HeldBytes(
            own: ledger, all: all,
            limits: HeldBytes.Limits(
                ownBytes: entry.shadow.mostBytes, allBytes: limits.shadowBytes))
        guard held.add(exchange.headCount + Self.overheadBytes) else {
            ledger.giveBack()
            all.giveBack()
            return drop(.bytes)
        }
        if !isControl { ledger.began() }
        return MirrorTee.Leg(
            leg: MirrorLeg(shadow: place, isControl: isControl, ledger: ledger, held: held),
            mostBodyBytes: entry.shadow.mostBodyBytes,
            endsWithCaller: entry.shadow.endsWithCaller)
    }
}
