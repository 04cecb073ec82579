// The recorders in which one thread counts pairs as evidence.

import Comparison
import Recording

/// What a thread has asked the registry for: a recorder has a single writer, so that each thread is
/// a worker of its own.
struct PairRecorders {
    private struct Key: Hashable {
        let key: PairKey
        let role: RequestRole
        let stratum: Int
    }

    private static let most = 1_024

    private let registry: RecorderRegistry
    private let worker: Int
    private var known: [Key: VersionRecorder] = [:]
    private var generation = 0

    init(_ registry: RecorderRegistry, worker: Int) {
        self.registry = registry
        self.worker = worker
    }

    /// Where a pair is counted. With another plan the registry may have forgotten what it gave.
    mutating func recorder(of pair: MirroredPair, generation: Int) -> VersionRecorder {
        if generation != self.generation || known.count >= Self.most {
            known = [:]
            self.generation = generation
        }
        let role: RequestRole = pair.kind == .shadow ? .shadow : .mirrored
        let key = Key(
            key: PairKey(route: pair.route, shadow: pair.shadow), role: role,
            stratum: pair.stratum)
        if let found = known[key] { return found }
        let found = registry.version(
            worker: worker, route: pair.route, version: pair.shadow, role: role,
            stratum: pair.stratum)
        known[key] = found
        return found
    }
}
