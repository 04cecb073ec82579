// Guards on agreement: real differences fail, noise does not, and both are shown as agreement.

import Plan
import SeededRandom
import Testing

@testable import Verdict

@Suite struct AgreementGuardTests {
    private static let alone = Guard(metric: .agreement, limit: .min(0.99))
    private static let beside = Guard(metric: .agreement, limit: .min(0.99), isControlled: true)

    private func evidence(
        _ pairs: Int, differing: Int, controls: Int = 0, noise: Int = 0
    ) -> StepEvidence {
        StepEvidence(
            stable: VersionEvidence(requests: 9, pairs: controls, differingPairs: noise),
            candidate: VersionEvidence(requests: 9, pairs: pairs, differingPairs: differing))
    }

    private func result(
        _ rule: Guard, _ evidence: StepEvidence, isComparable: Bool = true
    ) -> GuardResult {
        GuardTest(rule, alpha: 0.001, beta: 0.05).result(evidence, isComparable: isComparable)
    }

    // MARK: Answers

    @Test func withoutControlsItIsTheAgreementItself() {
        #expect(result(Self.alone, evidence(4_000, differing: 4)).verdict == .pass)
        #expect(result(Self.alone, evidence(4_000, differing: 200)).verdict == .fail)
        #expect(result(Self.alone, evidence(4_000, differing: 38)).verdict == .inconclusive)
        #expect(result(Self.alone, evidence(20, differing: 0)).verdict == .inconclusive)
        // What two answers of the stable version differ by is nobody's question.
        let noisy = evidence(4_000, differing: 200, controls: 4_000, noise: 200)
        #expect(result(Self.alone, noisy).verdict == .fail)
    }

    @Test func noiseThatTheStableVersionHasTooDoesNotFail() {
        let noisy = evidence(40_000, differing: 4_000, controls: 40_000, noise: 4_000)
        #expect(result(Self.beside, noisy).verdict == .pass)
        let worse = evidence(40_000, differing: 6_000, controls: 40_000, noise: 4_000)
        #expect(result(Self.beside, worse).verdict == .fail)
        // Without any controls yet nothing is known of the noise.
        let early = evidence(40_000, differing: 4_000)
        #expect(result(Self.beside, early).verdict == .inconclusive)
    }

    @Test func fewControlsAreEnoughToSeeALot() {
        let early = evidence(4_000, differing: 4_000, controls: 200, noise: 2)
        #expect(result(Self.beside, early).verdict == .fail)
    }

    @Test(arguments: [alone, beside])
    func nobodyIsMirroredAtTheWhole(rule: Guard) {
        let bad = result(rule, evidence(4_000, differing: 4_000), isComparable: false)
        #expect(bad.verdict == .notComparable)
        #expect(bad.low == nil && bad.high == nil)
    }

    @Test(arguments: [alone, beside])
    func aNoisyStableVersionIsNoExcuse(rule: Guard) {
        let test = GuardTest(rule, alpha: 0.001, beta: 0.05)
        let both = evidence(4_000, differing: 4_000, controls: 4_000, noise: 4_000)
        #expect(!test.isBrokenByStable(both))
    }

    // MARK: Figures

    @Test(arguments: [alone, beside])
    func isShownAsAgreement(rule: Guard) throws {
        let found = result(rule, evidence(5_000, differing: 90, controls: 2_000, noise: 24))
        #expect(found.name == "agreement min" && found.margin == 0.99)
        #expect(found.candidateEstimate == 0.982 && found.candidateCount == 5_000)
        #expect(found.isControlled == rule.isControlled && found.isRelative == rule.isControlled)
        #expect(found.stableEstimate == (rule.isControlled ? 0.988 : nil))
        #expect(found.stableCount == (rule.isControlled ? 2_000 : 0))
        let effect = try #require(found.effect)
        #expect(abs(effect - (rule.isControlled ? 0.994 : 0.982)) < 1e-12)
        let low = try #require(found.low)
        let high = try #require(found.high)
        #expect(low < effect && effect < high)
    }

    @Test func answersAgreeWithTheirIntervals() throws {
        var random = SeededGenerator.announced("agreement")
        for _ in 0..<SeededGenerator.rounds(60) {
            let rates: [Double] = [0.001, 0.009, 0.03, 0.2]
            let rate = rates.randomElement(using: &random) ?? 0
            let pairs = Int.random(in: 1...6_000, using: &random)
            let controls = Int.random(in: 1...3_000, using: &random)
            let found = evidence(
                pairs, differing: drawnErrors(of: pairs, rate: rate, using: &random),
                controls: controls, noise: drawnErrors(of: controls, rate: 0.01, using: &random))
            for rule in [Self.alone, Self.beside] {
                let answer = result(rule, found)
                switch answer.verdict {
                case .fail: #expect((answer.high ?? 2) < 0.99 + 1e-8)
                case .pass: #expect((answer.low ?? -2) > 0.99 - 1e-8)
                case .inconclusive:
                    #expect((answer.high ?? 2) > 0.99 - 1e-8 && (answer.low ?? -2) < 0.99 + 1e-8)
                case .notComparable: Issue.record("the stable version is there")
                }
            }
        }
    }

    @Test func inWords() {
        func sentence(_ rule: Guard, _ evidence: StepEvidence) -> String {
            GuardWords.sentence(result(rule, evidence), stable: "v1", candidate: "v2")
        }
        #expect(
            sentence(Self.alone, evidence(4_000, differing: 200))
                == "agreement of v2 with v1 is 95 % (4,000 pairs): surely 96.4 % or less, "
                + "where at least 99 % is asked for")
        #expect(
            sentence(
                Self.beside, evidence(40_000, differing: 4_000, controls: 40_000, noise: 4_000))
                == "agreement of v2 with v1 is 90 % (40,000 pairs), of v1 with itself 90 % "
                + "(40,000): surely 99.1 % or more, where at least 99 % is asked for "
                + "apart from that noise")
        #expect(
            sentence(Self.alone, evidence(4_000, differing: 38)).hasSuffix(
                "where at least 99 % is asked for, too early to say"))
        #expect(GuardWords.name(.agreement, "min", 0.99) == "agreement min 99 %")
    }

    // MARK: The promise

    /// Two answers of equal versions: a part of the requests has answers that vary, and then each
    /// answer is one of two, so that pairs that share the caller's answer differ together.
    @Test(
        "versions that are equally noisy fail no more often than allowed, however often looked at")
    func equalNoiseFailsNoMoreOftenThanAllowed() {
        var random = SeededGenerator(seed: 47)
        let alpha = 0.05
        let trials = 200
        let failures = (0..<trials).count { _ in
            let test = GuardTest(
                Guard(metric: .agreement, limit: .min(0.9999), isControlled: true), alpha: alpha,
                beta: 0.05)
            var found = StepEvidence()
            for _ in 0..<40 {
                for _ in 0..<50 {
                    let isVarying = Double.random(in: 0..<1, using: &random) < 0.3
                    let answers = (0..<3).map { _ in isVarying && Bool.random(using: &random) }
                    found.candidate.pairs += 1
                    if answers[1] != answers[0] { found.candidate.differingPairs += 1 }
                    found.stable.pairs += 1
                    if answers[2] != answers[0] { found.stable.differingPairs += 1 }
                }
                if test.verdict(found, isComparable: true) == .fail { return true }
            }
            return false
        }
        #expect(failures <= Binomial.most(of: trials, alpha))
    }
}
