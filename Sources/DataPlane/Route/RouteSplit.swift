// How one route shares out its callers: everything that the choice of a version needs, as bytes.

import Plan
import Splitting

/// The rules of a route's split, apart from any worker, so that `explain` decides by the same.
struct RouteSplit {
    /// A place of a caller's key, as bytes to compare with.
    enum StickyKey {
        case header([UInt8])
        case cookie([UInt8])
    }

    let versionNames: [[UInt8]]
    let sticky: [StickyKey]
    let overrideHeader: [UInt8]
    let hash: BucketHash
    let buckets: BucketTable

    init(_ route: Route) {
        versionNames = route.versions.map { Array($0.name.utf8) }
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
    }
}
