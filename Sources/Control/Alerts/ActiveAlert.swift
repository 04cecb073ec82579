// An alert as operators see it.

package import Verdict

/// What fires or is about to, as it is shown.
package struct ActiveAlert: Sendable {
    /// What it is about.
    package let subject: AlertSubject
    /// How it is with it.
    package let instance: AlertInstance

    /// Puts both together.
    package init(subject: AlertSubject, instance: AlertInstance) {
        self.subject = subject
        self.instance = instance
    }
}
