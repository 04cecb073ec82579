// All recorders of the process: handed to workers once, read together by the sampler.

import Synchronization

/// What the requests are whose figures are kept together.
package enum RequestRole: Int, Sendable, CaseIterable {
    /// Callers' requests to a version.
    case served
    /// Copies of requests, as the shadow answered them; its pairs are those of the shadow.
    case shadow
    /// The callers' requests that these are copies of; its pairs are control pairs.
    case mirrored
    /// Copies of requests, as another endpoint of the same version answered them.
    case control
}

/// Which version of which route figures belong to.
package struct VersionKey: Sendable, Hashable, Comparable {
    /// The route's name.
    package let route: String
    /// The version's name; that of the shadow for what is mirrored to it.
    package let version: String
    /// What the requests are.
    package let role: RequestRole

    /// Makes a key.
    package init(route: String, version: String, role: RequestRole = .served) {
        self.route = route
        self.version = version
        self.role = role
    }

    /// By route, then by version.
    package static func < (left: VersionKey, right: VersionKey) -> Bool {
        (left.route, left.version, left.role.rawValue)
            < (right.route, right.version, right.role.rawValue)
    }
}

/// The figures of all workers together at one moment.
package struct Snapshot: Sendable {
    /// The figures of each version that has had a request since the start, by role.
    package let versions: [VersionKey: VersionFigures]
    /// What belongs to no version.
    package let workers: WorkerFigures

    /// Makes a snapshot.
    package init(versions: [VersionKey: VersionFigures], workers: WorkerFigures) {
        self.versions = versions
        self.workers = workers
    }
}

