// What is known of a shadow whose answers are compared.

/// A shadow's counts at one moment.
package struct ShadowReport: Sendable {
    /// Of what is compared and how (`ShadowDigest`).
    package let digest: String
    /// Pairs that differ of which an example is kept.
    package let keptPairs: Int
    /// What the pairs came to.
    package let tally: ShadowTally
    /// What became of examples since the start.
    package let examples: ExampleCounts

    /// Puts together what is known.
    package init(
        digest: String, keptPairs: Int, tally: ShadowTally, examples: ExampleCounts = .init()
    ) {
        self.digest = digest
        self.keptPairs = keptPairs
        self.tally = tally
        self.examples = examples
    }
}
