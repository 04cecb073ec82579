// Streams measured as streams, and what gRPC says of a call.

import HTTPWire
import Plan
import Recording

extension Exchange {
    /// Chooses what an event of this answer is.
    func beginMeter(_ head: ResponseHead, _ base: UnsafeRawPointer, _ framing: BodyFraming) {
        if isGRPC {
            if let status = unsafe head.grpcStatus(base) { grpcStatus = status }
            meter = StreamMeter(.messages)
            return
        }
        let kind = unsafe head.streamKind(base, isEndless: framing.hasUnknownEnd)
        if kind != .none { meter = StreamMeter(kind) }
    }

    /// Whether the answer is a stream of events.
    var isStream: Bool { meter.kind != .none }

    /// Counts the events in a piece of the answer.
    func measure(_ bytes: UnsafeRawBufferPointer) {
        let events = unsafe meter.take(bytes)
        guard events > 0 else { return }
        for _ in 0..<events {
            let gap = gaps.note(now: worker.now, random: &worker.random)
            // A call by gRPC with one message is no stream: the first is told with the second.
            guard gap >= 0 || meter.kind != .messages else { continue }
            if gap >= 0 && meter.kind == .messages && gaps.events == 2 {
                version?.recorder.streamed(gapMicroseconds: -1)
            }
            version?.recorder.streamed(gapMicroseconds: gap)
        }
    }

    /// How the answer flowed, if it was a stream.
    var streamOutcome: StreamOutcome? {
        guard !isOverride, meter.kind != .none, meter.kind != .messages || gaps.events > 1 else {
            return nil
        }
        return StreamOutcome(events: gaps.events, drawnGapMicroseconds: gaps.drawnMicroseconds)
    }

    /// Whether nearly all the time has passed that the caller gave the call: its own clock began
    /// earlier than ours, so that it ends the call before we would.
    var hasCallerWaitedLong: Bool {
        guard hasCallersDeadline else { return false }
        let given = totalDeadline &- startedAt
        return worker.now &- startedAt >= given / 10 * 9
    }

    /// How a call is counted whose caller's time has passed.
    var callersDeadlineKind: OutcomeKind {
        let isError = route?.grpcErrors.contains(code: GRPCStatus.deadlineExceeded.rawValue) ?? true
        return isError ? .timeout : .clientGone
    }

    /// What gRPC says of the call; a service that says nothing is at fault.
    func grpcOutcome(_ kind: OutcomeKind) -> GRPCOutcome? {
        guard isGRPC, kind == .answered, let route else { return nil }
        let unknown = GRPCStatus.unknown.rawValue
        let status = grpcStatus >= 0 ? grpcStatus : unknown
        return GRPCOutcome(status: status, isError: route.grpcErrors.contains(code: status))
    }
}

extension StreamMeter {
    /// Whether no message is cut in two here.
    var isBetweenMessages: Bool { kind == .messages && !isInside }
}

extension GatewayError {
    /// The trailers that end an answer by gRPC with this error.
    var grpcTrailers: [UInt8] {
        let text = "grpc-status: \(grpcStatus.rawValue)\r\nx-sluice-error: \(slug)\r\n"
        return Array(text.utf8)
    }
}
