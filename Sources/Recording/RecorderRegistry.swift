// All recorders of the process: handed to workers once, read together by the sampler.

import Synchronization

/// Which version of which route figures belong to.
package struct VersionKey: Sendable, Hashable, Comparable {
    /// The route's name.
    package let route: String
    /// The version's name.
    package let version: String

    /// Makes a key of two names.
    package init(route: String, version: String) {
        self.route = route
        self.version = version
    }

    /// By route, then by version.
    package static func < (left: VersionKey, right: VersionKey) -> Bool {
        (left.route, left.version) < (right.route, right.version)
    }
}

/// The figures of all workers together at one moment.
package struct Snapshot: Sendable {
    /// The figures of each version that has had a request since the start.
    package let versions: [VersionKey: VersionFigures]
    /// What belongs to no version.
    package let workers: WorkerFigures

    /// Makes a snapshot.
    package init(versions: [VersionKey: VersionFigures], workers: WorkerFigures) {
        self.versions = versions
        self.workers = workers
    }
}

/// The recorders of all workers. A version's counts go on over reloads.
package final class RecorderRegistry: Sendable {
    private let workers: [WorkerRecorder]
    private let versions: Mutex<[VersionKey: [Int: VersionRecorder]]>

    /// Makes recorders for so many workers.
    package init(workers count: Int) {
        workers = (0..<count).map { _ in WorkerRecorder() }
        versions = Mutex([:])
    }

    /// The recorder of a worker.
    package func worker(_ index: Int) -> WorkerRecorder { workers[index] }

    /// The recorder of a version on a worker, made if there is none. Takes a lock: workers ask
    /// once for each route and plan.
    package func version(worker: Int, route: String, version: String) -> VersionRecorder {
        versions.withLock { versions in
            let key = VersionKey(route: route, version: version)
            if let known = versions[key]?[worker] { return known }
            let made = VersionRecorder()
            versions[key, default: [:]][worker] = made
            return made
        }
    }

    /// Drops versions that are no longer served and have nothing under way.
    package func forget(except kept: Set<VersionKey>) {
        versions.withLock { versions in
            versions = versions.filter { key, recorders in
                kept.contains(key) || recorders.values.contains { $0.figures().inFlight > 0 }
            }
        }
    }

    /// The figures of all workers together.
    package func snapshot() -> Snapshot {
        let recorders = versions.withLock { $0 }
        return Snapshot(
            versions: recorders.mapValues { workers in
                workers.values.reduce(VersionFigures()) { $0.adding($1.figures()) }
            },
            workers: workers.reduce(WorkerFigures()) { $0.adding($1.figures()) })
    }
}
