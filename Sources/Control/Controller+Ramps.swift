// Ramps in the running gateway: what is counted is judged, decisions are written, then served.

import DataPlane
package import Journal
import Logging
import Pairing
import Plan
import Recording
import RouteFiles
import Splitting
package import Verdict

/// Why an operator's verb did not take effect.
package enum OperationFailure: Error, Sendable {
    /// There is no such route, or it has no ramp.
    case noRamp
    /// The verb does not fit where the ramp stands.
    case refused(String)
    /// The journal cannot be written, and the share would rise.
    case notWritten(String)
}

extension Controller {
    /// Between two looks at all ramps; an alarm has them looked at before.
    private static let rampMilliseconds = 250
    /// More time than this between two looks was not spent watching: the process stood still.
    private static let mostWatchedMilliseconds = 2_000
    /// Ramps that may try to rise at the same time while the journal cannot be written.
    private static let mostTries = 8
    /// After a change every worker surely has the new plan in this time.
    static let settleMilliseconds = 10_000

    // MARK: Looking

    /// Looks at the ramps if it is time, and serves what was decided.
    func watchRamps() {
        let now = Clock.milliseconds
        let isAlarmed = recorders.alarm.take()
        guard !ramps.isEmpty || !book.waiting.isEmpty,
            isAlarmed || now - rampsSeenMilliseconds >= Self.rampMilliseconds
        else { return }
        let elapsed = min(now - rampsSeenMilliseconds, Self.mostWatchedMilliseconds)
        rampsSeenMilliseconds = now
        if !book.waiting.isEmpty && book.isDue(now) { writeWaiting(now) }
        var decided: [(route: String, decision: Decision)] = []
        // Without the journal nothing rises: a few ramps try again now and then, for a decision
        // with its figures is not cheap. Everything else takes effect at once.
        var tries = book.problem == nil ? Int.max : book.isDue(now) ? Self.mostTries : 0
        let registry = recorders
        // By hand: `indices` would hold on to the dictionary, and every change would copy it whole.
        var index = ramps.startIndex
        while index != ramps.endIndex {
            let decision = ramps.values[index].look(
                registry, elapsedMilliseconds: elapsed, nowMilliseconds: now, mayRaise: tries > 0)
            if let decision {
                if decision.raisesShare { tries -= 1 }
                decided.append((ramps.values[index].route, decision))
            }
            ramps.formIndex(after: &index)
        }
        if !decided.isEmpty { _ = take(decided) }
    }

    // MARK: Deciding

    /// Writes decisions and serves them; returns those that took effect, with their places in the
    /// journal (0 for what could not be written yet).
    func take(_ decided: [(route: String, decision: Decision)]) -> [StoredDecision] {
        let now = Clock.milliseconds
        var entries = decided.map { entry($0.route, $0.decision) }
        var ids: [Int64] = []
        do {
            let all = try journal.record(book.waiting + entries)
            tell(book.waiting, Array(all.prefix(book.waiting.count)))
            ids = Array(all.suffix(entries.count))
            if book.problem != nil { logger.notice("the journal can be written again") }
            book.wrote()
        } catch {
            if book.problem == nil { logger.error("no share is raised for now: \(error)") }
            book.failed(error, nowMilliseconds: now)
            entries.removeAll { $0.decision.raisesShare }
            for entry in entries {
                if let lost = book.wait(for: entry) {
                    logger.error("too many decisions wait: one on \(lost.route) is lost")
                }
            }
        }
        for entry in entries { serve(entry, now) }
        publishRamps(entries.map(\.route))
        webhooks?.wake()
        let taken = entries.enumerated().map { index, entry in
            StoredDecision(
                id: index < ids.count ? ids[index] : 0, route: entry.route,
                atMilliseconds: entry.atMilliseconds, decision: entry.decision)
        }
        tell(taken)
        return taken
    }

    private func writeWaiting(_ now: Int) {
        do {
            tell(book.waiting, try journal.record(book.waiting))
            logger.notice("the journal can be written again")
            book.wrote()
            webhooks?.wake()
        } catch {
            book.failed(error, nowMilliseconds: now)
        }
    }

    /// A decision with everything that is written together with it.
    func entry(_ route: String, _ decision: Decision) -> JournalEntry {
        var ownership: BucketOwnership?
        if decision.before.share != decision.after.share,
            let definition = files.routes.first(where: { $0.name == route })
        {
            let shares = definition.sharesByName(candidateShare: decision.after.share)
            ownership = keeper.changed(route, to: shares)
        }
        var latch = JournalEntry.Latch.none
        if decision.kind == .rollingBack { latch = .set(decision.after.digest) }
        if decision.kind == .retried { latch = .clear(decision.after.digest) }
        return JournalEntry(
            route: route, atMilliseconds: Clock.dayMilliseconds, decision: decision,
            ownership: ownership, latch: latch, notify: ramps[route]?.notify ?? [])
    }

