// Our own judge: the engine that decides in the gateway, on one step of a usual ramp.

import Verdict

/// The step with the share in question, with the α that a guard has there in a ramp of five steps.
struct OurJudge: Judge {
    let lookMilliseconds: Int
    private var ramp: EngineRamp
    private let step: Int

    init(share: Double, lookMilliseconds: Int) {
        self.lookMilliseconds = lookMilliseconds
        ramp = EngineRamp(at: share)
        step = ramp.state.step
    }

    mutating func observe(_ tick: Tick) -> Judgement {
        guard tick.elapsedMilliseconds % lookMilliseconds == 0 else { return .goOn }
        ramp.observe(tick)
        switch ramp.state.phase {
        case .rollingBack, .rolledBack, .aborted: return .rollback
        case .baking, .succeeded: return .pass
        case .pending, .step, .paused: return ramp.state.step > step ? .pass : .goOn
        }
    }
}
