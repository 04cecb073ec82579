// One worker's figures of one version of a route.

import Synchronization

/// Counters of a version, written by one worker.
package final class VersionRecorder: Sendable {
    private let begun = Counter()
    private let ended = Counter()
    private let overrides = Counter()
    private let retries = Counter()
    private let receivedBytes = Counter()
    private let sentBytes = Counter()
    private let statuses = InlineArray<6, Counter> { _ in Counter() }
    private let kinds = InlineArray<7, Counter> { _ in Counter() }
    private let serverErrors = Counter()
    private let firstByte = LatencyHistogram()
    private let total = LatencyHistogram()
    private let givenUp = LatencyHistogram()
    // What most versions never have is made when it is needed.
    private let unanswered = AtomicLazyReference<LatencyHistogram>()
    private let grpc = AtomicLazyReference<GRPCRecorder>()
    private let streams = AtomicLazyReference<StreamRecorder>()
    private let comparedPairs = Counter()
    private let differingPairs = Counter()
    private let run: ErrorRun

    init(_ run: ErrorRun = ErrorRun(Alarm())) {
        self.run = run
    }

    /// A request of this version is under way.
    package func began() { begun.add() }

    /// An event of a stream was passed on, so long after the event before it; -1 for the first.
    /// Like bytes, these are shown whoever asked for the stream: evidence is what `finished` is
    /// told.
    package func streamed(gapMicroseconds: Int) {
        streamRecorder.streamed(gapMicroseconds: gapMicroseconds)
    }

    /// A request that began has ended.
    package func finished(_ outcome: Outcome) {
        // Last, so that whoever sees nothing under way sees everything counted.
        defer { ended.add() }
        receivedBytes.add(outcome.receivedBytes)
        sentBytes.add(outcome.sentBytes)
        if outcome.retries > 0 { retries.add(outcome.retries) }
        if outcome.isOverride {
            overrides.add()
            return
        }
        statuses[min(max(outcome.status / 100, 0), 5)].add()
        kinds[outcome.kind.rawValue].add()
        let isGRPCError =
            outcome.kind == .answered && outcome.status < 500 && outcome.grpc?.isError == true
        if let call = outcome.grpc {
            (grpc.load() ?? grpc.storeIfNil(GRPCRecorder())).ended(call, isError: isGRPCError)
        }
        if let stream = outcome.stream, outcome.isTimed { streamRecorder.ended(stream, outcome) }
        if outcome.isTimed { recordFirstByte(outcome) }
        guard outcome.kind == .answered else { return finishedOtherwise(outcome) }
        if outcome.status >= 500 { serverErrors.add() }
        if outcome.status >= 500 || isGRPCError { run.failed() } else { run.succeeded() }
        if outcome.isTimed { total.record(outcome.totalMicroseconds) }
    }

    /// The first byte of an answer that broke off later is a first byte all the same. Were only
    /// whole answers counted, a version whose slow streams break would look fast.
    private func recordFirstByte(_ outcome: Outcome) {
        if outcome.firstByteMicroseconds >= 0 {
            firstByte.record(outcome.firstByteMicroseconds)
        } else if Self.isGivenUp(outcome.kind) {
            (unanswered.load() ?? unanswered.storeIfNil(LatencyHistogram()))
                .record(outcome.totalMicroseconds)
        }
    }

    private func finishedOtherwise(_ outcome: Outcome) {
        if outcome.kind != .clientGone { run.failed() }
        // Whoever was waited for in vain would have taken at least so long.
        if Self.isGivenUp(outcome.kind) && outcome.isTimed {
            givenUp.record(outcome.totalMicroseconds)
        }
    }

    private static func isGivenUp(_ kind: OutcomeKind) -> Bool {
        kind == .clientGone || kind == .timeout
    }

    private var streamRecorder: StreamRecorder {
        streams.load() ?? streams.storeIfNil(StreamRecorder())
    }

    /// Two answers to one request have been compared.
    package func compared(differs: Bool) {
        // First, so that there are never more that differ than there are.
        comparedPairs.add()
        if differs { differingPairs.add() }
    }

    // MARK: Evidence

    /// Pairs of answers that could be compared, and those of them that differ.
    package var pairs: (compared: Int, differing: Int) {
        let differing = differingPairs.count
        return (max(comparedPairs.count, differing), differing)
    }

    /// Ended requests that count for or against the version, and those of them that failed.
    package var judged: (requests: Int, errors: Int) {
        var errors = serverErrors.count + (grpc.load()?.errors ?? 0)
        for kind in OutcomeKind.failures { errors += kinds[kind.rawValue].count }
        var requests = 0
        for index in kinds.indices { requests += kinds[index].count }
        // Read last, so that errors are never more than requests.
        requests -= kinds[OutcomeKind.clientGone.rawValue].count
        return (max(requests, errors), errors)
    }

    /// Ended requests, whatever became of them.
    package var outcomes: Int { ended.count }

    /// Requests under way.
    package var inFlight: Int {
        let ended = ended.count
        return max(0, begun.count - ended)
    }

    /// How long requests took, or had waited when they were given up.
    package var waits: LatencyFigures { total.figures().adding(givenUp.figures()) }

    /// How long first bytes took, or had been waited for when the request was given up.
    package var firstByteWaits: LatencyFigures {
        firstByte.figures().adding(unanswered.load()?.figures() ?? .none)
    }

    /// Ended streams that count for or against the version, and those of them that broke.
    package var judgedStreams: (streams: Int, broken: Int) { streams.load()?.judged ?? (0, 0) }

    /// Of each ended stream with two events or more, one of the times between them.
    package var drawnGaps: LatencyFigures { streams.load()?.drawn ?? .none }

    // MARK: Figures

    /// The figures now.
    package func figures() -> VersionFigures {
        var figures = VersionFigures()
        figures.inFlight = inFlight
        figures.overrides = overrides.count
        figures.retries = retries.count
        figures.receivedBytes = receivedBytes.count
        figures.sentBytes = sentBytes.count
        for index in statuses.indices { figures.statuses[index] = statuses[index].count }
        for index in kinds.indices { figures.kinds[index] = kinds[index].count }
        figures.serverErrors = serverErrors.count
        figures.firstByte = firstByte.figures()
        figures.total = total.figures()
        figures.givenUp = givenUp.figures()
        figures.grpc = grpc.load()?.figures()
        figures.streams = streams.load()?.figures()
        return figures
    }
}
