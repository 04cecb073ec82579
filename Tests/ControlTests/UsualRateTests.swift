// What is usual at this hour: weeks before days, and nothing without a past.

import Foundation
import Journal
import Recording
import Testing

@testable import Control

@Suite struct UsualRateTests {
    @Test(
        arguments: [
            ([:], nil), ([1: 5, 2: 6], nil), ([1: 5, 2: 600, 3: 7], 7.0),
            ([1: 5, 2: 6, 3: 7, 4: 8], 6.5),
            // Two weeks say more than any number of days.
            ([1: 5, 2: 6, 3: 7, 7: 100, 14: 200], 150), ([1: 5, 2: 6, 7: 100], 6),
            ([7: 1, 14: 2, 21: 9, 28: 3], 2.5),
        ] as [([Int: Double], Double?)])
    func isTheMedian(rates: [Int: Double], wanted: Double?) {
        #expect(UsualRates.usual(rates) == wanted)
    }

    private static let minute = 30_000_000
    private static let day = 1_440

    private func figures(_ requests: Int) -> VersionFigures {
        var figures = VersionFigures()
        figures.kinds[OutcomeKind.answered.rawValue] = requests
        return figures
    }

    @Test func comesFromTheSameHour() throws {
        let outbox = try WebhookOutbox()
        var rows: [HistoryRow] = []
        for daysAgo in 1...7 {
            // At the middle of the hour, at both of its ends, and just outside.
            for (offset, requests) in [
                (0, 3_600), (-30, 1_800), (29, 1_800), (-31, 9_999), (30, 9_999),
            ] {
                rows.append(
                    HistoryRow(
                        route: "a", version: offset < 0 ? "v1" : "v2",
                        minute: Self.minute - daysAgo * Self.day + offset, share: 1,
                        figures: figures(requests)))
            }
        }
        try outbox.journal.append(history: rows)
        var usual = UsualRates()
        try usual.refresh(
            ["a", "b"], in: outbox.journal, minute: Self.minute, historyMinutes: 7 * Self.day)
        try usual.refresh(
            ["a", "b"], in: outbox.journal, minute: Self.minute, historyMinutes: 7 * Self.day)
        #expect(usual.perSecond == ["a": 2])
        // What is known holds for a while, and what is not asked for is forgotten.
        try usual.refresh(
            ["a"], in: outbox.journal, minute: Self.minute + 5, historyMinutes: 7 * Self.day)
        #expect(usual.perSecond == ["a": 2])
        try usual.refresh(
            ["b"], in: outbox.journal, minute: Self.minute + 6, historyMinutes: 7 * Self.day)
        #expect(usual.perSecond.isEmpty)
        // Of a history of three days only two are whole.
        try usual.refresh(
            ["a"], in: outbox.journal, minute: Self.minute, historyMinutes: 3 * Self.day)
        #expect(usual.perSecond.isEmpty)
    }
}
