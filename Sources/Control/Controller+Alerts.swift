// What alerts are worked out from, and what is shown of them.

package import Journal
import Plan
import Recording

extension Controller {
    /// What alerts are to be worked out from; nil if there is nothing to look at.
    func alertSources(isAnyActive: Bool) -> AlertSources? {
        if plan.gateway.alerts.rules.isEmpty && !isAnyActive && alerts.isEmpty { return nil }
        return AlertSources(
            state: state(counted: latest), history: history, second: Clock.milliseconds / 1_000,
            dayMilliseconds: Clock.dayMilliseconds)
    }

    /// Shows these from now on.
    func use(alerts: [ActiveAlert]) { self.alerts = alerts }

    /// The newest changes of alerts, newest first.
    package nonisolated func alertChanges(limit: Int) throws(JournalError) -> [StoredAlert] {
        try journal.alerts(limit: limit)
    }
}
