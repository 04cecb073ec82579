// A version's calls of gRPC as a value.

/// Calls by their status. An object that never changes, so that a version without such calls has no
/// more than a word for it.
package final class GRPCFigures: Sendable, Equatable {
    /// Statuses that gRPC knows: 0 … 16.
    package static let statusCount = 17

    /// Ended calls by the number of their status.
    package let statuses: [Int]
    /// Calls that were answered whole, with an HTTP status below 500, and whose status the route
    /// counts as an error of the version.
    package let errors: Int

    /// Makes figures of `statusCount` counts.
    package init(statuses: [Int], errors: Int) {
        self.statuses = statuses
        self.errors = errors
    }

    /// Ended calls.
    package var calls: Int { statuses.reduce(0, +) }

    func adding(_ other: GRPCFigures) -> GRPCFigures { combined(other, +) }

    /// What has come since `earlier`; all of it if the counters began anew.
    func since(_ earlier: GRPCFigures) -> GRPCFigures {
        let hasGrown =
            zip(statuses, earlier.statuses).allSatisfy { $0 >= $1 } && errors >= earlier.errors
        return hasGrown ? combined(earlier, -) : self
    }

    private func combined(
        _ other: GRPCFigures, _ operation: (Int, Int) -> Int
    ) -> GRPCFigures {
        GRPCFigures(
            statuses: zip(statuses, other.statuses).map(operation),
            errors: operation(errors, other.errors))
    }

    /// Whether the same was counted.
    package static func == (left: GRPCFigures, right: GRPCFigures) -> Bool {
        left.statuses == right.statuses && left.errors == right.errors
    }
}
