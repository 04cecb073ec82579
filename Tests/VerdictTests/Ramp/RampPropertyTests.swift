// Whatever happens in whatever order, a ramp keeps its invariants.

import Foundation
import Plan
import SeededRandom
import Testing

@testable import Verdict

@Suite struct RampPropertyTests {
    /// A gateway in which anything may happen, and what must hold whatever does.
    private struct World {
        var random: SeededGenerator
        var ramp: RampDriver
        /// While it is broken, raises are not accepted.
        var isJournalBroken = false
        /// Whether a rollback or an abort forbids a share.
        var isLatched = false
        var mood = Mood.good
        var edits = 0

        enum Mood: CaseIterable { case quiet, good, scant, slow, bad, dead, bothDead, skewed, odd }

        init(using random: SeededGenerator) {
            self.random = random
            ramp = RampDriver(Self.canary(using: &self.random))
            ramp.streams = [0, 0.5].randomElement(using: &self.random) ?? 0
            ramp.shadow = (0, 0.1, 0)
        }

        static func canary(using random: inout SeededGenerator) -> Canary {
            var shares = Set(
                [1_000, 5_000, 25_000, 50_000, 99_999, 100_000].shuffled(using: &random)
                    .prefix(Int.random(in: 1...4, using: &random))
            ).sorted()
            if shares.isEmpty { shares = [1_000] }
            let guards = [
                Guard(metric: .errorRate, limit: .maxIncrease(0.01)),
                Guard(metric: .latencyP50, limit: .maxRatio(1.5)),
                Guard(metric: .latencyP90, limit: .max(100_000)),
                Guard(metric: .streamErrors, limit: .maxIncrease(0.02)),
                Guard(metric: .agreement, limit: .min(0.9)),
                Guard(metric: .agreement, limit: .min(0.95), isControlled: true),
            ].filter { _ in Bool.random(using: &random) }
            return RampMaking.canary(
                shares: shares, holdMilliseconds: [0, 500].randomElement(using: &random) ?? 0,
                minRequests: [1, 100].randomElement(using: &random) ?? 1,
                bakeMilliseconds: [0, 1_000].randomElement(using: &random) ?? 0,
                approveAt: Int.random(in: 0...4, using: &random), guards: guards,
                onInconclusive: [.wait, .pause, .rollback].randomElement(using: &random) ?? .wait,
                deadlineMilliseconds: 2_000,
                shadow: [nil, 1, 500].randomElement(using: &random) ?? nil,
                countsPairs: Bool.random(using: &random))
        }

        // MARK: What happens

        mutating func happen() throws {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<70: try time()
            case 70..<80: try verb()
            case 80..<86: mood = Mood.allCases.randomElement(using: &random) ?? .good
            case 86..<91: isJournalBroken.toggle()
            case 91..<96: try ramp.restart(keepingCounts: Bool.random(using: &random))
            case 96..<98: try terms()
            default: try candidate()
            }
        }

        private mutating func time() throws {
            let requests = [10, 2_000, 300_000].randomElement(using: &random) ?? 0
            ramp.areSharesKept = mood != .skewed
            ramp.latency.candidate = mood == .slow ? 200_000 : 20_000
            ramp.shadow?.disagreement = mood == .odd ? 0.3 : 0.01
            switch mood {
            case .quiet: break
            case .scant: ramp.serve(3)
            case .good, .slow, .skewed, .odd: ramp.serve(requests)
            case .bad: ramp.serve(requests, stableErrors: 0.01, candidateErrors: 0.1)
            case .dead: ramp.serve(requests, candidateErrors: 1)
            case .bothDead: ramp.serve(requests, stableErrors: 1, candidateErrors: 1)
            }
            ramp.counts.candidateInFlight = Int.random(in: 0...1, using: &random)
            let before = ramp.state
            let elapsed = Int.random(in: 0...600, using: &random)
            guard let decision = ramp.propose(after: elapsed) else { return try check(before) }
            try take(decision, before)
            // Nothing has come since: the same is not decided again.
            if let next = ramp.propose(after: 0), !isRefused(decision) {
                let isSame = next.kind == decision.kind && next.cause == decision.cause
                try #require(!isSame || next.after.step != decision.after.step)
            }
        }

