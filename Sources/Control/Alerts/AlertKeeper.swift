// Looks at the alerts, writes down what changed, and has it told.

import Journal
import Logging
import Plan
import Verdict

/// Works alerts out apart from whoever serves or decides, on a copy of what the controller knows.
///
/// A change is written together with the messages that tell of it, so that a restart neither tells
/// twice nor forgets that something is over. What cannot be written is tried again at every look.
actor AlertKeeper {
    private static let lookMilliseconds = 1_000
    /// Between looks there is so many times the time that one takes, so that they cost little.
    private static let pauseByCost = 20
    /// Well below `AlertEngine.mostUnseenMilliseconds`.
    private static let mostPauseMilliseconds = 15_000
    private static let pruneMilliseconds = 3_600_000
    /// Changes that are kept.
    private static let changesKept = 1_000

    private let journal: Journal
    private let webhooks: WebhookSender?
    private let logger: Logger
    private var engine: AlertEngine
    private var usual = UsualRates()
    private var problem: String?
    private var pruned = Int.min

    init(journal: Journal, webhooks: WebhookSender?, logger: Logger) {
        self.journal = journal
        self.webhooks = webhooks
        self.logger = logger
        var firing: [AlertChange] = []
        do {
            firing = try journal.firingAlerts()
        } catch {
            logger.warning("what fired before the start is forgotten: \(error)")
        }
        engine = AlertEngine(firing: firing, nowMilliseconds: Clock.milliseconds)
    }

    /// Looks until it is cancelled.
    func run(for controller: Controller) async {
        while !Task.isCancelled {
            let began = Clock.milliseconds
            if let sources = await controller.alertSources(isAnyActive: !engine.instances.isEmpty) {
                look(sources, nowMilliseconds: began)
                await controller.use(alerts: active)
            }
            let cost = (Clock.milliseconds - began) * Self.pauseByCost
            let pause = min(max(Self.lookMilliseconds, cost), Self.mostPauseMilliseconds)
            try? await Task.sleep(for: .milliseconds(pause))
        }
    }

    /// What is pending or fires, in the order of subjects.
    var active: [ActiveAlert] {
        engine.instances.sorted { $0.key < $1.key }.map {
            ActiveAlert(subject: $0.key, instance: $0.value)
        }
    }

    /// Takes one look.
    func look(_ sources: AlertSources, nowMilliseconds: Int) {
        let unread = refreshUsual(sources)
        let problem = take(sources, nowMilliseconds) ?? unread
        if let problem, problem != self.problem { logger.error("alerts: \(problem)") }
        self.problem = problem
    }

    /// Writes what changed, and tells it; returns what stood in the way.
    private func take(_ sources: AlertSources, _ now: Int) -> String? {
        let earlier = engine
        let changes = engine.look(
            AlertReadings.all(sources, usual: usual.perSecond), nowMilliseconds: now,
            dayMilliseconds: sources.dayMilliseconds)
        do {
            try journal.record(
                alerts: changes, atMilliseconds: sources.dayMilliseconds,
                notify: sources.state.plan.gateway.alerts.notify)
        } catch {
            engine.takeBack(changes, to: earlier)
            return error.description
        }
        tell(changes)
        return prune(now)
    }

    private func refreshUsual(_ sources: AlertSources) -> String? {
        let plan = sources.state.plan
        let rules = plan.gateway.alerts.rules.filter { $0.condition.kind == .requestRate }
        let routes = plan.routes.map(\.name).filter { name in rules.contains { $0.watches(name) } }
        if routes.isEmpty { return nil }
        do {
            try usual.refresh(
                routes, in: journal, minute: sources.dayMilliseconds / 60_000,
                historyMinutes: plan.limits.historyMilliseconds / 60_000)
            return nil
        } catch {
            return error.description
        }
    }

    private func tell(_ changes: [AlertChange]) {
        for change in changes {
            logger.log(
                level: change.isFiring ? .warning : .notice, "\(change.summary)",
                metadata: [
                    "alert": "\(change.subject.alert)",
                    "state": change.isFiring ? "firing" : "resolved",
                ])
        }
        if !changes.isEmpty { webhooks?.wake() }
    }

    private func prune(_ now: Int) -> String? {
        if pruned != Int.min && now - pruned < Self.pruneMilliseconds { return nil }
        pruned = now
        do {
            try journal.pruneAlerts(keeping: Self.changesKept)
            return nil
        } catch {
            return error.description
        }
    }
}
