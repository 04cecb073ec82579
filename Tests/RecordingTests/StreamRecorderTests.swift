// What streams of events do to the figures of their version, while they flow and at their end.

import SeededRandom
import Testing

@testable import Recording

@Suite("Streams")
struct StreamRecorderTests {
    private func recorder(_ outcomes: [Outcome]) -> VersionRecorder {
        let recorder = VersionRecorder()
        for outcome in outcomes {
            recorder.began()
            recorder.finished(outcome)
        }
        return recorder
    }

    @Test("a version without streams has no figures of them")
    func none() {
        let recorder = recorder([.make(), .make(502, .reset)])
        #expect(recorder.figures().streams == nil)
        #expect(recorder.judgedStreams == (0, 0))
        #expect(recorder.drawnGaps == .none)
    }

    @Test("events and the gaps between them are counted while the stream flows")
    func live() throws {
        let recorder = VersionRecorder()
        recorder.began()
        for gap in [-1, 0, 20_000, 40_000] { recorder.streamed(gapMicroseconds: gap) }
        let streams = try #require(recorder.figures().streams)
        #expect(streams.events == 4 && streams.endedEvents == 0 && streams.streams == 0)
        #expect(streams.gaps.count == 3 && streams.gaps.sumMicroseconds == 60_000)
        #expect(streams.drawnGaps == .none && streams.eventsPerSecond == nil)
        // What has not ended is no evidence.
        #expect(recorder.drawnGaps == .none && recorder.judgedStreams == (0, 0))
    }

    /// How a stream ended: whole, broken or with its client gone.
    static let ends: [(kind: OutcomeKind, status: Int, whole: Int, broken: Int, gone: Int)] = [
        (.answered, 200, 1, 0, 0), (.answered, 500, 1, 0, 0), (.reset, 200, 0, 1, 0),
        (.timeout, 200, 0, 1, 0), (.protocolError, 200, 0, 1, 0), (.connect, 200, 0, 1, 0),
        (.unavailable, 200, 0, 1, 0), (.clientGone, 200, 0, 0, 1),
    ]

    @Test("a stream breaks by the version's fault alone", arguments: ends)
    func ended(kind: OutcomeKind, status: Int, whole: Int, broken: Int, gone: Int) throws {
        let recorder = recorder([
            .make(status, kind, total: 2_000_000, sent: 700, stream: .make(events: 5, drawn: 30))
        ])
        let streams = try #require(recorder.figures().streams)
        #expect([streams.whole, streams.broken, streams.clientGone] == [whole, broken, gone])
        #expect(streams.streams == 1 && streams.judged == 1 - gone)
        #expect(recorder.judgedStreams == (1 - gone, broken))
        #expect(streams.bytes == 700 && streams.microseconds == 2_000_000)
        #expect(streams.events == 0 && streams.endedEvents == 5)
        #expect(streams.eventsPerSecond == 2.5 && streams.bytesPerSecond == 350)
        // The drawn gap is a gap, however the stream ended.
        #expect(recorder.drawnGaps.count == 1 && recorder.drawnGaps.sumMicroseconds == 30)
        #expect(streams.drawnGaps == recorder.drawnGaps)
    }

    @Test("one gap of each stream is evidence, and none of a stream without two events")
    func drawn() {
        let recorder = recorder([
            .make(stream: .make(drawn: 10)), .make(stream: .make(events: 1, drawn: -1)),
            .make(stream: .make(drawn: 0)),
        ])
        for _ in 0..<100 { recorder.streamed(gapMicroseconds: 99_000) }
        #expect(recorder.drawnGaps.count == 2 && recorder.drawnGaps.sumMicroseconds == 10)
        #expect(recorder.judgedStreams == (3, 0))
    }

    @Test("a tester's stream is no evidence, and its events are shown")
    func overrides() throws {
        let recorder = recorder([.make(200, .reset, isOverride: true, stream: .make())])
        #expect(recorder.figures().streams == nil)
        recorder.streamed(gapMicroseconds: -1)
        let streams = try #require(recorder.figures().streams)
        #expect(streams.events == 1 && streams.streams == 0)
        #expect(recorder.judgedStreams == (0, 0) && recorder.drawnGaps == .none)
    }