        private mutating func verb() throws {
            let verb = RampVerb.allCases.randomElement(using: &random) ?? .promote
            let before = ramp.state
            let decision: Decision
            do {
                decision = try ramp.engine.ask(
                    verb, actor: "ann", reason: "", evidence: ramp.evidence)
            } catch {
                try #require(!error.description.isEmpty)
                return
            }
            try take(decision, before)
        }

        private mutating func terms() throws {
            let before = ramp.state
            let engine = RampEngine(canary: Self.canary(using: &random), state: before)
            ramp.engine = engine
            edits += 1
            try take(
                engine.reconfigured(stable: "v1", terms: "\(edits)"), before, isFile: true)
        }

        private mutating func candidate() throws {
            edits += 1
            let before = ramp.state
            let next = RampState(
                stable: "v1", candidate: "v2", digest: "\(edits)", stratum: before.stratum + 1)
            try take(ramp.engine.candidateChanged(to: next), before, isFile: true)
        }

        // MARK: What must hold

        private func isRefused(_ decision: Decision) -> Bool {
            isJournalBroken && decision.raisesShare
        }

        /// Accepts a decision as the gateway would; files are not adopted while the journal is
        /// broken, which is not tried here.
        private mutating func take(
            _ decision: Decision, _ before: RampState, isFile: Bool = false
        ) throws {
            try #require(decision.after != decision.before, "nothing changes")
            try #require((10..<300).contains(decision.summary.count), "\(decision.summary)")
            if !isFile && isRefused(decision) {
                var unwatched = ramp.state
                unwatched.watchedMilliseconds = before.watchedMilliseconds
                try #require(unwatched == before, "a refused raise leaves no trace")
                return
            }
            ramp.accept(decision)
            switch decision.kind {
            case .rollingBack: isLatched = true
            case .retried, .candidateChanged: isLatched = false
            default: break
            }
            if decision.raisesShare {
                try #require([.started, .advanced, .reconfigured].contains(decision.kind))
            }
            try check(before)
        }

        private func check(_ before: RampState) throws {
            let state = ramp.state
            switch state.phase {
            case .pending, .rollingBack, .rolledBack, .aborted: try #require(state.share == 0)
            case .step, .paused, .baking:
                try #require(state.share == ramp.engine.canary.steps[state.step].share)
            case .succeeded: try #require(state.share > 0)
            }
            if isLatched { try #require(state.share == 0) }
            if state.isMirrored {
                try #require(state.step == 0 && ramp.engine.canary.steps[0].isMirrored)
                try #require(ramp.engine.sampleRatio == nil && state.heldFor != .sampleRatio)
            }
            if state.share != before.share { try #require(state.stratum > before.stratum) }
            try #require(state.stratum >= before.stratum)
            let isSameStretch =
                state.stratum == before.stratum
                && (state.phase == before.phase || state.phase != .baking)
                && !state.phase.isFinal
            if isSameStretch {
                try #require(state.watchedMilliseconds >= before.watchedMilliseconds)
            }
        }
    }

    @Test func invariantsHoldWhateverHappens() throws {
        var random = SeededGenerator.announced("ramps")
        var seen: Set<DecisionKind> = []
        for _ in 0..<SeededGenerator.rounds(80) {
            var world = World(using: SeededGenerator(seed: random.next()))
            for _ in 0..<120 { try world.happen() }
            seen.formUnion(world.ramp.kinds)
        }
        // Everything was tried, but for a ramp that is removed: nothing is left to be checked then.
        #expect(seen == Set(DecisionKind.allCases).subtracting([.removed]))
    }

    @Test func theStateSurvivesItsJSON() throws {
        var random = SeededGenerator.announced("states")
        for _ in 0..<SeededGenerator.rounds(5) {
            var world = World(using: SeededGenerator(seed: random.next()))
            for _ in 0..<40 {
                try world.happen()
                let data = try JSONEncoder().encode(world.ramp.decisions.last)
                let decision = try JSONDecoder().decode(Decision?.self, from: data)
                #expect(decision == world.ramp.decisions.last)
            }
        }
    }
}
