// One worker's counts of the calls of gRPC that one version answered.

/// Counters of calls by their status; made with the first call, so that others pay nothing.
final class GRPCRecorder: Sendable {
    private let statuses = InlineArray<17, Counter> { _ in Counter() }
    private let errorCount = Counter()

    /// A call has ended; on the writing thread only. `isError` if it counts against the version by
    /// nothing but its status.
    func ended(_ call: GRPCOutcome, isError: Bool) {
        statuses[Self.place(call.status)].add()
        if isError { errorCount.add() }
    }

    /// Calls that count against the version by nothing but their status.
    var errors: Int { errorCount.count }

    /// The figures now.
    func figures() -> GRPCFigures {
        // Errors first, so that they are never more than calls.
        let errors = errorCount.count
        return GRPCFigures(statuses: statuses.indices.map { statuses[$0].count }, errors: errors)
    }

    /// What gRPC does not know is 2, `unknown`.
    private static func place(_ status: Int) -> Int { (0..<17).contains(status) ? status : 2 }
}
