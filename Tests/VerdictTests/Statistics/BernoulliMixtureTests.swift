// The mixture of likelihood ratios is an e-value, exactly; it never traps and has the right slopes.

import Glibc
import SeededRandom
import Testing

@testable import Verdict

@Suite struct BernoulliMixtureTests {
    private static let bounds = [0, 1e-9, 0.0001, 0.01, 0.05, 0.3, 0.5, 0.95, 0.99, 1 - 1e-9, 1]

    @Test(arguments: bounds)
    func beginsAtOne(bound: Double) {
        #expect(abs(BernoulliMixture(atMost: bound).logEvidence(0, of: 0)) < 1e-12)
    }

    @Test(arguments: [1, 2, 7, 40, 300], [0.0001, 0.01, 0.05, 0.3, 0.5, 0.95])
    func isExpectedToBeOneAtTheBoundAndLessBelow(trials: Int, bound: Double) {
        let mixture = BernoulliMixture(atMost: bound)
        let atBound = Binomial.expectation(trials, bound) { mixture.logEvidence($0, of: trials) }
        #expect(abs(atBound - 1) < 1e-8)
        for part in [0, 0.1, 0.5, 0.9, 0.999] {
            let below = Binomial.expectation(trials, bound * part) {
                mixture.logEvidence($0, of: trials)
            }
            #expect(below < 1, "\(trials) trials at \(part) of \(bound)")
        }
    }

    @Test(arguments: [1, 2, 7, 40, 300], [0.0001, 0.01, 0.05, 0.3, 0.5, 0.95])
    func isExpectedToBeOneAtALowerBoundAndLessAbove(trials: Int, bound: Double) {
        func evidence(_ successes: Int) -> Double {
            PlainEvidence.against(atLeast: bound, successes, of: trials)
        }
        #expect(abs(Binomial.expectation(trials, bound, of: evidence) - 1) < 1e-8)
        for part in [0.1, 0.5, 0.9] {
            let rate = bound + (1 - bound) * part
            #expect(Binomial.expectation(trials, rate, of: evidence) < 1)
        }
    }

    @Test(arguments: bounds)
    func neverTrapsNorLosesItself(bound: Double) {
        for trials in [0, 1, 17, 1_000_000, 1_000_000_000_000] {
            for successes in Set([0, 1, trials / 1_000, trials / 2, trials - 1, trials])
            where (0...trials).contains(successes) {
                let above = PlainEvidence.against(atMost: bound, successes, of: trials)
                let below = PlainEvidence.against(atLeast: bound, successes, of: trials)
                #expect(above.isFinite && below.isFinite, "\(successes) of \(trials)")
                // So much is always kept.
                #expect(min(above, below) >= log(BernoulliMixture.idleWeight) - 1e-12)
            }
        }
    }

    @Test(arguments: bounds)
    func risesWithSuccessesAndFallsWithTheBound(bound: Double) {
        let mixture = BernoulliMixture(atMost: bound)
        let stricter = BernoulliMixture(atMost: bound / 2)
        for trials in [1, 30, 5_000] {
            var last = -Double.infinity
            for successes in stride(from: 0, through: trials, by: max(1, trials / 50)) {
                let evidence = mixture.logEvidence(successes, of: trials)
                #expect(evidence >= last)
                #expect(stricter.logEvidence(successes, of: trials) >= evidence)
                last = evidence
            }
        }
    }

    @Test(arguments: [0, 0.25, 0.5, 0.875, 1])
    func bothDirectionsMirrorEachOther(bound: Double) {
        for trials in [0, 1, 50, 100_000] {
            for successes in [0, trials / 3, trials] {
                let above = PlainEvidence.against(atMost: bound, successes, of: trials)
                let below = PlainEvidence.against(
                    atLeast: 1 - bound, trials - successes, of: trials)
                #expect(above == below)
            }
        }
    }

    @Test("tells apart whatever differs by half of its least alternative, given enough trials")
    func findsSmallDifferences() {
        for bound in [0.001, 0.05, 0.3, 0.5] {
            // By log-odds, 0.01 more than the bound.
            let rate = 1 / (1 + exp(-log(bound / (1 - bound)) - 0.01))
            let trials = 1_000_000_000
            let successes = Int(Double(trials) * rate)
            #expect(PlainEvidence.against(atMost: bound, successes, of: trials) > 7)
        }
    }
}
