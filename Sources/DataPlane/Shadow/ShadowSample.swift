// Whose requests a shadow gets: always those of the same callers.

import HTTPWire
import Plan
import Splitting

/// The sample of one shadow. Its buckets are not those of the split: else a sample of 10 % would
/// be callers of one version only.
struct ShadowSample {
    private let hash: BucketHash
    private let buckets: Int

    init(_ shadow: Shadow, name: String, salt: String) {
        hash = BucketHash(salt: Shadow.salt(ofRoute: salt, version: name))
        buckets = shadow.sample
    }

    /// Whether a request belongs to the sample: by its sticky key, or drawn if it has none.
    func holds(
        _ split: RouteSplit, _ head: RequestHead, _ base: UnsafeRawPointer,
        _ random: inout RandomSource
    ) -> Bool {
        if buckets >= BucketTable.bucketCount { return true }
        for source in split.sticky {
            if let key = unsafe VersionChoice.key(source, head, base: base) {
                return unsafe hash.bucket(of: key) < buckets
            }
        }
        return random.below(BucketTable.bucketCount) < buckets
    }
}
