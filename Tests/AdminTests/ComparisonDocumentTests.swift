// The comparison of versions: calls of gRPC and streams beside requests, only where there are any.

import Foundation
import Plan
import Recording
import Testing

@testable import Admin

@Suite struct ComparisonDocumentTests {
    private let made = FiguresMaking()

    private func version(
        _ index: Int = 0
    ) throws -> ComparisonDocument.VersionDocument {
        let document = ComparisonDocument(FiguresMaking.route, made.versions, windowSeconds: 60)
        return try #require(document.versions.dropFirst(index).first)
    }

    @Test func withoutCallsAndStreamsNothingIsSaidOfThem() throws {
        made.count(FiguresMaking.outcome())
        made.count(FiguresMaking.outcome(502, .reset, firstByte: -1))
        let document = try version()
        #expect(document.grpc == nil && document.streams == nil)
        #expect(document.errors["grpc_error"] == nil)
        let text = String(decoding: try JSONEncoder().encode(document), as: UTF8.self)
        #expect(!text.contains("grpc") && !text.contains("stream"))
        #expect(try version(1).requests == 0)
    }

    @Test func callsAreShownByTheirStatus() throws {
        made.countCalls()
        let document = try version()
        #expect(document.grpc == ["ok": 3, "unavailable": 2, "internal": 1])
        #expect(document.errors["grpc_error"] == 2 && document.errors["server_error"] == 1)
        // Every error has one kind.
        #expect(document.errors.values.reduce(0, +) == made.figures().errors)
        #expect(document.errorRate?.value == 0.5)
        #expect(try version(1).grpc == nil)
    }

    @Test func streamsAreShownWithHowFarTheyAreKnown() throws {
        made.countStreams()
        let streams = try #require(try version().streams)
        #expect(streams.streams == 10 && streams.broken == 2 && streams.clientGone == 1)
        let rate = try #require(streams.brokenRate)
        #expect(abs(rate.value - 2.0 / 9) < 1e-12)
        #expect(rate.low > 0 && rate.low < rate.value && rate.high > rate.value && rate.high < 1)
        #expect(streams.events == 403)
        #expect(streams.eventsPerSecond == 20 && streams.bytesPerSecond == 2_000)
        let drawn = try #require(streams.eventGapMs["p50"])
        #expect(abs(drawn.value - 20) < 0.3 && drawn.low <= drawn.value)
        // Ten streams say nothing of what one in a hundred does at most.
        #expect(streams.eventGapMs["p99"]?.high == nil)
        #expect(Set(streams.eventGapMs.keys) == ["p50", "p90", "p95", "p99"])
        let all = try #require(streams.allGapsMs["p50"])
        #expect(abs(all - 50) < 0.5)
        // First bytes of all of them, whole or not.
        #expect(try version().firstByteMs["p50"] != nil)
        #expect(made.figures().firstByte.count == 10)
    }

    @Test func beforeTheFirstStreamEndsItsEventsAreShown() throws {
        made.recorder().began()
        made.recorder().streamed(gapMicroseconds: -1)
        let streams = try #require(try version().streams)
        #expect(streams.events == 1 && streams.streams == 0)
        #expect(streams.brokenRate == nil && streams.eventsPerSecond == nil)
        #expect(streams.eventGapMs.isEmpty && streams.allGapsMs.isEmpty)
    }

    @Test func namesOfStatusesSurviveTheNamingOfKeys() throws {
        made.count(FiguresMaking.outcome(grpc: GRPCOutcome(status: 4, isError: true)))
        made.countStreams()
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let data = try encoder.encode(try version())
        let text = String(decoding: data, as: UTF8.self)
        for name in ["deadline_exceeded", "events_per_second", "event_gap_ms", "broken_rate"] {
            #expect(text.contains("\"\(name)\":"), "\(name)")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let read = try decoder.decode(ComparisonDocument.VersionDocument.self, from: data)
        #expect(read.grpc == ["deadline_exceeded": 1] && read.errors["grpc_error"] == 1)
        #expect(read.streams?.events == 403)
    }
}