    private func serve(_ entry: JournalEntry, _ now: Int) {
        if let ownership = entry.ownership { keeper.apply([entry.route: ownership]) }
        note(entry)
        guard var ramp = ramps.removeValue(forKey: entry.route) else { return }
        ramp.engine.accept(entry.decision)
        ramp.settle(at: now + Self.settleMilliseconds)
        newestStrata[entry.route] = max(
            newestStrata[entry.route] ?? 0, entry.decision.after.stratum)
        ramps[entry.route] = ramp
    }

    /// Keeps what follows from a decision beside the ramp itself, and tells the log.
    func note(_ entry: JournalEntry) {
        switch entry.latch {
        case .none: break
        case .set(let digest): latches[entry.route, default: []].insert(digest)
        case .clear(let digest): latches[entry.route]?.remove(digest)
        }
        decisionCounts[entry.route, default: [:]][entry.decision.kind, default: 0] += 1
        let level: Logger.Level =
            [.rollingBack, .held].contains(entry.decision.kind) ? .warning : .notice
        logger.log(
            level: level, "\(entry.decision.summary)",
            metadata: [
                "route": "\(entry.route)", "decision": "\(entry.decision.kind.rawValue)",
                "cause": "\(entry.decision.cause.rawValue)",
            ])
    }

    /// Hands workers the routes whose ramps have moved.
    private func publishRamps(_ names: [String]) {
        let changed = Set(names)
        let routes = zip(files.routes, plan.routes).map { definition, route in
            guard changed.contains(definition.name) else { return route }
            return PlanBuilder.route(
                definition, keeper.ownership(of: definition),
                ramps[definition.name]?.engine.state)
        }
        // A decision that moves nobody is not worth a new plan.
        if routes == plan.routes { return }
        plan = Plan(
            revision: plan.revision + 1, gateway: plan.gateway, limits: plan.limits,
            routes: routes)
        desk.use(plan)
        dataPlane.publish(plan)
        for name in changed {
            if let definition = files.routes.first(where: { $0.name == name }) {
                ramps[name]?.use(keeper.ownership(of: definition))
            }
        }
    }

    // MARK: Operators

    /// Does what an operator asks of a ramp, and returns the decision that followed.
    package func operate(
        _ route: String, _ verb: RampVerb, actor: String, reason: String
    ) throws(OperationFailure) -> StoredDecision {
        guard let ramp = ramps[route] else { throw .noRamp }
        let evidence = ramp.engine.state.phase.isWatched ? ramp.evidence(recorders) : nil
        let decision: Decision
        do {
            decision = try ramp.engine.ask(
                verb, actor: actor, reason: reason, evidence: evidence)
        } catch {
            throw .refused(error.description)
        }
        guard let taken = take([(route, decision)]).first else {
            throw .notWritten(book.problem ?? "the journal cannot be written")
        }
        return taken
    }

    // MARK: Progress

    /// Keeps the evidence of some ramps, so that each is kept in turn and the disk has little to
    /// do.
    func keepProgress() {
        progressSecond += 1
        let period = max(Self.leastProgressSeconds, ramps.count / 16)
        var progress: [String: StoredRamp] = [:]
        let registry = recorders
        let now = Clock.milliseconds
        var index = ramps.startIndex
        var place = progressSecond
        while index != ramps.endIndex {
            if place % period == 0, ramps.values[index].engine.state.phase.isWatched {
                progress[ramps.values[index].route] = ramps.values[index].progress(
                    registry, nowMilliseconds: now)
            }
            place += 1
            ramps.formIndex(after: &index)
        }
        do {
            try journal.store(progress: progress)
            if !progress.isEmpty { book.worked() }
        } catch {
            if book.problem == nil { logger.error("evidence is not kept for now: \(error)") }
            book.failed(error, nowMilliseconds: Clock.milliseconds)
        }
    }

    private static let leastProgressSeconds = 5
}

extension Controller {
    /// A ramp at this moment, with every guard's figures; nil if the route has none.
    package func ramp(_ route: String) -> RampView? {
        guard let ramp = ramps[route] else { return nil }
        let last = try? journal.decisions(route: route, before: nil, limit: 1).first
        let isWatched = ramp.engine.state.phase.isWatched
        return RampView(
            route: route, engine: ramp.engine,
            guards: isWatched ? ramp.engine.results(ramp.evidence(recorders)) : [],
            lastDecision: last, problem: book.problem)
    }

    /// What became of webhooks; nil if there is nobody to send them.
    package func webhookCounters() async -> WebhookCounters? {
        await webhooks?.counters()
    }
}
