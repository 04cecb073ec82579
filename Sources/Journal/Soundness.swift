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
        [stable, candidate].allSatisfy { version in
            (0...StoredValue.mostCount).contains(version.requests)
                && (0...version.requests).contains(version.errors)
                && (0...StoredValue.mostCount).contains(version.streams)
                && (0...version.streams).contains(version.brokenStreams)
                && [version.latency, version.firstByte, version.eventGaps].allSatisfy(\.isSound)
        }
    }
}

extension LatencyFigures {
    /// Whether many of these can be added up.
    var isSound: Bool { max(count, sumMicroseconds) <= StoredValue.mostCount }
}
