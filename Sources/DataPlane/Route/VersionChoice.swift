// Which version a caller gets: the tester's wish, the sticky key's bucket, or the draw.

import HTTPWire
import Plan
import Splitting

/// The version chosen for one request, and why.
struct VersionChoice {
    /// What decided.
    enum Reason: Equatable {
        /// A tester asked for the version by name; such requests are no evidence.
        case override
        /// There is no other.
        case only
        /// The key of the sticky source at this place lies in this bucket.
        case sticky(source: Int, bucket: Int)
        /// There was no key: this bucket was drawn.
        case drawn(bucket: Int)
    }

    /// The version's index in its route.
    let version: Int
    let reason: Reason

    var isOverride: Bool { reason == .override }

    /// Chooses, or returns nil when a tester asks for a version that does not exist.
    init?(
        _ split: borrowing RouteSplit, head: RequestHead, base: UnsafeRawPointer,
        random: inout RandomSource
    ) {
        if !split.overrideHeader.isEmpty,
            let name = unsafe Self.value(ofHeader: split.overrideHeader, head, base: base)
        {
            let wanted = split.versionNames.firstIndex { unsafe $0.equals(name) }
            guard let wanted else { return nil }
            version = wanted
            reason = .override
            return
        }
        if split.versionNames.count == 1 {
            version = 0
            reason = .only
            return
        }
        for place in split.sticky.indices {
            if let key = unsafe Self.key(split.sticky[place], head, base: base) {
                let bucket = unsafe split.hash.bucket(of: key)
                version = split.buckets.version(of: bucket)
                reason = .sticky(source: place, bucket: bucket)
                return
            }
        }
        let bucket = random.below(BucketTable.bucketCount)
        version = split.buckets.version(of: bucket)
        reason = .drawn(bucket: bucket)
    }

    /// The key that a request carries at this place, unless it is empty.
    static func key(
        _ source: RouteSplit.StickyKey, _ head: RequestHead, base: UnsafeRawPointer
    ) -> UnsafeRawBufferPointer? {
        switch source {
        case .header(let name): return unsafe value(ofHeader: name, head, base: base)
        case .cookie(let name):
            guard head.index(of: .cookie) >= 0 else { return nil }
            for index in 0..<head.fieldCount {
                let field = head.field(index)
                guard field.known == .cookie else { continue }
                let cookies = unsafe field.value.bytes(at: base)
                let range = unsafe name.withUnsafeBytes {
                    unsafe CookieValue.find(name: $0, in: cookies)
                }
                if let range, !range.isEmpty {
                    return unsafe UnsafeRawBufferPointer(rebasing: cookies[range])
                }
            }
            return nil
        }
    }

    /// The first field of this name, unless it is empty.
    private static func value(
        ofHeader name: [UInt8], _ head: RequestHead, base: UnsafeRawPointer
    ) -> UnsafeRawBufferPointer? {
        let index = unsafe name.withUnsafeBytes { unsafe head.index(named: $0, base: base) }
        guard index >= 0 else { return nil }
        let value = unsafe head.field(index).value.bytes(at: base)
        return unsafe value.isEmpty ? nil : value
    }
}
