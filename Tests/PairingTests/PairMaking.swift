// Pairs, rules and plans in few words.

import CZlib
import Comparison
import Pairing
import Plan
import Recording

/// Pairs of the route `r` and the shadow `v3`.
enum PairMaking {
    static func outcome(
        _ status: Int = 200, _ kind: OutcomeKind = .answered, total: Int = 9_000
    ) -> Outcome {
        Outcome(
            status: status, kind: kind, firstByteMicroseconds: 4_000, totalMicroseconds: total,
            receivedBytes: 10, sentBytes: 20, isOverride: false, retries: 0)
    }

    static func answer(
        _ body: String = "", status: Int = 200, kind: OutcomeKind = .answered,
        fields: String = "", total: Int = 9_000, isTooLarge: Bool = false
    ) -> PairedAnswer {
        answer(
            Array(body.utf8), status: status, kind: kind, fields: fields, total: total,
            isTooLarge: isTooLarge)
    }

    static func answer(
        _ body: [UInt8], status: Int = 200, kind: OutcomeKind = .answered, fields: String = "",
        total: Int = 9_000, isTooLarge: Bool = false
    ) -> PairedAnswer {
        PairedAnswer(
            outcome: outcome(status, kind, total: total), fields: Array(fields.utf8), body: body,
            isTooLarge: isTooLarge, endpoint: "http://127.0.0.1:9003")
    }

    static func pair(
        _ primary: PairedAnswer, _ other: PairedAnswer, _ kind: DifferenceTally.Kind = .shadow,
        route: String = "r", shadow: String = "v3", stratum: Int = 0,
        line: String = "POST /score?key=SECRET"
    ) -> MirroredPair {
        MirroredPair(
            route: route, shadow: shadow, version: "v1", kind: kind, stratum: stratum,
            identifier: "id-1", requestLine: line, primary: primary, other: other)
    }

    static func pair(
        _ primary: String, _ other: String, _ kind: DifferenceTally.Kind = .shadow,
        stratum: Int = 0
    ) -> MirroredPair {
        pair(answer(primary), answer(other), kind, stratum: stratum)
    }

    static let key = PairKey(route: "r", shadow: "v3")

    /// A plan in which `r` mirrors to its version `v3`.
    static func plan(
        _ rule: ComparisonRule? = ComparisonRule(mode: .json), keptPairs: Int = 0,
        waiting: Int = 1_024, threads: Int = 1, port: Int = 3
    ) -> Plan {
        var shadow = Shadow(version: 1)
        shadow.comparison = rule
        shadow.keptPairs = keptPairs
        let versions = [("v1", 1), ("v3", port)].map {
            Version(
                name: $0.0, endpoints: [Endpoint(host: "127.0.0.1", port: $0.1, security: nil)])
        }
        let route = Route(
            name: "r", match: RouteMatch(host: .any, path: .prefix(""), methods: [], headers: []),
            timeouts: Timeouts(), versions: versions, sticky: [], overrideHeader: nil, salt: "r",
            shares: [BucketTable.bucketCount, 0],
            buckets: BucketTable(ranges: [.init(start: 0, version: 0)]), showsVersion: true,
            allowsUpgrade: false, shadows: [shadow])
        var limits = Plan.Limits()
        limits.comparisonsWaiting = waiting
        limits.comparisonThreads = threads
        return Plan(revision: 1, gateway: GatewaySettings(), limits: limits, routes: [route])
    }

    /// The bytes in a form of zlib: 31 makes gzip, 15 zlib, -15 neither.
    static func deflated(_ content: [UInt8], windowBits: Int32 = 31) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(
            &stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: content.count + content.count / 100 + 1_000)
        content.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { room in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = room.baseAddress
                stream.avail_out = UInt32(room.count)
                _ = deflate(&stream, Z_FINISH)
            }
        }
        return Array(output[..<Int(stream.total_out)])
    }
}