/// The recorders of all workers. A version's counts go on over reloads and over strata: stretches
/// of a ramp whose evidence is kept apart.
package final class RecorderRegistry: Sendable {
    /// What is kept of one version.
    private struct Ledger: Sendable {
        /// Of strata that are over, with nothing under way any more.
        var closed = VersionFigures()
        var strata: [Int: Stratum] = [:]

        var inFlight: Int {
            strata.values.reduce(0) { $0 + $1.inFlight }
        }
    }

    private struct Stratum: Sendable {
        let run: ErrorRun
        var workers: [Int: VersionRecorder] = [:]

        var inFlight: Int { workers.values.reduce(0) { $0 + $1.inFlight } }

        var figures: VersionFigures {
            workers.values.reduce(VersionFigures()) { $0.adding($1.figures()) }
        }
    }

    /// Assignments of one route, by stratum and worker.
    private typealias Assignments = [Int: [Int: AssignmentRecorder]]

    /// Raised when any version fails several times in a row.
    package let alarm = Alarm()
    private let workers: [WorkerRecorder]
    private let versions: Mutex<[VersionKey: Ledger]>
    private let assignments: Mutex<[String: Assignments]>
    private let shadows: Mutex<[VersionKey: ShadowLedger]>
    /// What is under way and held for all shadows together.
    package let allShadows = ShadowLedger()

    /// Makes recorders for so many workers.
    package init(workers count: Int) {
        workers = (0..<count).map { _ in WorkerRecorder() }
        versions = Mutex([:])
        assignments = Mutex([:])
        shadows = Mutex([:])
    }

    /// The recorder of a worker.
    package func worker(_ index: Int) -> WorkerRecorder { workers[index] }

    // MARK: Asked by workers, once for each route and plan: these take a lock

    /// The recorder of a version on a worker in a stratum, made if there is none.
    package func version(
        worker: Int, route: String, version: String, role: RequestRole = .served, stratum: Int = 0
    ) -> VersionRecorder {
        versions.withLock { versions in
            let key = VersionKey(route: route, version: version, role: role)
            var ledger = versions[key] ?? Ledger()
            var found = ledger.strata[stratum] ?? Stratum(run: ErrorRun(alarm))
            if let known = found.workers[worker] { return known }
            let made = VersionRecorder(found.run)
            found.workers[worker] = made
            ledger.strata[stratum] = found
            versions[key] = ledger
            return made
        }
    }

    /// The recorder of a worker's assignments in a stratum of a route, made if there is none.
    package func assignments(worker: Int, route: String, stratum: Int) -> AssignmentRecorder {
        assignments.withLock { assignments in
            if let known = assignments[route]?[stratum]?[worker] { return known }
            let made = AssignmentRecorder()
            assignments[route, default: [:]][stratum, default: [:]][worker] = made
            return made
        }
    }

    /// What is under way and held for a shadow, made if there is none.
    package func shadow(route: String, version: String) -> ShadowLedger {
        shadows.withLock { shadows in
            let key = VersionKey(route: route, version: version, role: .shadow)
            if let known = shadows[key] { return known }
            let made = ShadowLedger()
            shadows[key] = made
            return made
        }
    }

    // MARK: Asked by the controller

    /// The ledgers of all shadows.
    package var shadowLedgers: [VersionKey: ShadowLedger] { shadows.withLock { $0 } }

    /// All workers' recorders of a version in a stratum, with the run of errors they share; to be
    /// asked for again while workers may still come to a new plan.
    package func stratum(
        route: String, version: String, role: RequestRole = .served, stratum: Int
    ) -> (recorders: [VersionRecorder], run: ErrorRun?) {
        versions.withLock { versions in
            let key = VersionKey(route: route, version: version, role: role)
            let found = versions[key]?.strata[stratum]
            return (found.map { Array($0.workers.values) } ?? [], found?.run)
        }
    }

    /// All workers' assignments in a stratum of a route.
    package func assignments(route: String, stratum: Int) -> [AssignmentRecorder] {
        assignments.withLock { assignments in
            assignments[route]?[stratum].map { Array($0.values) } ?? []
        }
    }

    /// Requests of a version under way, of all strata.
    package func inFlight(route: String, version: String) -> Int {
        versions.withLock { versions in
            versions[VersionKey(route: route, version: version)]?.inFlight ?? 0
        }
    }

    /// Adds strata of these versions before this one up, where nothing is under way any more. Only
    /// to be asked once every worker surely has the plan of the present stratum.
    package func close(route: String, versions names: [String], before stratum: Int) {
        versions.withLock { versions in
            let keys = names.flatMap { name in
                RequestRole.allCases.map { VersionKey(route: route, version: name, role: $0) }
            }
            for key in keys {
                guard var ledger = versions.removeValue(forKey: key) else { continue }
                for (number, old) in ledger.strata where number < stratum && old.inFlight == 0 {
                    ledger.closed = ledger.closed.adding(old.figures)
                    ledger.strata[number] = nil
                }
                versions[key] = ledger
            }
        }
        assignments.withLock { assignments in
            guard let own = assignments.removeValue(forKey: route) else { return }
            assignments[route] = own.filter { $0.key >= stratum }
        }
    }

    /// Drops versions that are no longer served and have nothing under way.
    package func forget(except kept: Set<VersionKey>) {
        versions.withLock { versions in
            versions = versions.filter { key, ledger in kept.contains(key) || ledger.inFlight > 0 }
        }
        shadows.withLock { shadows in
            shadows = shadows.filter { key, ledger in
                kept.contains(key) || ledger.requestsUnderWay > 0
            }
        }
        let routes = Set(kept.map(\.route))
        assignments.withLock { assignments in
            assignments = assignments.filter { routes.contains($0.key) }
        }
    }

    /// The figures of all workers together.
    package func snapshot() -> Snapshot {
        let ledgers = versions.withLock { $0 }
        return Snapshot(
            versions: ledgers.mapValues { ledger in
                ledger.strata.values.reduce(ledger.closed) { $0.adding($1.figures) }
            },
            workers: workers.reduce(WorkerFigures()) { $0.adding($1.figures()) })
    }
}

extension [VersionKey: VersionFigures] {
    /// The figures of callers' requests alone.
    package var served: [VersionKey: VersionFigures] { filter { $0.key.role == .served } }
}
