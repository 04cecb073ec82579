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

    init() {}

    /// A request of this version is under way.
    package func began() { begun.add() }

    /// A request that began has ended.
    package func finished(_ outcome: Outcome) {
        ended.add()
        receivedBytes.add(outcome.receivedBytes)
        sentBytes.add(outcome.sentBytes)
        if outcome.retries > 0 { retries.add(outcome.retries) }
        if outcome.isOverride {
            overrides.add()
            return
        }
        statuses[min(max(outcome.status / 100, 0), 5)].add()
        kinds[outcome.kind.rawValue].add()
        guard outcome.kind == .answered else { return }
        if outcome.status >= 500 { serverErrors.add() }
        if outcome.firstByteMicroseconds >= 0 { firstByte.record(outcome.firstByteMicroseconds) }
        total.record(outcome.totalMicroseconds)
    }

    /// The figures now.
    package func figures() -> VersionFigures {
        var figures = VersionFigures()
        let endedNow = ended.count
        figures.inFlight = max(0, begun.count - endedNow)
        figures.overrides = overrides.count
        figures.retries = retries.count
        figures.receivedBytes = receivedBytes.count
        figures.sentBytes = sentBytes.count
        for index in statuses.indices { figures.statuses[index] = statuses[index].count }
        for index in kinds.indices { figures.kinds[index] = kinds[index].count }
        figures.serverErrors = serverErrors.count
        figures.firstByte = firstByte.figures()
        figures.total = total.figures()
        return figures
    }
}
