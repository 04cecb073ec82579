// Draws shares as operators might set them: with versions that come, go, and have nothing.

import Plan
import SeededRandom

/// Draws the shares of histories.
struct RandomShares {
    static let names = ["v1", "v2", "v3", "v10", "candidate", "stable"]

    var generator: SeededGenerator
    /// Shares that were drawn before, to which operators like to go back.
    private var earlier: [[String: Int]] = []

    init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    /// Forgets the earlier shares, for a new history.
    mutating func begin() {
        earlier = []
    }

    /// The next shares of a history, in buckets, adding up to all of them.
    mutating func next() -> [String: Int] {
        if let again = earlier.randomElement(using: &generator),
            Int.random(in: 0..<5, using: &generator) == 0
        {
            return again
        }
        let shares = draw()
        earlier.append(shares)
        return shares
    }

    private mutating func draw() -> [String: Int] {
        let count = Int.random(in: 1...6, using: &generator)
        let chosen = Self.names.shuffled(using: &generator).prefix(count)
        // Cuts on a coarse or a fine grid; equal cuts make versions of 0 %.
        let grain = [1, 1_000, 10_000, 50_000].randomElement(using: &generator) ?? 1
        var cuts = [0, BucketTable.bucketCount]
        for _ in 1..<count {
            cuts.append(
                Int.random(in: 0...BucketTable.bucketCount / grain, using: &generator) * grain)
        }
        cuts.sort()
        var shares: [String: Int] = [:]
        for (index, name) in chosen.enumerated() { shares[name] = cuts[index + 1] - cuts[index] }
        return shares
    }
}
