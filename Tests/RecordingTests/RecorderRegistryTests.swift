// Recorders of many workers are read together, while they write.

import Foundation
import Testing

@testable import Recording

@Suite("Recorder registry")
struct RecorderRegistryTests {
    private let key = VersionKey(route: "r", version: "v1")

    @Test("gives each worker one recorder of a version")
    func identity() {
        let registry = RecorderRegistry(workers: 2)
        let first = registry.version(worker: 0, route: "r", version: "v1")
        #expect(registry.version(worker: 0, route: "r", version: "v1") === first)
        #expect(registry.version(worker: 1, route: "r", version: "v1") !== first)
        #expect(registry.version(worker: 0, route: "r", version: "v2") !== first)
        #expect(registry.version(worker: 0, route: "q", version: "v1") !== first)
        #expect(registry.worker(0) === registry.worker(0))
        #expect(registry.worker(0) !== registry.worker(1))
    }

    @Test("adds up the figures of all workers")
    func snapshot() {
        let registry = RecorderRegistry(workers: 3)
        for worker in 0..<3 {
            let recorder = registry.version(worker: worker, route: "r", version: "v1")
            for _ in 0...worker {
                recorder.began()
                recorder.began()
                recorder.finished(.make(total: 100 * (worker + 1)))
            }
            registry.worker(worker).add(.connectionsAccepted, worker + 1)
        }
        _ = registry.version(worker: 0, route: "r", version: "v2")
        let snapshot = registry.snapshot()
        #expect(snapshot.versions[key]?.requests == 6)
        #expect(snapshot.versions[key]?.inFlight == 6)
        #expect(snapshot.versions[key]?.total.sumMicroseconds == 100 + 2 * 200 + 3 * 300)
        #expect(snapshot.versions[VersionKey(route: "r", version: "v2")]?.isEmpty == true)
        #expect(snapshot.workers.count(.connectionsAccepted) == 6)
        #expect(snapshot.versions.keys.sorted().map(\.version) == ["v1", "v2"])
    }

    @Test("forgets versions that are neither served nor under way")
    func forget() {
        let registry = RecorderRegistry(workers: 2)
        let idle = VersionKey(route: "r", version: "idle")
        let busy = VersionKey(route: "r", version: "busy")
        registry.version(worker: 0, route: "r", version: "v1").finished(.make())
        registry.version(worker: 0, route: "r", version: "idle").finished(.make())
        _ = registry.version(worker: 0, route: "r", version: "busy")
        let recorder = registry.version(worker: 1, route: "r", version: "busy")
        recorder.began()
        registry.forget(except: [key])
        #expect(Set(registry.snapshot().versions.keys) == [key, busy])
        recorder.finished(.make())
        #expect(registry.snapshot().versions[busy]?.requests == 1)
        registry.forget(except: [key])
        #expect(Set(registry.snapshot().versions.keys) == [key])
        // One that comes back begins anew.
        _ = registry.version(worker: 0, route: "r", version: "idle")
        #expect(registry.snapshot().versions[idle]?.requests == 0)
    }

    @Test("loses nothing while workers write and others read and forget")
    func concurrency() {
        let workers = 4
        let rounds = 20_000
        let registry = RecorderRegistry(workers: workers)
        let done = DispatchSemaphore(value: 0)
        for worker in 0..<workers {
            Thread.detachNewThread {
                let own = registry.worker(worker)
                for round in 0..<rounds {
                    // Asked for again and again, as after reloads.
                    let recorder = registry.version(
                        worker: worker, route: "r", version: round % 2 == 0 ? "v1" : "v2")
                    recorder.began()
                    recorder.finished(
                        .make(round % 10 == 0 ? 500 : 200, total: round + worker, sent: 3))
                    own.add(.retries)
                    own.refused(.overloaded)
                }
                done.signal()
            }
        }
        let kept: Set<VersionKey> = [key, VersionKey(route: "r", version: "v2")]
        var last = 0
        var looks = 0
        while looks < 50 || done.wait(timeout: .now()) == .timedOut {
            let figures = registry.snapshot().versions[key] ?? VersionFigures()
            #expect(figures.requests >= last && figures.inFlight >= 0)
            last = figures.requests
            registry.forget(except: kept)
            looks += 1
        }
        for _ in 1..<workers { done.wait() }
        let snapshot = registry.snapshot()
        let sum = snapshot.versions.values.reduce(VersionFigures()) { $0.adding($1) }
        let all = workers * rounds
        #expect(snapshot.versions[key]?.requests == all / 2)
        #expect(sum.requests == all && sum.inFlight == 0)
        #expect(sum.statuses == [0, 0, all * 9 / 10, 0, 0, all / 10])
        #expect(sum.serverErrors == all / 10 && sum.errors == all / 10)
        #expect(sum.sentBytes == 3 * all && sum.receivedBytes == 10 * all)
        let total = (0..<workers).reduce(0) { $0 + rounds * (rounds - 1) / 2 + rounds * $1 }
        #expect(sum.total.count == all && sum.total.sumMicroseconds == total)
        #expect(snapshot.workers.count(.retries) == all)
        #expect(snapshot.workers.count(.overloaded) == all)
    }

    // MARK: Workers

    @Test("has a counter for everything that a worker counts")
    func workerCounters() {
        let recorder = WorkerRecorder()
        for (place, counter) in WorkerCounter.allCases.enumerated() {
            recorder.add(counter, place + 1)
        }
        for (place, error) in GatewayError.allCases.enumerated() {
            for _ in 0...place { recorder.refused(error) }
        }
        let figures = recorder.figures()
        for (place, counter) in WorkerCounter.allCases.enumerated() {
            #expect(figures.count(counter) == place + 1)
        }
        for (place, error) in GatewayError.allCases.enumerated() {
            #expect(figures.count(error) == place + 1)
        }
        let double = figures.adding(figures)
        #expect(double.count(.connectionsAccepted) == 2 * figures.count(.connectionsAccepted))
        #expect(double.count(.badRequest) == 2 * figures.count(.badRequest))
    }

    @Test("knows how many connections are open")
    func openConnections() {
        let recorder = WorkerRecorder()
        recorder.add(.connectionsAccepted, 5)
        recorder.add(.connectionsClosed, 2)
        #expect(recorder.figures().openConnections == 3)
        recorder.add(.connectionsClosed, 4)
        #expect(recorder.figures().openConnections == 0)
    }
}
