// Where workers leave spans for whoever exports them. Nobody ever waits for it.

package import Plan
import Synchronization

/// Spans that wait to be exported, of all workers and loops of shadows.
package final class TraceSink: Sendable {
    /// How many spans have been left here, and what became of them, since the start.
    package struct Counters: Sendable, Equatable {
        /// Taken by the collector.
        package var exported = 0
        /// Dropped because too many were waiting.
        package var full = 0
        /// Given up after their tries.
        package var failed = 0
        /// Refused by the collector.
        package var rejected = 0

        /// Nothing yet.
        package init() {}
    }

    /// What is traced.
    package let settings: TracingSettings
    /// Spans that one worker may have waiting.
    let mostOfWorker: Int
    private let most: Int
    private let waiting = Mutex<[[TraceSpan]]>([])
    private let count = Atomic<Int>(0)
    private let sums = Mutex(Counters())

    /// Makes a place for so many spans of each worker.
    package init(_ settings: TracingSettings, mostOfWorker: Int, workers: Int) {
        self.settings = settings
        self.mostOfWorker = mostOfWorker
        most = mostOfWorker * workers
    }

    /// Takes spans over, as far as there is room.
    func leave(_ spans: [TraceSpan]) {
        let room = max(0, most - count.load(ordering: .relaxed))
        let lost = spans.count - min(room, spans.count)
        if lost > 0 { dropped(lost) }
        guard lost < spans.count else { return }
        let taken = lost == 0 ? spans : Array(spans.prefix(room))
        count.wrappingAdd(taken.count, ordering: .relaxed)
        waiting.withLock { $0.append(taken) }
    }

    /// So many spans found no room.
    func dropped(_ number: Int) { note { $0.full += number } }

    /// How many spans wait.
    package var waitingCount: Int { count.load(ordering: .relaxed) }

    /// Gives the oldest spans away, at most so many.
    package func take(atMost most: Int) -> [TraceSpan] {
        let taken = waiting.withLock { waiting in
            var taken: [TraceSpan] = []
            var bundles = 0
            while bundles < waiting.count, taken.count < most {
                let free = most - taken.count
                taken += waiting[bundles].prefix(free)
                if waiting[bundles].count > free {
                    waiting[bundles].removeFirst(free)
                } else {
                    bundles += 1
                }
            }
            waiting.removeFirst(bundles)
            return taken
        }
        count.wrappingSubtract(taken.count, ordering: .relaxed)
        return taken
    }

    /// Counts what became of spans.
    package func note(_ change: (inout Counters) -> Void) { sums.withLock { change(&$0) } }

    /// What became of spans so far.
    package var counters: Counters { sums.withLock { $0 } }
}
