// From a caller's key to a bucket.

import Plan

/// A route's hash of sticky keys; docs/splitting.md publishes it with test vectors.
///
/// With k0 and k1 the SipHash-2-4 under the key zero of the salt followed by a byte 0 and a byte
/// 1, a key's bucket is its SipHash-2-4 under (k0, k1), modulo 100,000.
package struct BucketHash: Sendable {
    private let key0: UInt64
    private let key1: UInt64

    /// Makes the hash of a route with this salt.
    package init(salt: String) {
        key0 = SipHash24.hash(Array(salt.utf8) + [0], key0: 0, key1: 0)
        key1 = SipHash24.hash(Array(salt.utf8) + [1], key0: 0, key1: 0)
    }

    /// The bucket (`0 ..< 100_000`) of a caller's key.
    package func bucket(of key: UnsafeRawBufferPointer) -> Int {
        let hash = unsafe SipHash24.hash(key, key0: key0, key1: key1)
        return Int(truncatingIfNeeded: hash % UInt64(BucketTable.bucketCount))
    }

    /// The bucket of a key given as text.
    package func bucket(of key: String) -> Int {
        unsafe Array(key.utf8).withUnsafeBytes { unsafe bucket(of: $0) }
    }
}
