// What the pairs of a shadow came to, since they have been compared by the same rule.

package import Comparison
import Recording

/// The counts of one shadow. They go on over plans, ramps and restarts, and begin anew when what is
/// compared, or how, is changed.
package struct ShadowTally: Sendable, Equatable, Codable {
    /// When it began, in milliseconds since 1970: for people only.
    package let sinceMilliseconds: Int
    /// Pairs by their result, and the groups in which they differ.
    package private(set) var differences: DifferenceTally
    /// How much slower the shadow was, where both answers came whole.
    package private(set) var latency = PairedLatency()

    /// No pairs.
    package init(sinceMilliseconds: Int, mostGroups: Int) {
        self.sinceMilliseconds = sinceMilliseconds
        differences = DifferenceTally(mostGroups: mostGroups)
    }

    /// Counts a pair.
    package mutating func add(_ result: PairResult, of pair: MirroredPair) {
        differences.add(result, pair.kind)
        guard pair.kind == .shadow, pair.primary.outcome.kind == .answered,
            pair.other.outcome.kind == .answered, pair.other.outcome.isTimed
        else { return }
        latency.add(
            primaryMicroseconds: pair.primary.outcome.totalMicroseconds,
            shadowMicroseconds: pair.other.outcome.totalMicroseconds)
    }
}

/// A tally with what it belongs to, as it is kept over a restart.
package struct KeptTally: Sendable, Equatable {
    /// The shadow.
    package let key: PairKey
    /// Of what is compared and how (`ShadowDigest`).
    package let digest: String
    /// The counts.
    package let tally: ShadowTally

    /// Puts a tally with what it belongs to.
    package init(key: PairKey, digest: String, tally: ShadowTally) {
        self.key = key
        self.digest = digest
        self.tally = tally
    }
}
