// The history of versions: minutes joined into steps, calls and streams among them.

import Journal
import Recording
import Testing

@testable import Admin

@Suite struct HistoryDocumentTests {
    private func row(_ minute: Int, _ version: String, _ figures: VersionFigures) -> HistoryRow {
        HistoryRow(route: "r", version: version, minute: minute, share: 50_000, figures: figures)
    }

    @Test func minutesAreJoinedIntoSteps() throws {
        let made = FiguresMaking()
        made.countCalls()
        made.countStreams()
        made.count(FiguresMaking.outcome(), of: "v2")
        let document = HistoryDocument(
            route: "r",
            rows: [
                row(10, "v1", made.figures()), row(11, "v1", made.figures()),
                row(11, "v2", made.figures("v2")), row(15, "v1", made.figures("v2")),
            ], stepMinutes: 5)
        #expect(document.stepSeconds == 300)
        #expect(document.steps.map(\.second) == [600, 900])
        let first = try #require(document.steps.first?.versions.first)
        #expect(first.version == "v1" && first.requests == 32 && first.share == 50)
        #expect(first.errors == 2 * (3 + 2) && first.clientGone == 2)
        #expect(first.grpc == ["ok": 6, "unavailable": 4, "internal": 2])
        let streams = try #require(first.streams)
        #expect([streams.streams, streams.broken, streams.events] == [20, 4, 806])
        #expect(streams.eventsPerSecond == 20)
        #expect(abs((streams.eventGapMs["p50"] ?? 0) - 20) < 0.3)
        #expect(abs((first.firstByteMs["p50"] ?? 0) - 4) < 0.1)
        for plain in [document.steps.first?.versions.last, document.steps.last?.versions.first] {
            #expect(plain?.requests == 1)
            #expect(plain?.grpc == nil && plain?.streams == nil)
        }
    }

    @Test func withoutRowsThereAreNoSteps() {
        #expect(HistoryDocument(route: "r", rows: [], stepMinutes: 1).steps.isEmpty)
    }
}
