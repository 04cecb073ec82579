// How the gateway's own log is written.

/// The settings of `log:`.
package struct LogSettings: Sendable, Equatable {
    /// What a line looks like.
    package enum Format: String, Sendable, CaseIterable {
        /// For people.
        case text
        /// One JSON object, for programs that collect logs.
        case json
    }

    /// The least that is written.
    package enum Level: String, Sendable, CaseIterable {
        case debug
        case info
        case warning
        case error
    }

    /// What a line looks like.
    package var format = Format.text
    /// The least that is written.
    package var level = Level.info

    /// Text, from what is of interest in everyday use.
    package init() {}
}
