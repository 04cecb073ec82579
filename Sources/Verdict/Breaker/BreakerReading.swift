// What the breaker saw when it was asked.

/// The breaker's figures of both versions in its stretch of time.
package struct BreakerReading: Sendable, Equatable, Codable {
    /// What tripped it.
    package enum Trip: String, Sendable, Codable, CaseIterable {
        case consecutiveErrors = "consecutive_errors"
        case errorRate = "error_rate"
    }

    /// What tripped it; nil if nothing did.
    package let trip: Trip?
    /// Whether the stable version is just as bad in the same time.
    package let isStableAsBad: Bool
    /// The candidate's errors in a row, the most since it was last asked.
    package let consecutiveErrors: Int
    /// Judged requests and errors of each version in the stretch.
    package let stableRequests: Int
    package let stableErrors: Int
    package let candidateRequests: Int
    package let candidateErrors: Int
    /// The stretch, in milliseconds.
    package let withinMilliseconds: Int
}
