// The breaker: a candidate that is plainly broken is out at once, without statistics.

import Plan

/// Errors in a row, and the rate of errors over the last seconds, of the candidate beside the
/// stable version. Pure: time is counted by who asks.
struct BreakerWindow {
    /// Pieces of the window; older outcomes leave it piece by piece.
    private static let pieces = 20
    /// How much of the candidate's rate of errors the stable version must have to be as bad.
    private static let asBad = 0.75

    private struct Piece {
        var stableRequests = 0
        var stableErrors = 0
        var candidateRequests = 0
        var candidateErrors = 0
    }

    private let breaker: Canary.Breaker
    private var window: [Piece] = [Piece()]
    private var pieceMilliseconds = 0
    private var last: StepCounts
    private var longestSeen: Int

    /// A window that opens now: what was counted before tells nothing of the last seconds.
    init(_ breaker: Canary.Breaker, since counts: StepCounts = StepCounts()) {
        self.breaker = breaker
        last = counts
        longestSeen = counts.longestRun
    }

    /// Takes counts of a stratum and says what they mean for the breaker.
    mutating func take(_ counts: StepCounts, elapsedMilliseconds: Int) -> BreakerReading {
        advance(elapsedMilliseconds)
        let newest = window.count - 1
        window[newest].stableRequests += max(0, counts.stableRequests - last.stableRequests)
        window[newest].stableErrors += max(0, counts.stableErrors - last.stableErrors)
        window[newest].candidateRequests +=
            max(0, counts.candidateRequests - last.candidateRequests)
        window[newest].candidateErrors += max(0, counts.candidateErrors - last.candidateErrors)
        last = counts
        // A run that ended between two looks was one all the same; it is told once.
        let run =
            counts.longestRun > longestSeen ? counts.longestRun : counts.consecutiveErrors
        longestSeen = max(longestSeen, counts.longestRun)
        return reading(run)
    }

    private mutating func advance(_ elapsedMilliseconds: Int) {
        let length = max(1, breaker.withinMilliseconds / Self.pieces)
        pieceMilliseconds += max(0, elapsedMilliseconds)
        var turns = pieceMilliseconds / length
        pieceMilliseconds %= length
        turns = min(turns, Self.pieces)
        for _ in 0..<turns { window.append(Piece()) }
        if window.count > Self.pieces { window.removeFirst(window.count - Self.pieces) }
    }

    private func reading(_ run: Int) -> BreakerReading {
        let all = Self.sum(window[...])
        var trip: BreakerReading.Trip?
        if all.candidateRequests >= breaker.minRequests
            && Self.rate(all.candidateErrors, all.candidateRequests) >= breaker.errorRate
        {
            trip = .errorRate
        }
        if run >= breaker.consecutiveErrors { trip = .consecutiveErrors }
        let compared = trip == .consecutiveErrors ? stretch(of: run) : all
        let candidateRate = Self.rate(compared.candidateErrors, compared.candidateRequests)
        let stableRate = Self.rate(compared.stableErrors, compared.stableRequests)
        return BreakerReading(
            trip: trip,
            isStableAsBad: compared.stableErrors > 0 && stableRate >= Self.asBad * candidateRate,
            consecutiveErrors: run, stableRequests: compared.stableRequests,
            stableErrors: compared.stableErrors, candidateRequests: compared.candidateRequests,
            candidateErrors: compared.candidateErrors,
            withinMilliseconds: breaker.withinMilliseconds)
    }

    /// The newest pieces in which a run of so many errors lies: what was long before the run would
    /// make a candidate that has just died look better than it is.
    private func stretch(of run: Int) -> Piece {
        var first = window.count - 1
        var requests = window[first].candidateRequests
        while first > 0 && requests < run {
            first -= 1
            requests += window[first].candidateRequests
        }
        return Self.sum(window[first...])
    }

    private static func sum(_ pieces: ArraySlice<Piece>) -> Piece {
        pieces.reduce(into: Piece()) { sum, piece in
            sum.stableRequests += piece.stableRequests
            sum.stableErrors += piece.stableErrors
            sum.candidateRequests += piece.candidateRequests
            sum.candidateErrors += piece.candidateErrors
        }
    }

    private static func rate(_ errors: Int, _ requests: Int) -> Double {
        requests > 0 ? Double(errors) / Double(requests) : 0
    }
}
