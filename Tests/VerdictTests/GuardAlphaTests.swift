// The probability of a false rollback is shared out over guards and steps.

import Plan
import Testing

@Suite struct GuardAlphaTests {
    @Test(arguments: [(1, 1), (2, 5), (3, 4)])
    func allGuardsOnAllStepsStayWithinTheWhole(guards: Int, steps: Int) {
        let canary = RampMaking.canary(
            shares: (1...steps).map { $0 * 1_000 },
            guards: Array(
                repeating: Guard(metric: .errorRate, limit: .maxIncrease(0.005)), count: guards))
        // The bake is a stretch of its own.
        let sum = canary.guardAlpha * Double(guards * (steps + 1))
        #expect(abs(sum - canary.falseRollback) < 1e-12)
    }
}
