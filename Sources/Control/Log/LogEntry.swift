// One message of the gateway's own log, before it is written.

import Logging

/// A message with everything that its line says.
struct LogEntry: Sendable {
    /// Since 1970.
    let microseconds: Int
    let level: Logger.Level
    /// Whose log it is.
    let label: String
    /// The module that speaks.
    let source: String
    let message: String
    let metadata: Logger.Metadata
}
