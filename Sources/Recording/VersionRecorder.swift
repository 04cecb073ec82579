// One worker's figures of one version of a route.

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
    private let run: ErrorRun

    init(_ run: ErrorRun = ErrorRun(Alarm())) {
        self.run = run
    }

    /// A request of this version is under way.
    package func began() { begun.add() }

    /// An event of a stream was passed on, so long after the event before it; -1 for the first.
    package func streamed(gapMicroseconds: Int) {}

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
        guard outcome.kind == .answered else { return finishedOtherwise(outcome) }
        if outcome.status >= 500 {
            serverErrors.add()
            run.failed()
        } else {
            run.succeeded()
        }
        if outcome.firstByteMicroseconds >= 0 { firstByte.record(outcome.firstByteMicroseconds) }
        total.record(outcome.totalMicroseconds)
    }

    private func finishedOtherwise(_ outcome: Outcome) {
        if outcome.kind != .clientGone { run.failed() }
        // Whoever was waited for in vain would have taken at least so long.
        if outcome.kind == .clientGone || outcome.kind == .timeout {
            givenUp.record(outcome.totalMicroseconds)
        }
    }

    /// Ended requests that count for or against the version, and those of them that failed.
    package var judged: (requests: Int, errors: Int) {
        var errors = serverErrors.count
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
        return figures
    }
}
