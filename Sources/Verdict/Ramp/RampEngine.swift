// The ramp's state machine: what is counted goes in, decisions come out.

package import Plan
import Recording

/// One route's ramp. Pure: time is what callers say has passed, and nothing changes until a
/// decision is accepted, so that it can be written down first.
package struct RampEngine: Sendable {
    /// Guards look again once the evidence has grown by this part since the last look. Looking
    /// more often would be as valid, only dearer.
    private static let growth = 32
    /// … and not more often than this, but for errors.
    private static let leastPauseMilliseconds = 1_000
    /// The same of the candidate's errors alone, which say more.
    private static let errorGrowth = 8
    /// On a young step the figures are looked at in shorter blocks.
    private static let earlyMilliseconds = 60_000
    private static let lateBlocks = 4
    /// After this long the rest of the requests on a candidate that is out is no longer waited for.
    private static let drainMilliseconds = 120_000

    /// The ramp as the file has it.
    package let canary: Canary
    /// Where it stands.
    package private(set) var state: RampState
    /// The last counts of the present stratum.
    package private(set) var counts = StepCounts()
    /// What the breaker saw last; nil before the first look at a step.
    package private(set) var breakerReading: BreakerReading?
    /// The guards' answers when they were last asked.
    package private(set) var verdicts: [GuardVerdict]
    /// The sample-ratio check's last answer.
    package private(set) var sampleRatio: SampleRatioResult?

    private let tests: [GuardTest]
    private var window: BreakerWindow
    private var askedAt: StepCounts?
    private var sinceAskedMilliseconds = 0
    /// How each guard's figures scatter, and the evidence at the end of the last block.
    private var scatters: [GuardScatter]
    private var blockStart: StepEvidence?
    private var blockMilliseconds = 0
    private var blockOutcomes = 0
    private var mayRaise = true
    /// Whether a guard that fails is broken by the stable version just as well.
    private var isLimitBrokenByBoth = false
    private var drainedMilliseconds = 0

    /// A ramp that goes on from a state.
    package init(canary: Canary, state: RampState) {
        self.canary = canary
        self.state = state
        tests = Self.tests(canary)
        verdicts = canary.guards.map { _ in .inconclusive }
        scatters = canary.guards.map { _ in GuardScatter() }
        window = BreakerWindow(canary.breaker)
    }

    private static func tests(_ canary: Canary) -> [GuardTest] {
        canary.guards.map {
            GuardTest($0, alpha: canary.guardAlpha, beta: canary.missedRegression)
        }
    }

    /// Whether the stable version is served beside the candidate on this step.
    package var isComparable: Bool { state.share < BucketTable.bucketCount }

    /// The step's terms.
    package var step: Canary.Step { canary.steps[min(state.step, canary.steps.count - 1)] }

    /// The least evidence on this step: in requests of each version, or in compared pairs.
    package var wantedEvidence: Int { step.minRequests ?? canary.minRequests }

    /// Whether there is that much evidence.
    package var hasEnough: Bool {
        if step.countsPairs { return counts.pairs >= wantedEvidence }
        return counts.candidateRequests >= wantedEvidence
            && (!isComparable || counts.stableRequests >= wantedEvidence)
    }

    // MARK: Time passes

    /// Takes counts, and lets time pass; returns what is to be decided, if anything.
    ///
    /// `figures` is asked only when the guards have to look at latencies. With `mayRaise` false
    /// nothing is proposed that a journal would have to hold first.
    package mutating func tick(
        _ counts: StepCounts, elapsedMilliseconds: Int, mayRaise: Bool = true,
        figures: () -> StepEvidence
    ) -> Decision? {
        self.mayRaise = mayRaise
        switch state.phase {
        case .pending: return mayRaise ? started() : nil
        case .succeeded, .rolledBack, .aborted: return nil
        case .rollingBack:
            drainedMilliseconds += elapsedMilliseconds
            let isDrained =
                counts.candidateInFlight == 0 || drainedMilliseconds >= Self.drainMilliseconds
            return isDrained ? rolledBack() : nil
        case .step, .paused, .baking:
            state.watchedMilliseconds += max(0, elapsedMilliseconds)
            self.counts = counts
            // Read once: a decision shows the very figures that it rests on.
            var read: StepEvidence?
            return watch(elapsedMilliseconds) {
                let evidence = read ?? figures()
                read = evidence
                return evidence
            }
        }
    }

    private mutating func watch(
        _ elapsedMilliseconds: Int, _ figures: () -> StepEvidence
    ) -> Decision? {
        let reading = window.take(counts, elapsedMilliseconds: elapsedMilliseconds)
        breakerReading = reading
        if reading.trip != nil && !(isComparable && reading.isStableAsBad) {
            return rollback(.breaker, figures())
        }
        let hasEndedBlock = watchScatter(elapsedMilliseconds, figures)
        sinceAskedMilliseconds += max(0, elapsedMilliseconds)
        if isDue(counts) {
            askedAt = counts
            sinceAskedMilliseconds = 0
            askSampleRatio()
            askGuards(figures())
        } else if hasEndedBlock || isAboutToDecide {
            askGuards(figures())
        }
        if verdicts.contains(.fail) && !isLimitBrokenByBoth {
            return rollback(.guards, figures())
        }
        return hold(figures) ?? goOn(figures)
    }

    /// Whether the evidence has grown enough for the guards to look again.
    package func isDue(_ counts: StepCounts, afterMilliseconds more: Int = 0) -> Bool {
        // Also without the candidate: that nobody gets there, or that all give up waiting, shows.
        guard let asked = askedAt else {
            return counts.candidateRequests > 0 || counts.stableRequests > 0
        }
        let own = counts.candidateRequests - asked.candidateRequests
        let other = counts.stableRequests - asked.stableRequests
        let pairs = counts.pairs - asked.pairs
        let errors = counts.candidateErrors - asked.candidateErrors
        let differing = counts.differingPairs - asked.differingPairs
        if errors * Self.errorGrowth > asked.candidateErrors { return true }
        return sinceAskedMilliseconds + max(0, more) >= Self.leastPauseMilliseconds
            && (own * Self.growth > asked.candidateRequests
                || other * Self.growth > asked.stableRequests
                || pairs * Self.growth > asked.pairs
                || differing * Self.errorGrowth > asked.differingPairs)
    }

    /// Ends a block of time now and then, and has every guard look at what came in it; tells
    /// whether it did and anything came.
    private mutating func watchScatter(
        _ elapsedMilliseconds: Int, _ figures: () -> StepEvidence
    ) -> Bool {
        blockMilliseconds += max(0, elapsedMilliseconds)
        let isEarly = state.watchedMilliseconds < Self.earlyMilliseconds
        let length = Dispersion.blockMilliseconds * (isEarly ? 1 : Self.lateBlocks)
        guard blockMilliseconds >= length || blockStart == nil else { return false }
        // A silent block has no figures to read; nobody who knows no outcomes is silent.
        if blockStart != nil && counts.outcomes > 0 && counts.outcomes == blockOutcomes {
            blockMilliseconds = 0
            return false
        }
        blockOutcomes = counts.outcomes
        let evidence = figures()
        if let start = blockStart {
            let block = evidence.since(start)
            for index in scatters.indices {
                scatters[index].add(
                    block, of: evidence, for: tests[index].rule, milliseconds: blockMilliseconds)
            }
        }
        defer {
            blockStart = evidence
            blockMilliseconds = 0
        }
        return blockStart != evidence
    }

    private mutating func askGuards(_ evidence: StepEvidence) {
        verdicts = zip(tests, scatters).map { test, scatter in
            test.verdict(evidence, isComparable: isComparable, scatter: scatter)
        }
        let failing = zip(tests, verdicts).filter { $0.1 == .fail }.map(\.0)
        isLimitBrokenByBoth =
            isComparable && !failing.isEmpty
            && failing.allSatisfy { $0.isBrokenByStable(evidence) }
    }

    private mutating func askSampleRatio() {
        // Nobody is sent to a candidate in the shadow.
        sampleRatio =
            isComparable && !state.isMirrored
            ? SampleRatioTest.result(
                stable: counts.stableUnits, candidate: counts.candidateUnits,
                wanted: Double(state.share) / Double(BucketTable.bucketCount)) : nil
    }

    // MARK: Standing still

    /// What stands in the way of going on, whatever the guards say.
    package var obstacle: RampWait? {
        if breakerReading?.trip != nil || isLimitBrokenByBoth { return .stableIsBad }
        if state.heldFor == .stableIsBad && !isCalm { return .stableIsBad }
        // After a restart what was told stands until there is something new to look at.
        if askedAt == nil { return state.heldFor }
        return sampleRatio?.isMismatch == true ? .sampleRatio : nil
    }

    /// Whether the candidate's errors are well below what trips the breaker: an obstacle that is
    /// barely over would come and go, and fill the journal.
    private var isCalm: Bool {
        guard let reading = breakerReading else { return true }
        let most = canary.breaker.errorRate / 2 * Double(reading.candidateRequests)
        return reading.candidateErrors == 0 || Double(reading.candidateErrors) < most
    }

    /// Tells of an obstacle once when it comes, and once when it is gone.
    private func hold(_ figures: () -> StepEvidence) -> Decision? {
        let obstacle = obstacle
        guard obstacle != state.heldFor else { return nil }
        var after = state
        after.heldFor = obstacle
        let cause: DecisionCause =
            (obstacle ?? state.heldFor) == .sampleRatio ? .sampleRatio : .stableIsBad
        return decision(obstacle == nil ? .released : .held, cause, after, evidence: figures())
    }

    /// What the ramp is waiting for; empty when it is over.
    package var waits: [RampWait] {
        switch state.phase {
        case .succeeded, .rolledBack, .aborted: return []
        case .pending: return [.journal]
        case .rollingBack: return [.inFlight]
        case .paused: return [.resume]
        case .baking:
            var waits = [obstacle].compactMap(\.self)
            if state.watchedMilliseconds < canary.bakeMilliseconds { waits.append(.bake) }
            if !isProved { waits.append(.evidence) }
            return waits
        case .step:
            var waits: [RampWait] = []
            if let obstacle { waits.append(obstacle) }
            if state.watchedMilliseconds < step.holdMilliseconds { waits.append(.hold) }
            if !isProved { waits.append(.evidence) }
            if waits.isEmpty && step.needsApproval { waits.append(.approval) }
            return waits
        }
    }

    /// Whether there is enough evidence and every guard passes.
    private var isProved: Bool {
        hasEnough && verdicts.allSatisfy { $0 == .pass || $0 == .notComparable }
    }

    // MARK: Going on

    /// Whether time is up and only the guards' answer stands between now and a decision: they are
    /// asked once more, of the figures as they are now.
    private var isAboutToDecide: Bool {
        if obstacle != nil { return false }
        switch state.phase {
        case .baking: return isBaked
        case .step: return isPassed ? !isApprovalAsked : isDeadlinePassed
        default: return false
        }
    }

    private var isApprovalAsked: Bool { step.needsApproval && state.isApprovalAsked }

    /// Whether the bake has had its time, and evidence of its own: a silent one says nothing.
    private var isBaked: Bool {
        state.watchedMilliseconds >= canary.bakeMilliseconds && isProved
    }

    private var isPassed: Bool { state.watchedMilliseconds >= step.holdMilliseconds && isProved }

    /// Whether the step has had its time and some traffic, and came to no conclusion.
    private var isDeadlinePassed: Bool {
        // Without traffic nothing can be said: wait, never pass and never fail.
        let hasTraffic =
            counts.candidateRequests > 0 && (!isComparable || counts.stableRequests > 0)
        return state.watchedMilliseconds >= canary.deadlineMilliseconds && hasTraffic
            && !state.isDeadlineTold && !isProved
    }

    private func goOn(_ figures: () -> StepEvidence) -> Decision? {
        if obstacle != nil { return nil }
        switch state.phase {
        case .baking: return isBaked ? succeeded(.schedule, figures()) : nil
        case .step where isPassed:
            if step.needsApproval { return approvalAsked(figures) }
            return mayRaise ? next(.schedule, figures()) : nil
        case .step where isDeadlinePassed: return deadlinePassed(figures())
        default: return nil
        }
    }

    private func approvalAsked(_ figures: () -> StepEvidence) -> Decision? {
        if state.isApprovalAsked { return nil }
        var after = state
        after.isApprovalAsked = true
        return decision(.awaitingApproval, .schedule, after, evidence: figures())
    }

    private func deadlinePassed(_ evidence: StepEvidence) -> Decision {
        var after = state
        after.isDeadlineTold = true
        switch canary.onInconclusive {
        case .wait: return decision(.held, .deadline, after, evidence: evidence)
        case .pause:
            after.phase = .paused
            after.wasBaking = false
            return decision(.paused, .deadline, after, evidence: evidence)
        case .rollback: return rollback(.deadline, evidence)
        }
    }

    // MARK: Being changed

    /// Goes on from counts of before the last start: evidence, but nothing of the last seconds.
    package mutating func carry(_ counts: StepCounts) {
        self.counts = counts
        window = BreakerWindow(canary.breaker, since: counts)
    }

    /// Takes a decision over, once it is written down or must not wait for that.
    package mutating func accept(_ decision: Decision) {
        let isNewStratum = decision.after.stratum != state.stratum
        // Time may have passed while it was written down.
        let watched = state.watchedMilliseconds - decision.before.watchedMilliseconds
        state = decision.after
        if decision.after.watchedMilliseconds > 0 { state.watchedMilliseconds += max(0, watched) }
        drainedMilliseconds = 0
        if isNewStratum { forget() }
    }

    /// Every guard's answer with its figures, for people and for the journal.
    package func results(_ evidence: StepEvidence) -> [GuardResult] {
        zip(tests, scatters).map { test, scatter in
            test.result(evidence, isComparable: isComparable, scatter: scatter)
        }
    }

    private mutating func forget() {
        counts = StepCounts()
        breakerReading = nil
        verdicts = canary.guards.map { _ in .inconclusive }
        sampleRatio = nil
        window = BreakerWindow(canary.breaker)
        askedAt = nil
        sinceAskedMilliseconds = 0
        scatters = canary.guards.map { _ in GuardScatter() }
        blockStart = nil
        blockMilliseconds = 0
        isLimitBrokenByBoth = false
    }
}
