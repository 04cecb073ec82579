// The two clocks that the control plane reads.

import Glibc

/// Reads the system's clocks.
enum Clock {
    /// The time of day, in seconds since 1970.
    static var second: Int { time(nil) }

    /// The time of day, in milliseconds since 1970: for people only.
    static var dayMilliseconds: Int {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return now.tv_sec * 1_000 + now.tv_nsec / 1_000_000
    }

    /// A clock that only goes forward, in milliseconds.
    static var milliseconds: Int {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1_000 + now.tv_nsec / 1_000_000
    }
}
