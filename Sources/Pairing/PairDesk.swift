// Where pairs are compared: on threads of its own, behind everything that serves.

import Comparison
import Dispatch
import Foundation
import Glibc
package import Plan
package import Recording
import Synchronization

/// Takes pairs from workers, compares them, and counts what came of them.
///
/// Workers never wait for it: what finds no room is theirs to count as dropped. Its threads begin
/// with the first plan in which anything is compared, and go on until it is closed.
package final class PairDesk: PairInbox {
    /// The name of its threads, as the system shows it.
    package static let threadName = "sluice-compare"
    /// How much its threads stand back behind those that serve.
    package static let niceness = 10
    private static let gatheringSeconds = 0.002

    private struct State {
        var queue = PairQueue()
        var shadows: [PairKey: ComparedShadow] = [:]
        /// Counts up with every plan.
        var generation = 0
        var threads = 0
        var isClosed = false
        var onEnd: [CheckedContinuation<Void, Never>] = []
    }

    private let recorders: RecorderRegistry
    private let firstWorker: Int
    private let state = Mutex(State())
    private let wakeups = DispatchSemaphore(value: 0)
    private let examples = ExampleTray()
    private let kept: Mutex<[PairKey: KeptTally]>

    /// Makes a desk that counts as workers from `firstWorker` on; `kept` are tallies of before a
    /// restart.
    package init(recorders: RecorderRegistry, firstWorker: Int, kept: [KeptTally] = []) {
        self.recorders = recorders
        self.firstWorker = firstWorker
        self.kept = Mutex(Dictionary(kept.map { ($0.key, $0) }) { $1 })
    }

    // MARK: Plans

    /// Compares by another plan from now on. To be called before workers have it.
    package func use(_ plan: Plan) {
        let kept = self.kept.withLock { kept in
            let all = kept
            kept = [:]
            return all
        }
        let now = Self.milliseconds
        let (began, keys) = state.withLock { state in
            state.shadows = ComparedShadow.all(
                of: plan, earlier: state.shadows, kept: kept, nowMilliseconds: now)
            state.generation += 1
            state.queue.most = plan.limits.comparisonsWaiting
            let keys = Set(state.shadows.keys)
            if keys.isEmpty || state.isClosed { return (0..<0, keys) }
            let first = state.threads
            state.threads = max(first, plan.limits.comparisonThreads)
            return (first..<state.threads, keys)
        }
        examples.keepOnly(keys)
        for number in began {
            Thread { self.work(number) }.start()
        }
    }

    // MARK: Workers

    /// Takes a pair to compare it later; false if there is no room.
    package func offer(_ pair: MirroredPair, done: @escaping @Sendable () -> Void) -> Bool {
        enum Place { case waiting, none, unwanted }
        let place = state.withLock { state -> Place in
            if state.isClosed { return .none }
            if state.threads == 0 { return .unwanted }
            return state.queue.add(.init(pair: pair, done: done)) ? .waiting : .none
        }
        switch place {
        case .waiting: wakeups.signal()
        case .unwanted: done()
        case .none: return false
        }
        return true
    }

    /// Pairs that wait.
    package var waiting: Int { state.withLock { $0.queue.count } }

    // MARK: Threads

    private func work(_ number: Int) {
        Thread.current.name = Self.threadName
        // On Linux this is of the calling thread alone.
        setpriority(Int32(PRIO_PROCESS.rawValue), 0, Int32(Self.niceness))
        var own = PairRecorders(recorders, worker: firstWorker + number)
        while true {
            waitForPairs()
            let (next, shadow, generation, isClosed) = state.withLock { state in
                let next = state.queue.take()
                let key = next.map { PairKey(route: $0.pair.route, shadow: $0.pair.shadow) }
                return (
                    next, key.flatMap { state.shadows[$0] }, state.generation, state.isClosed
                )
            }
            if let next {
                if let shadow { compare(next.pair, shadow, &own, generation) }
                next.done()
            } else if isClosed {
                return ended()
            }
        }
    }

    /// Waits for a pair. One that comes alone is soon followed by others: they are waited for a
    /// moment, since to wake a thread costs as much as a comparison.
    private func waitForPairs() {
        if wakeups.wait(timeout: .now()) == .success { return }
        wakeups.wait()
        Thread.sleep(forTimeInterval: Self.gatheringSeconds)
    }

    private func compare(
        _ pair: MirroredPair, _ shadow: ComparedShadow, _ own: inout PairRecorders,
        _ generation: Int
    ) {
        let found = shadow.reading.read(pair)
        shadow.counts.add(found, of: pair)
        let agreement = found.result.agreement
        if agreement == .notComparable { return }
        let differs = agreement == .differs
        own.recorder(of: pair, generation: generation).compared(differs: differs)
        guard differs, pair.kind == .shadow, shadow.keptPairs > 0, examples.reserve(shadow.key)
        else { return }
        examples.put(KeptPair(pair, of: shadow, found, atMilliseconds: Self.milliseconds))
    }

    private func ended() {
        let onEnd = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            state.threads -= 1
            guard state.threads == 0 else { return [] }
            defer { state.onEnd = [] }
            return state.onEnd
        }
        for waiting in onEnd { waiting.resume() }
    }

    /// Ends the threads; pairs that still wait are let go of.
    package func close() async {
        await withCheckedContinuation { continuation in
            let (rest, threads) = state.withLock { state in
                state.isClosed = true
                if state.threads > 0 { state.onEnd.append(continuation) }
                return (state.queue.takeAll(), state.threads)
            }
            for entry in rest { entry.done() }
            if threads == 0 { continuation.resume() }
            for _ in 0..<threads { wakeups.signal() }
        }
    }

    // MARK: What came of it

    /// What is known of each compared shadow.
    package var reports: [PairKey: ShadowReport] {
        let shadows = state.withLock { $0.shadows }
        return shadows.mapValues { shadow in
            ShadowReport(
                digest: shadow.digest, keptPairs: shadow.keptPairs, tally: shadow.counts.now,
                examples: examples.counts(shadow.key))
        }
    }

    /// Examples that are to be kept, each once; what became of them is to be told.
    package func takeExamples() -> [KeptPair] { examples.takeAll() }

    /// Examples were kept, or could not be.
    package func ended(_ examples: [KeptPair], areKept: Bool) {
        self.examples.ended(examples, areKept: areKept)
    }

    private static var milliseconds: Int { Int(Date().timeIntervalSince1970 * 1_000) }
}
