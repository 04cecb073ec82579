// A version's figures as they are kept.

import Recording

/// The form of `VersionFigures` on the disk, in few bytes: zeros at the end are left out, and a
/// release that counts more kinds can read what an earlier one wrote.
struct StoredFigures: Codable {
    private let statuses: [Int]
    private let kinds: [Int]
    /// `serverErrors`, `overrides`, `retries`, `receivedBytes`, `sentBytes`, `inFlight`.
    private let counts: [Int]
    private let firstByte: LatencyFigures
    private let total: LatencyFigures
    /// Nil for none.
    private let givenUp: LatencyFigures?

    init(_ figures: VersionFigures) {
        statuses = Self.trimmed(figures.statuses)
        kinds = Self.trimmed(figures.kinds)
        counts = Self.trimmed([
            figures.serverErrors, figures.overrides, figures.retries, figures.receivedBytes,
            figures.sentBytes, figures.inFlight,
        ])
        firstByte = figures.firstByte
        total = figures.total
        givenUp = figures.givenUp.count > 0 ? figures.givenUp : nil
    }

    /// The figures; nil if nobody could have counted them.
    var figures: VersionFigures? {
        var figures = VersionFigures()
        guard let statuses = Self.filled(statuses, to: figures.statuses.count),
            let kinds = Self.filled(kinds, to: figures.kinds.count),
            let counts = Self.filled(counts, to: 6), firstByte.isSound, total.isSound,
            givenUp?.isSound != false
        else { return nil }
        figures.statuses = statuses
        figures.kinds = kinds
        figures.serverErrors = counts[0]
        figures.overrides = counts[1]
        figures.retries = counts[2]
        figures.receivedBytes = counts[3]
        figures.sentBytes = counts[4]
        figures.inFlight = counts[5]
        figures.firstByte = firstByte
        figures.total = total
        figures.givenUp = givenUp ?? .none
        return figures
    }

    private static func trimmed(_ counts: [Int]) -> [Int] {
        Array(counts[..<((counts.lastIndex { $0 != 0 } ?? -1) + 1)])
    }

    private static func filled(_ counts: [Int], to length: Int) -> [Int]? {
        guard counts.count <= length,
            counts.allSatisfy({ (0...StoredValue.mostCount).contains($0) })
        else { return nil }
        return counts + [Int](repeating: 0, count: length - counts.count)
    }
}
