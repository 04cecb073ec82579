// Whether values from the disk could ever have been written: nothing traps on those that could.

import Plan
import Recording
import Verdict

extension RampState {
    /// Far more steps than a file can have.
    private static let mostSteps = 100_000

    /// Whether this could come from a ramp.
    var isSound: Bool {
        (0..<Self.mostSteps).contains(step) && (0...BucketTable.bucketCount).contains(share)
            && (0...StoredValue.mostCount).contains(stratum)
            && (0...StoredValue.mostCount).contains(watchedMilliseconds)
    }
}

extension StepEvidence {
    /// Whether this could come from recorders.
    var isSound: Bool {
        [stable, candidate].allSatisfy {
            (0...StoredValue.mostCount).contains($0.requests)
                && (0...$0.requests).contains($0.errors) && $0.latency.isSound
        }
    }
}

extension LatencyFigures {
    /// Whether many of these can be added up.
    var isSound: Bool { max(count, sumMicroseconds) <= StoredValue.mostCount }
}
