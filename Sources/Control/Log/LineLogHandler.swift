// Takes messages from swift-log, and writes each as one line.

import Glibc
import Logging
import Plan

/// A handler of our own: the one that comes with swift-log writes line ends and control characters
/// as they are, and what is from outside could pass itself off as other messages.
struct LineLogHandler: LogHandler {
    let label: String
    let format: LogSettings.Format
    let output: LogOutput

    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, format: LogSettings.Format, output: LogOutput) {
        self.label = label
        self.format = format
        self.output = output
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var time = timeval()
        unsafe gettimeofday(&time, nil)
        let entry = LogEntry(
            microseconds: time.tv_sec * 1_000_000 + Int(time.tv_usec), level: event.level,
            label: label, source: event.source, message: event.message.description,
            metadata: merged(event))
        output.write(LogLine.bytes(of: entry, format))
    }

    /// What is nearer to the message goes before what is farther.
    private func merged(_ event: LogEvent) -> Logger.Metadata {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        if let error = event.error {
            all["error.message"] = "\(error)"
            all["error.type"] = "\(String(reflecting: type(of: error)))"
        }
        return all
    }
}
