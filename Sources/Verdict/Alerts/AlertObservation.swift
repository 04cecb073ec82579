// What one look found out about one subject of a rule.

package import Plan

/// What one look at one subject found.
package enum AlertReading: Sendable, Equatable {
    /// The condition holds, with the figure if it is one of figures.
    case holds(AlertFigure?)
    /// It does not.
    case clear(AlertFigure?)
    /// Nothing can be said: what fires goes on, and what is pending begins anew.
    case unknown
}

/// One subject of a rule, and how it is with it now.
package struct AlertObservation: Sendable {
    /// The rule.
    package let rule: AlertRule
    /// The subject.
    package let subject: AlertSubject
    /// What was found.
    package let reading: AlertReading

    /// Puts them together.
    package init(_ rule: AlertRule, _ subject: AlertSubject, _ reading: AlertReading) {
        self.rule = rule
        self.subject = subject
        self.reading = reading
    }
}
