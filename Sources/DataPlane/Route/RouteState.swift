// What one worker keeps of one route: its own copies, so that workers share no reference counts.

import HTTPWire
import Plan
import Recording
import Splitting

/// One route on one worker, made when its first request arrives.
final class RouteState {
    /// The route's name.
    let name: String
    let timeouts: Timeouts
    let allowsUpgrade: Bool
    let showsVersion: Bool
    let versions: [VersionState]
    let hash: BucketHash
    let sticky: [StickyKey]
    let overrideHeader: [UInt8]
    private let buckets: BucketTable

    /// A place of a caller's key, as bytes to compare with.
    enum StickyKey {
        case header([UInt8])
        case cookie([UInt8])
    }

    init(_ route: Route, worker: Worker) {
        name = route.name
        timeouts = route.timeouts
        allowsUpgrade = route.allowsUpgrade
        showsVersion = route.showsVersion
        hash = BucketHash(salt: route.salt)
        overrideHeader = Array((route.overrideHeader ?? "").utf8)
        sticky = route.sticky.map { source in
            switch source {
            case .header(let name): .header(Array(name.utf8))
            case .cookie(let name): .cookie(Array(name.utf8))
            }
        }
        // Rebuilt, not shared: an array's storage is counted by whoever touches it.
        buckets = BucketTable(
            ranges: route.buckets.ranges.map { .init(start: $0.start, version: $0.version) })
        versions = route.versions.map { version in
            VersionState(
                name: version.name,
                endpoints: version.endpoints.map(worker.pool(for:)),
                recorder: worker.recorders.version(
                    worker: worker.index, route: route.name, version: version.name))
        }
    }

    /// The version that owns a bucket.
    func version(ofBucket bucket: Int) -> Int {
        buckets.version(of: bucket)
    }
}

/// One version of a route on one worker.
final class VersionState {
    let name: [UInt8]
    let endpoints: [EndpointPool]
    let recorder: VersionRecorder

    init(name: String, endpoints: [EndpointPool], recorder: VersionRecorder) {
        self.name = Array(name.utf8)
        self.endpoints = endpoints
        self.recorder = recorder
    }
}
