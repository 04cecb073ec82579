// Waiting for conditions: asked again and again until a deadline.

import Foundation

/// Waits until something is so. Nothing here hopes that a pause is long enough.
enum Wait {
    /// The deadline of every wait that names no other.
    static let seconds = 30.0
    private static let pause = Duration.milliseconds(20)

    /// What did not come about in time.
    struct Failure: Error, CustomStringConvertible {
        let what: String
        let seconds: Double
        var description: String { "waited \(seconds) s in vain for \(what)" }
    }

    /// The first value that is not nil.
    static func value<T: Sendable>(
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
    static func until(
        _ what: @autoclosure () -> String, seconds: Double = Wait.seconds,
        _ condition: () async throws -> Bool
    ) async throws {
        _ = try await value(what(), seconds: seconds) { try await condition() ? true : nil }
    }
}
