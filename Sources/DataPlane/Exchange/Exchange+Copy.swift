// An exchange that sends a copy of a request: nobody waits for its answer but a shadow's leg.

import HTTPWire
import NIOCore
import Plan
import Recording

extension Exchange {
    /// The head, as it was written for the endpoint.
    var headCopy: ByteBuffer {
        var copy = worker.buffers.take()
        unsafe request.withUnsafeReadableBytes { bytes in
            _ = unsafe copy.writeBytes(UnsafeRawBufferPointer(rebasing: bytes.prefix(headCount)))
        }
        return copy
    }

    /// Begins to copy a request on this way; with a length the body goes without chunks and is of
    /// this length. False if its head is none.
    func beginCopy(
        _ leg: ShadowLeg, _ beginning: MirrorBeginning, _ route: RouteState, _ head: ShadowHead,
        length: Int?
    ) -> Bool {
        reset(length.map { .length(UInt64($0)) } ?? beginning.framing)
        // Never sent a second time.
        isCopyWhole = false
        client = .nobody(worker.nobody)
        self.route = route
        version = route.versions[0]
        isOverride = false
        method = beginning.method
        expectsContinue = false
        isUpgrade = false
        isGRPC = beginning.isGRPC
        totalDeadline = startedAt &+ UInt64(route.timeouts.totalMilliseconds) &* 1_000_000
        hasCallersDeadline = false
        continueDeadline = .max
        identifier = beginning.identifier
        if request.capacity == 0 { request = worker.buffers.take() }
        if let seed = beginning.trace, worker.tracer != nil {
            trace = ExchangeTrace(copying: seed, isControl: leg.isControl, &worker.random)
        }
        guard head.write(beginning.head, length: length, trace?.place, into: &request) else {
            return false
        }
        headCount = request.readableBytes
        watcher = leg
        version?.recorder.began()
        return true
    }
}
