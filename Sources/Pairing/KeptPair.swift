// A pair that differed, as it is kept for people to look at.

package import Comparison
import Plan
import Recording

/// An example with what is known of its request.
package struct KeptPair: Sendable, Equatable {
    /// What is told of one answer besides the example.
    package struct Side: Sendable, Equatable, Codable {
        /// Which endpoint answered, as a URL; empty if none was asked.
        package let endpoint: String
        /// From the request's head to the end, in microseconds.
        package let microseconds: Int

        /// Makes one side.
        package init(endpoint: String, microseconds: Int) {
            self.endpoint = endpoint
            self.microseconds = microseconds
        }
    }

    /// The shadow.
    package let key: PairKey
    /// Of what is compared and how (`ShadowDigest`).
    package let digest: String
    /// The name of the version that answered the caller.
    package let version: String
    /// When it was compared, in milliseconds since 1970.
    package let atMilliseconds: Int
    /// The request's id.
    package let identifier: String
    /// The method and the path of the request; its query is never kept.
    package let request: String
    /// The groups in which the answers differ.
    package let groups: [String]
    /// What the caller got.
    package let primary: Side
    /// What the shadow answered.
    package let shadow: Side
    /// Both answers where they differ, redacted.
    package let example: PairExample

    /// Puts an example with what is known of its request.
    package init(
        key: PairKey, digest: String, version: String, atMilliseconds: Int, identifier: String,
        request: String, groups: [String], primary: Side, shadow: Side, example: PairExample
    ) {
        self.key = key
        self.digest = digest
        self.version = version
        self.atMilliseconds = atMilliseconds
        self.identifier = identifier
        self.request = request
        self.groups = groups
        self.primary = primary
        self.shadow = shadow
        self.example = example
    }
}

extension KeptPair {
    private static let mostRequestBytes = 512
    private static let mostIdentifierBytes = 128

    /// What is kept of a pair.
    init(
        _ pair: MirroredPair, of shadow: ComparedShadow, _ found: PairReading.Found,
        atMilliseconds: Int
    ) {
        self.init(
            key: shadow.key, digest: shadow.digest, version: pair.version,
            atMilliseconds: atMilliseconds,
            identifier: Excerpt.head(Array(pair.identifier.utf8), most: Self.mostIdentifierBytes),
            request: Self.withoutQuery(pair.requestLine),
            groups: found.result.differences.groups.sorted(),
            primary: Self.side(pair.primary), shadow: Self.side(pair.other),
            example: shadow.reading.comparison.example(
                primary: found.primary, shadow: found.other, result: found.result))
    }

    private static func side(_ answer: PairedAnswer) -> Side {
        Side(endpoint: answer.endpoint, microseconds: answer.outcome.totalMicroseconds)
    }

    /// Keys and tokens live in queries.
    static func withoutQuery(_ line: String) -> String {
        let path = line.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        let mark = path.count < line.utf8.count ? "?\(Excerpt.ellipsis)" : ""
        return Excerpt.head(Array(path), most: mostRequestBytes) + mark
    }
}