    @Test("waits for a first byte are those of all answers, and of those who gave up without one")
    func firstBytes() {
        let recorder = recorder([
            .make(firstByte: 10), .make(200, .reset, firstByte: 20), .make(500, firstByte: 30),
            .make(200, .clientGone, firstByte: 40, total: 5_000),
            .make(200, .timeout, firstByte: 50, total: 5_000),
            .make(0, .clientGone, firstByte: -1, total: 600),
            .make(504, .timeout, firstByte: -1, total: 700),
            // Nobody can say how long these would have taken.
            .make(502, .reset, firstByte: -1, total: 8_000),
            .make(502, .connect, firstByte: -1, total: 8_000),
        ])
        #expect(recorder.firstByteWaits.count == 7)
        #expect(recorder.firstByteWaits.sumMicroseconds == 150 + 600 + 700)
        #expect(recorder.figures().firstByte.sumMicroseconds == 150)
        // The same who gave up, whatever they had got by then, waited so long for the end.
        #expect(recorder.figures().givenUp.sumMicroseconds == 11_300)
        #expect(recorder.figures().total.count == 2)
    }

    // MARK: Figures as values

    @Test("stretches of time add up to the whole")
    func since() {
        var random = SeededGenerator.announced("streams")
        let recorder = VersionRecorder()
        var sum = VersionFigures()
        var last = VersionFigures()
        for _ in 0..<SeededGenerator.rounds(60) {
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                recorder.streamed(gapMicroseconds: Int.random(in: -1...90_000, using: &random))
            }
            if Int.random(in: 0..<3, using: &random) == 0 {
                let kind = OutcomeKind.allCases.randomElement(using: &random) ?? .answered
                recorder.finished(
                    .make(
                        200, kind, total: Int.random(in: 0...9_000_000, using: &random),
                        stream: .make(drawn: Int.random(in: -1...90_000, using: &random))))
            }
            let now = recorder.figures()
            let stretch = now.since(last)
            // A stretch in which no stream did anything holds nothing of them.
            #expect(stretch.streams?.isEmpty != true)
            sum = sum.adding(stretch)
            last = now
        }
        #expect(sum == recorder.figures())
        #expect(last.since(last).streams == nil && last.since(last).isEmpty)
    }

    @Test("a stretch with nothing but events is not empty")
    func onlyEvents() {
        let recorder = VersionRecorder()
        recorder.began()
        recorder.streamed(gapMicroseconds: -1)
        let earlier = recorder.figures()
        recorder.streamed(gapMicroseconds: 7)
        var stretch = recorder.figures().since(earlier)
        #expect(stretch.streams?.events == 1 && stretch.streams?.gaps.count == 1)
        stretch.inFlight = 0
        #expect(!stretch.isEmpty)
    }

    @Test("counters that began anew are taken as they are")
    func anew() {
        var earlier = VersionFigures()
        earlier.streams = StreamFigures(whole: 1, events: 9, microseconds: 5)
        var later = VersionFigures()
        later.streams = StreamFigures(whole: 1, events: 2, microseconds: 7)
        #expect(later.since(earlier).streams == later.streams)
        #expect(VersionFigures().since(earlier).streams == nil)
        #expect(later.since(VersionFigures()).streams == later.streams)
    }

    @Test("the figures of a window and of all workers hold the streams too")
    func windows() throws {
        let registry = RecorderRegistry(workers: 2)
        let key = VersionKey(route: "r", version: "v1")
        var history = FigureHistory()
        for second in 0..<10 {
            for worker in 0..<2 {
                let recorder = registry.version(worker: worker, route: "r", version: "v1")
                recorder.streamed(gapMicroseconds: 1_000)
                recorder.finished(.make(stream: .make(events: 1, drawn: -1)))
            }
            history.add(registry.snapshot().versions, second: second)
        }
        #expect(registry.snapshot().versions[key]?.streams?.events == 20)
        let window = try #require(history.window(seconds: 4, now: 9)[key]?.streams)
        #expect(window.events == 8 && window.whole == 8 && window.gaps.count == 8)
    }
}
