// What `alerts:` of `gateway.yaml` says: what somebody is to be told of, and where.

/// The built-in alerts.
package struct AlertSettings: Sendable, Equatable {
    /// Who is told.
    package var notify: [NotifyTarget] = []
    /// Of what, each under a name of its own.
    package var rules: [AlertRule] = []

    /// No alerts.
    package init() {}
}
