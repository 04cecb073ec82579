// The gateway's own log on standard error: one line for each message, whatever is in it.

package import Logging
package import Plan

/// Makes loggers.
package enum GatewayLog {
    /// How many lines on standard error were lost since the start: nobody read them, or a disk
    /// was full.
    package static var lostLines: Int { LogOutput.standardError.lostLines }

    /// A logger that writes as `log:` says.
    package static func logger(
        _ label: String, _ settings: LogSettings = LogSettings()
    ) -> Logger {
        logger(label, settings, to: .standardError)
    }

    static func logger(_ label: String, _ settings: LogSettings, to output: LogOutput) -> Logger {
        var logger = Logger(label: label) {
            LineLogHandler(label: $0, format: settings.format, output: output)
        }
        logger.logLevel = level(settings.level)
        return logger
    }

    private static func level(_ level: LogSettings.Level) -> Logger.Level {
        switch level {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
