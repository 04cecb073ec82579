// What the comparison of two answers may cost.

/// Limits of one comparison and of what is kept of it.
package struct ComparisonLimits: Sendable, Equatable {
    // What is compared at all.

    /// Bytes of one answer's body; also those that are kept of a stream put together.
    package var bodyBytes = 1024 * 1024
    /// Arrays and objects within each other.
    package var depth = 128
    /// Values of one document, those in arrays and objects included.
    package var values = 200_000
    /// Choices of one streamed answer.
    package var choices = 64
    /// Calls of tools in one choice of a streamed answer.
    package var toolCalls = 128

    // What finding the differences may cost.

    /// Elements of an unordered array, on each side, that are paired for the fewest differences;
    /// more are paired in their order by value.
    package var pairedElements = 32
    /// Values looked at while elements are paired; after that they are paired in order.
    package var pairingSteps = 200_000

    // What is told and kept of a pair.

    /// Differences of one pair that are told; all are counted.
    package var differences = 50
    /// Differences of one group of paths that are told.
    package var differencesPerGroup = 3
    /// Groups of paths that are told of one pair; the rest is counted as other.
    package var groups = 64
    /// Bytes of one shown value.
    package var valueBytes = 240
    /// Bytes of one shown path.
    package var pathBytes = 240
    /// Differences in an example.
    package var exampleDifferences = 20
    /// Bytes of each body in an example.
    package var exampleBodyBytes = 4 * 1024

    // What is kept over many pairs.

    /// Groups of paths that a tally tells apart; the rest is counted as other.
    package var talliedGroups = 200

    /// The default limits.
    package init() {}
}
