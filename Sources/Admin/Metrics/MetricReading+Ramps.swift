// What is told of ramps.

import Control
import Plan
import Verdict

extension MetricReading {
    mutating func readRamps(_ state: GatewayState) {
        let ramps = state.ramps.sorted { $0.key < $1.key }
        begin(.rampPhase)
        for (route, ramp) in ramps {
            for phase in RampPhase.allCases {
                sample(ramp.phase == phase ? 1 : 0, [route, phase.rawValue])
            }
        }
        begin(.rampStep)
        for (route, ramp) in ramps { sample(ramp.step + 1, [route]) }
        begin(.rampShare)
        for (route, ramp) in ramps {
            sample(Double(ramp.share) / Double(BucketTable.bucketCount), [route])
        }
        begin(.decisions)
        // Kinds that were never decided are there too: else the first rollback would be the first
        // sample, and nobody could see that the counter has grown.
        for route in Set(state.ramps.keys).union(state.decisions.keys).sorted() {
            for kind in DecisionKind.allCases {
                sample(state.decisions[route]?[kind] ?? 0, [route, kind.rawValue])
            }
        }
    }
}
