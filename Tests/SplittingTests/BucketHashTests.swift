// Keys fall into the published buckets, and evenly.

import Plan
import SeededRandom
import Splitting
import Testing

@Suite("Bucket hash")
struct BucketHashTests {
    /// One line of the table in docs/splitting.md.
    struct Vector: Sendable, CustomTestStringConvertible {
        let salt: String
        let key: String
        let key0: UInt64
        let key1: UInt64
        let hash: UInt64
        let bucket: Int
        var testDescription: String { "\(salt) / \(key.prefix(20))" }
    }

    static let longKey = String(repeating: "k", count: 300)

    /// Computed by another implementation, in another language.
    static let published: [Vector] = [
        .init(
            salt: "", key: "", key0: 0x8b5a_0baa_49fb_c58d,
            key1: 0x667d_d540_1e6f_d800, hash: 0x91a1_2e84_0a5f_e17c, bucket: 82_908),
        .init(
            salt: "sentiment", key: "", key0: 0x6f55_723e_ad04_3e30,
            key1: 0x2656_f370_3000_3bdb, hash: 0xf3ef_3935_1e1b_a64e, bucket: 13_678),
        .init(
            salt: "sentiment", key: "a", key0: 0x6f55_723e_ad04_3e30,
            key1: 0x2656_f370_3000_3bdb, hash: 0xbe7a_6889_8015_b06f, bucket: 21_199),
        .init(
            salt: "sentiment", key: "alice", key0: 0x6f55_723e_ad04_3e30,
            key1: 0x2656_f370_3000_3bdb, hash: 0x22a7_66ac_712b_f426, bucket: 43_398),
        .init(
            salt: "sentiment", key: "Alice", key0: 0x6f55_723e_ad04_3e30,
            key1: 0x2656_f370_3000_3bdb, hash: 0x265b_0c77_732b_227e, bucket: 79_518),
        .init(
            salt: "sentiment", key: "user-00012345", key0: 0x6f55_723e_ad04_3e30,
            key1: 0x2656_f370_3000_3bdb, hash: 0x9c02_87ec_887f_cfcb, bucket: 88_587),
        .init(
            salt: "sentiment", key: "12345678", key0: 0x6f55_723e_ad04_3e30,
            key1: 0x2656_f370_3000_3bdb, hash: 0x8328_52ba_635a_fbdd, bucket: 87_645),
        .init(
            salt: "sentiment", key: "Zoë Müller", key0: 0x6f55_723e_ad04_3e30,
            key1: 0x2656_f370_3000_3bdb, hash: 0x5722_56a2_f567_6e01, bucket: 79_713),
        .init(
            salt: "模型", key: "用户-七", key0: 0x0f55_0aa3_e80a_1260,
            key1: 0xc5b9_12b9_fb63_f80a, hash: 0x8789_cc20_0e3d_1df3, bucket: 37_395),
        .init(
            salt: "sentiment-2", key: "alice", key0: 0xf005_f6cb_690a_ef1e,
            key1: 0x1045_5af7_0d11_c8c1, hash: 0x9a08_36e2_6dab_2e8a, bucket: 31_306),
        .init(
            salt: "sentiment", key: "203.0.113.7", key0: 0x6f55_723e_ad04_3e30,
            key1: 0x2656_f370_3000_3bdb, hash: 0xa2bd_fd8b_f572_73cc, bucket: 39_756),
        .init(
            salt: "sentiment", key: longKey, key0: 0x6f55_723e_ad04_3e30,
            key1: 0x2656_f370_3000_3bdb, hash: 0x2884_1d17_243f_8ca3, bucket: 21_891),
    ]

    @Test("puts each published key into its bucket", arguments: published)
    func vector(_ vector: Vector) {
        let salt = Array(vector.salt.utf8)
        #expect(SipHash24.hash(salt + [0], key0: 0, key1: 0) == vector.key0)
        #expect(SipHash24.hash(salt + [1], key0: 0, key1: 0) == vector.key1)
        let key = Array(vector.key.utf8)
        #expect(SipHash24.hash(key, key0: vector.key0, key1: vector.key1) == vector.hash)
        let hash = BucketHash(salt: vector.salt)
        #expect(hash.bucket(of: vector.key) == vector.bucket)
        #expect(key.withUnsafeBytes { hash.bucket(of: $0) } == vector.bucket)
    }

    /// Of the shape that keys have in the wild.
    enum KeyShape: String, CaseIterable, Sendable {
        case counted
        case random
        case addresses

        func keys(_ count: Int, _ generator: inout SeededGenerator) -> [String] {
            (0..<count).map { index in
                switch self {
                case .counted: "user-\(index)"
                case .random: String(generator.next(), radix: 36)
                case .addresses: "10.\(index >> 16 & 255).\(index >> 8 & 255).\(index & 255)"
                }
            }
        }
    }

    @Test("spreads keys evenly", arguments: KeyShape.allCases)
    func uniformity(_ shape: KeyShape) {
        var generator = SeededGenerator(seed: 20_240_607)
        let hash = BucketHash(salt: "sentiment")
        let classes = 100
        var counts = [Int](repeating: 0, count: classes)
        for key in shape.keys(100_000, &generator) {
            counts[hash.bucket(of: key) * classes / BucketTable.bucketCount] += 1
        }
        let expected = 100_000 / Double(classes)
        let chiSquare = counts.reduce(0.0) { sum, count in
            sum + (Double(count) - expected) * (Double(count) - expected) / expected
        }
        // Of 99 degrees of freedom: below 51.6 or above 163.6 once in ten thousand each.
        #expect(chiSquare > 51.6 && chiSquare < 163.6)
    }

    @Test("uses the whole space")
    func wholeSpace() {
        let hash = BucketHash(salt: "sentiment")
        let buckets = (0..<100_000).map { hash.bucket(of: "user-\($0)") }
        #expect(buckets.allSatisfy { (0..<BucketTable.bucketCount).contains($0) })
        // So many balls in so many urns fill 1 - 1/e of them: 63,212 with a deviation of 157.
        #expect((62_500...63_900).contains(Set(buckets).count))
    }

    @Test("shares callers out anew for another salt")
    func independence() {
        let one = BucketHash(salt: "sentiment")
        let other = BucketHash(salt: "sentiment-2")
        var both = 0
        for index in 0..<100_000 {
            let key = "user-\(index)"
            if one.bucket(of: key) < 10_000, other.bucket(of: key) < 10_000 { both += 1 }
        }
        // Of two independent tenths: 1,000 with a deviation of 32.
        #expect((850...1_150).contains(both))
    }
}
