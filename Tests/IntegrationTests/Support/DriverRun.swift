// One run of a driver, shared by the tests that look at a row of it each.

import Testing

/// A driver that is run once, when the first test asks for it.
actor DriverRun {
    /// What a run left.
    struct Outcome: Sendable {
        let rows: [String: ClientResult]
        /// The gateway's figures after it.
        let metrics: Metrics
    }

    private let body: @Sendable () async throws -> Outcome
    private var task: Task<Outcome, any Error>?

    init(_ body: @escaping @Sendable () async throws -> Outcome) {
        self.body = body
    }

    /// What the run left; all who ask share one run.
    func outcome() async throws -> Outcome {
        let body = body
        let task = self.task ?? Task { try await body() }
        self.task = task
        return try await task.value
    }

    /// The row must have found what was wanted.
    func expect(_ name: String) async throws {
        let row = try #require(await outcome().rows[name], "no row \(name)")
        let missed = row.missed ?? ""
        #expect(row.missed == nil, "\(name)\n  wanted: \(row.wanted)\n  came: \(missed)")
    }
}
