// The sample-ratio check: an e-value exactly, silent while shares are kept, loud when they are not.

import Glibc
import Testing

@testable import Verdict

@Suite struct SampleRatioTests {
    @Test(arguments: [1, 5, 60, 400], [0.00001, 0.01, 0.25, 0.5, 0.999])
    func isExpectedToBeOneWhileSharesAreKept(units: Int, wanted: Double) {
        let expectation = Binomial.expectation(units, wanted) { candidate in
            SampleRatioTest.logEvidence(
                [units - candidate, candidate], wanted: [1 - wanted, wanted])
        }
        #expect(abs(expectation - 1) < 1e-8)
    }

    /// The probability of an alarm ever in so many units, looked at after each.
    private func everAlarmed(_ wanted: Double, real: Double, units: Int) -> Double {
        var open = [1.0]
        var alarmed = 0.0
        for unit in 1...units {
            var next = [Double](repeating: 0, count: unit + 1)
            for (candidate, probability) in open.enumerated() {
                next[candidate] += probability * (1 - real)
                next[candidate + 1] += probability * real
            }
            for candidate in next.indices where next[candidate] > 0 {
                let result = SampleRatioTest.result(
                    stable: unit - candidate, candidate: candidate, wanted: wanted)
                if result.isMismatch {
                    alarmed += next[candidate]
                    next[candidate] = 0
                }
            }
            open = next
        }
        return alarmed
    }

    @Test(arguments: [0.01, 0.5])
    func sharesThatAreKeptRaiseNoAlarmMoreOftenThanAllowed(wanted: Double) {
        #expect(everAlarmed(wanted, real: wanted, units: 300) <= SampleRatioTest.alpha)
    }

    @Test func sharesThatAreNotKeptRaiseAnAlarm() {
        #expect(everAlarmed(0.5, real: 0.8, units: 300) > 0.99)
        // Twice the callers, of 20,000.
        #expect(SampleRatioTest.result(stable: 19_600, candidate: 400, wanted: 0.01).isMismatch)
        #expect(!SampleRatioTest.result(stable: 19_800, candidate: 200, wanted: 0.01).isMismatch)
    }

    @Test func aTableThatNobodyFollowsRaisesAnAlarm() {
        #expect(SampleRatioTest.result(stable: 2_000, candidate: 0, wanted: 0.01).isMismatch)
        #expect(SampleRatioTest.result(stable: 0, candidate: 2_000, wanted: 0.99).isMismatch)
    }

    @Test func aShareOfNothingIsKeptByNothingAlone() {
        #expect(!SampleRatioTest.result(stable: 50_000, candidate: 0, wanted: 0).isMismatch)
        let broken = SampleRatioTest.result(stable: 50_000, candidate: 1, wanted: 0)
        #expect(broken.isMismatch)
        // It must go through JSON, which knows no infinity.
        #expect(broken.logEvidence.isFinite)
    }

    @Test func nobodyAtAllIsNoEvidence() {
        let result = SampleRatioTest.result(stable: 0, candidate: 0, wanted: 0.05)
        #expect(result.logEvidence == 0)
        #expect(!result.isMismatch)
        #expect(result.wanted == 0.05 && result.alpha == SampleRatioTest.alpha)
    }
}
