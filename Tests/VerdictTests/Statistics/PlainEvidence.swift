// The evidence against one bound, as searches by brute force add it up.

@testable import Verdict

/// `BernoulliMixture` over whole counts.
enum PlainEvidence {
    /// The evidence's logarithm against "the rate is at most `bound`".
    static func against(atMost bound: Double, _ successes: Int, of trials: Int) -> Double {
        BernoulliMixture.against(atMost: bound, Double(successes), of: Double(trials))
    }

    /// The evidence's logarithm against "the rate is at least `bound`".
    static func against(atLeast bound: Double, _ successes: Int, of trials: Int) -> Double {
        BernoulliMixture.against(atLeast: bound, Double(successes), of: Double(trials))
    }
}
