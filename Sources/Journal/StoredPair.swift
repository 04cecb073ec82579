// A kept pair as the journal has it.

package import Pairing

/// A pair with its place in the journal.
package struct StoredPair: Sendable, Equatable {
    /// Counts up over all shadows, and is never given twice.
    package let id: Int64
    /// The pair.
    package let pair: KeptPair

    /// Puts a pair in its place.
    package init(id: Int64, pair: KeptPair) {
        self.id = id
        self.pair = pair
    }
}

/// Which pairs of a shadow are kept.
package struct PairTerms: Sendable, Equatable {
    /// Of what is compared and how; pairs of another one are forgotten.
    package let digest: String
    /// How many are kept; the oldest are forgotten.
    package let most: Int

    /// Makes terms.
    package init(digest: String, most: Int) {
        self.digest = digest
        self.most = most
    }
}
