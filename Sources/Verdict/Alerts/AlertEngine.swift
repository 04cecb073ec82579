// From what is seen to what is told: pending, firing, resolved. Pure: time is an argument.

package import Plan

/// All alerts that are pending or firing.
///
/// An alert fires once its condition has held for the rule's time without a break, and is resolved
/// once it has not held for a while. That while doubles each time the alert comes back within an
/// hour, up to an hour, so that a condition on the edge does not send messages all day.
package struct AlertEngine: Sendable, Equatable {
    /// An alert that comes back within this time comes and goes; the longest wait to be resolved.
    package static let flappingMilliseconds = 3_600_000
    /// More time than this between two looks was not spent watching.
    package static let mostUnseenMilliseconds = 30_000
    /// A wait that was doubled so often is an hour, whatever it began with.
    private static let mostReturns = 22

    private struct Past: Sendable, Equatable {
        var resolved: Int
        let returns: Int
    }

    /// The alerts by their subjects.
    package private(set) var instances: [AlertSubject: AlertInstance] = [:]
    private var past: [AlertSubject: Past] = [:]
    private var lastLook: Int

    /// Begins with what fired when a gateway ended.
    package init(firing: [AlertChange] = [], nowMilliseconds: Int) {
        lastLook = nowMilliseconds
        for change in firing {
            instances[change.subject] = AlertInstance(
                kind: change.kind, phase: .firing, figure: change.figure,
                sinceMilliseconds: change.sinceMilliseconds,
                returns: min(max(0, change.returns), Self.mostReturns), began: nowMilliseconds)
        }
    }

    /// Takes one look: every subject of every rule, each once. What is not among them any more is
    /// resolved. The changes come in the order of their subjects.
    package mutating func look(
        _ observations: [AlertObservation], nowMilliseconds now: Int, dayMilliseconds day: Int
    ) -> [AlertChange] {
        skip(now - lastLook - Self.mostUnseenMilliseconds)
        lastLook = max(lastLook, now)
        past = past.filter { now - $0.value.resolved < Self.flappingMilliseconds }
        var changes: [AlertChange] = []
        var unseen = Set(instances.keys)
        for seen in observations {
            unseen.remove(seen.subject)
            changes += [take(seen, now, day)].compactMap(\.self)
        }
        for subject in unseen {
            guard let gone = instances.removeValue(forKey: subject), gone.phase == .firing else {
                continue
            }
            let words = AlertWords.gone(subject, gone, dayMilliseconds: day)
            changes.append(change(subject, gone, isFiring: false, words))
        }
        return changes.sorted { $0.subject < $1.subject }
    }

    /// Takes changes back that could not be written: they come again at the next look.
    package mutating func takeBack(_ changes: [AlertChange], to earlier: AlertEngine) {
        for subject in changes.map(\.subject) {
            instances[subject] = earlier.instances[subject]
            past[subject] = earlier.past[subject]
        }
    }

    /// How long an alert must not hold before it is resolved.
    package static func calm(_ rule: AlertRule, returns: Int) -> Int {
        var calm = returns > 0 ? max(1_000, rule.calmMilliseconds) : rule.calmMilliseconds
        for _ in 0..<min(returns, mostReturns) where calm < flappingMilliseconds { calm *= 2 }
        return max(rule.calmMilliseconds, min(calm, flappingMilliseconds))
    }

    /// Nobody watched for a while: no wait gets shorter by it.
    private mutating func skip(_ milliseconds: Int) {
        guard milliseconds > 0 else { return }
        for subject in instances.keys {
            instances[subject]?.began += milliseconds
            if let since = instances[subject]?.calmSince {
                instances[subject]?.calmSince = since + milliseconds
            }
        }
    }

    private mutating func take(_ seen: AlertObservation, _ now: Int, _ day: Int) -> AlertChange? {
        switch seen.reading {
        case .holds(let figure): return hold(seen.rule, seen.subject, figure, now, day)
        case .clear(let figure): return clear(seen.rule, seen.subject, figure, now, day)
        case .unknown:
            if instances[seen.subject]?.phase == .pending { instances[seen.subject] = nil }
            instances[seen.subject]?.calmSince = nil
            return nil
        }
    }

    private mutating func hold(
        _ rule: AlertRule, _ subject: AlertSubject, _ figure: AlertFigure?, _ now: Int, _ day: Int
    ) -> AlertChange? {
        let returns = past[subject].map { min($0.returns + 1, Self.mostReturns) } ?? 0
        var instance =
            instances[subject]
            ?? AlertInstance(
                kind: rule.condition.kind, sinceMilliseconds: day, returns: returns, began: now)
        instance.figure = figure
        instance.calmSince = nil
        let fires = instance.phase == .pending && now - instance.began >= rule.holdMilliseconds
        if fires { instance.phase = .firing }
        instances[subject] = instance
        guard fires else { return nil }
        return change(subject, instance, isFiring: true, AlertWords.firing(subject, instance))
    }

    private mutating func clear(
        _ rule: AlertRule, _ subject: AlertSubject, _ figure: AlertFigure?, _ now: Int, _ day: Int
    ) -> AlertChange? {
        guard var instance = instances[subject] else { return nil }
        let since = instance.calmSince ?? now
        instance.calmSince = since
        instance.figure = figure
        guard instance.phase == .firing else {
            instances[subject] = nil
            return nil
        }
        guard now - since >= Self.calm(rule, returns: instance.returns) else {
            instances[subject] = instance
            return nil
        }
        instances[subject] = nil
        past[subject] = Past(resolved: now, returns: instance.returns)
        return change(
            subject, instance, isFiring: false,
            AlertWords.resolved(subject, instance, dayMilliseconds: day))
    }

    private func change(
        _ subject: AlertSubject, _ instance: AlertInstance, isFiring: Bool, _ summary: String
    ) -> AlertChange {
        AlertChange(
            subject: subject, kind: instance.kind, isFiring: isFiring, figure: instance.figure,
            sinceMilliseconds: instance.sinceMilliseconds, returns: instance.returns,
            summary: summary)
    }
}
