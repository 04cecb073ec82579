// Whether an endpoint may be used, learned from its own failures: pure, the clock is an argument.

import Plan

/// One worker's opinion of one endpoint.
///
/// An endpoint that refuses connections is not there: it is set aside at once, for a time that
/// doubles. One that fails otherwise is set aside after several failures in a row, for a time
/// that grows with each time, and never when it is the last (the pool asks `isFailing` then).
struct EndpointHealth {
    private let limits: Plan.Limits
    private var failuresInARow = 0
    private var timesAside = 0
    private var timesRefused = 0
    private var refusedUntil: UInt64 = 0
    private var justRefusedUntil: UInt64 = 0
    private var failingUntil: UInt64 = 0

    init(limits: Plan.Limits) {
        self.limits = limits
    }

    /// Whether nobody listens there, as far as is known.
    func isRefusing(now: UInt64) -> Bool { now < refusedUntil }

    /// Whether the last refusal is so fresh that to ask again is of no use.
    func hasJustRefused(now: UInt64) -> Bool { now < justRefusedUntil }

    /// Whether it is set aside for failures other than refusing.
    func isFailing(now: UInt64) -> Bool { now < failingUntil }

    /// An answer arrived whole.
    mutating func succeeded() {
        if failuresInARow | timesAside | timesRefused == 0 { return }
        failuresInARow = 0
        timesAside = 0
        timesRefused = 0
        refusedUntil = 0
        justRefusedUntil = 0
        failingUntil = 0
    }

    /// The connection was refused or could not be made.
    mutating func refused(now: UInt64) {
        justRefusedUntil = now &+ UInt64(limits.endpointRefusedMilliseconds) &* 1_000_000
        if now < refusedUntil { return }
        let doubled = limits.endpointRefusedMilliseconds << min(timesRefused, 20)
        let milliseconds = min(doubled, limits.endpointRefusedMostMilliseconds)
        timesRefused += 1
        refusedUntil = now &+ UInt64(milliseconds) &* 1_000_000
    }

    /// An exchange broke: timeout, reset, or an answer that is no HTTP.
    mutating func failed(now: UInt64) {
        failuresInARow += 1
        guard failuresInARow >= limits.endpointFailures else { return }
        failuresInARow = 0
        timesAside += 1
        let grown = limits.endpointAsideMilliseconds * min(timesAside, 1_000)
        let milliseconds = min(grown, limits.endpointAsideMostMilliseconds)
        failingUntil = now &+ UInt64(milliseconds) &* 1_000_000
    }
}
