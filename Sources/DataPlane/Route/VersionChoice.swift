// Which version a caller gets: the tester's wish, the sticky key's bucket, or the draw.

import HTTPWire
import Splitting

/// The version chosen for one request.
struct VersionChoice {
    /// The version's index in its route.
    let version: Int
    /// Whether a tester asked for it by name; such requests are no evidence.
    let isOverride: Bool

    /// Chooses, or returns nil when a tester asks for a version that does not exist.
    init?(
        route: RouteState, head: RequestHead, base: UnsafeRawPointer, random: inout RandomSource
    ) {
        if !route.overrideHeader.isEmpty,
            let name = unsafe Self.value(ofHeader: route.overrideHeader, head, base: base)
        {
            let wanted = route.versions.firstIndex { unsafe $0.name.equals(name) }
            guard let wanted else { return nil }
            version = wanted
            isOverride = true
            return
        }
        isOverride = false
        if route.versions.count == 1 {
            version = 0
            return
        }
        for source in route.sticky {
            if let key = unsafe Self.key(source, head, base: base) {
                version = unsafe route.version(ofBucket: route.hash.bucket(of: key))
                return
            }
        }
        version = route.version(ofBucket: random.below(100_000))
    }

    private static func key(
        _ source: RouteState.StickyKey, _ head: RequestHead, base: UnsafeRawPointer
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
