// A stretch of time as flags have it: `90s`, `30m`, `2h`.

import ArgumentParser
import RouteFiles

/// How long to wait.
struct WaitingTime: ExpressibleByArgument {
    let duration: Duration

    /// Reads a time as route files have it; more than nothing.
    init?(argument: String) {
        guard let milliseconds = Quantities.milliseconds(argument), milliseconds > 0 else {
            return nil
        }
        duration = .milliseconds(milliseconds)
    }
}
