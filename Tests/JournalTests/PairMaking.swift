// Kept pairs with only what a test is about said aloud.

import Journal
import Pairing
import Recording

@testable import Comparison

/// Pairs of one shadow, of which ten are kept.
enum PairMaking {
    static let key = PairKey(route: "a", shadow: "v3")
    static let terms = [key: PairTerms(digest: "d", most: 10)]

    static func pair(
        _ number: Int, key: PairKey = key, digest: String = "d", groups: [String] = ["$.a"],
        body: String = "{}"
    ) -> KeptPair {
        let difference = Difference(
            path: "$.a", group: "$.a", kind: .value, primary: "1", shadow: "2\u{1b}'--")
        return KeptPair(
            key: key, digest: digest, version: "v1", atMilliseconds: number,
            identifier: "id-\(number)", request: "POST /a?…", groups: groups,
            primary: .init(endpoint: "http://127.0.0.1:1", microseconds: 10),
            shadow: .init(endpoint: "", microseconds: 20),
            example: PairExample(
                primaryStatus: 200, shadowStatus: 200, differences: [difference],
                differenceCount: 7, primaryBody: body, shadowBody: "é"))
    }
}

extension MirroredPair {
    /// A pair of which only the times count.
    static var none: MirroredPair {
        let answer = PairedAnswer(
            outcome: Outcome(
                status: 200, kind: .answered, firstByteMicroseconds: 1, totalMicroseconds: 2,
                receivedBytes: 0, sentBytes: 0, isOverride: false, retries: 0),
            fields: [], body: [], isTooLarge: false, endpoint: "")
        return MirroredPair(
            route: "a", shadow: "v3", version: "v1", kind: .shadow, stratum: 0, identifier: "",
            requestLine: "", primary: answer, other: answer)
    }
}
