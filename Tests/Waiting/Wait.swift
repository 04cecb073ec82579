// Waiting for conditions: asked again and again, or at each event, until a deadline.

/// Waits until something is so. Nothing here hopes that a pause is long enough.
package enum Wait {
    /// The deadline of every wait that names no other.
    package static let seconds = 30.0
    private static let pause = Duration.milliseconds(20)

    /// What did not come about in time.
    package struct Failure: Error, CustomStringConvertible {
        let what: String
        let seconds: Double

        /// Says what was waited for.
        package var description: String { "waited \(seconds) s in vain for \(what)" }
    }

    /// The first value that is not nil.
    package static func value<T: Sendable>(
        _ what: @autoclosure () -> String, seconds: Double = Wait.seconds,
        _ body: () async throws -> T?
    ) async throws -> T {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(seconds)
        while true {
            if let value = try await body() { return value }
            if clock.now >= deadline { throw Failure(what: what(), seconds: seconds) }
            try await clock.sleep(for: pause)
        }
    }

    /// Until the condition holds.
    package static func until(
        _ what: @autoclosure () -> String, seconds: Double = Wait.seconds,
        _ condition: () async throws -> Bool
    ) async throws {
        _ = try await value(what(), seconds: seconds) { try await condition() ? true : nil }
    }

    /// Until the condition holds, which is looked at now and after each event. What changes it must
    /// tell of an event afterwards; the stream should keep the newest one for whoever comes late.
    package static func until(
        _ what: @autoclosure @escaping @Sendable () -> String, seconds: Double = Wait.seconds,
        after events: AsyncStream<Void>, _ condition: @escaping @Sendable () throws -> Bool
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                if try condition() { return }
                for await _ in events where try condition() { return }
                // Nothing more will be told: it is as it is.
                throw Failure(what: what(), seconds: seconds)
            }
            group.addTask {
                try await ContinuousClock().sleep(for: .seconds(seconds))
                throw Failure(what: what(), seconds: seconds)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
