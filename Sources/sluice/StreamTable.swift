// What `sluice status` says of streams and calls of gRPC, below the table of versions: pure.

import Admin
import Verdict

/// Lays streams and calls out, a line for each version that has any; nothing where none has.
enum StreamTable {
    private static let streamHeads = [
        "STREAMS OF", "ENDED", "BROKEN", "BROKEN RATE (95 %)", "EVENTS", "EVENTS/S OF ONE",
        "GAP P50 ms", "GAP P99 ms", "TTFB P50 ms", "TTFB P99 ms",
    ]
    private static let callHeads = ["GRPC OF", "CALLS", "ERRORS", "BY STATUS"]

    static func lines(_ comparison: ComparisonDocument) -> [String] {
        let streams = comparison.versions.compactMap(streamRow)
        let calls = comparison.versions.compactMap(callRow)
        return (streams.isEmpty ? [] : TextTable.lines([streamHeads] + streams))
            + (calls.isEmpty ? [] : TextTable.lines([callHeads] + calls, left: [0, 3]))
    }

    private static func streamRow(_ version: ComparisonDocument.VersionDocument) -> [String]? {
        guard let streams = version.streams else { return nil }
        return [
            version.version, "\(streams.streams)", "\(streams.broken)",
            streams.brokenRate.map(StatusTable.rate) ?? "-", "\(streams.events)",
            streams.eventsPerSecond.map(FigureText.decimal) ?? "-",
            StatusTable.milliseconds(streams.eventGapMs["p50"]),
            StatusTable.milliseconds(streams.eventGapMs["p99"]),
            StatusTable.milliseconds(version.firstByteMs["p50"]),
            StatusTable.milliseconds(version.firstByteMs["p99"]),
        ]
    }

    private static func callRow(_ version: ComparisonDocument.VersionDocument) -> [String]? {
        guard let calls = version.grpc else { return nil }
        // The most frequent first.
        let statuses = calls.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return [
            version.version, "\(calls.values.reduce(0, +))",
            "\(version.errors["grpc_error"] ?? 0)",
            statuses.map { "\($0.key) \($0.value)" }.joined(separator: ", "),
        ]
    }
}
