// Errors of a version one after the other, over all workers.

import Synchronization

/// Raised by workers when a version fails several times in a row, lowered by who looks.
package final class Alarm: Sendable {
    private let isRaised = Atomic<Bool>(false)

    /// An alarm that is not raised.
    package init() {}

    func raise() { isRaised.store(true, ordering: .relaxed) }

    /// Whether it was raised since the last look.
    package func take() -> Bool { isRaised.exchange(false, ordering: .relaxed) }
}

/// The run of errors of one version in one stratum, shared by the recorders of all workers.
///
/// While all is well it costs a worker one load of a line that nobody writes.
package final class ErrorRun: Sendable {
    /// From so many errors in a row on, the alarm is raised.
    private static let alarming = 3

    private let present = Atomic<Int>(0)
    private let most = Atomic<Int>(0)
    private let alarm: Alarm

    init(_ alarm: Alarm) {
        self.alarm = alarm
    }

    /// A request was answered well.
    @inline(__always)
    func succeeded() {
        if present.load(ordering: .relaxed) != 0 { present.store(0, ordering: .relaxed) }
    }

    /// A request failed by the version's fault.
    func failed() {
        // Whoever sees the run sees what was counted before it.
        let run = present.wrappingAdd(1, ordering: .releasing).newValue
        if run > most.load(ordering: .relaxed) { most.max(run, ordering: .releasing) }
        if run >= Self.alarming { alarm.raise() }
    }

    /// Errors since the last success.
    package var length: Int { present.load(ordering: .acquiring) }

    /// The longest run there has been.
    package var longest: Int { most.load(ordering: .acquiring) }
}
