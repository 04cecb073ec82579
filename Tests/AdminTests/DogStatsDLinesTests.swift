// Lines of DogStatsD: what they say of counts, gauges and times, and what cannot break them.

import Control
import Plan
import Recording
import SeededRandom
import Testing

@testable import Admin

@Suite struct DogStatsDLinesTests {
    private static let settings = DogStatsDSettings(address: .udp(host: "127.0.0.1", port: 8_125))

    private func reading(_ registry: RecorderRegistry, route: String = "r") -> MetricReading {
        let good = ReloadResult(isSuccessful: true, second: 5, problems: [])
        return MetricReading(
            GatewayState(
                plan: Plan(
                    revision: 3, gateway: GatewaySettings(), limits: Plan.Limits(), routes: []),
                reload: good, certificates: good, isDraining: false, startSecond: 1,
                snapshot: registry.snapshot(), certificateEnds: ["a": 77]))
    }

    @Test func countsAreWhatHasComeSinceTheLastTime() {
        let made = FiguresMaking()
        var lines = DogStatsDLines(Self.settings)
        made.count(FiguresMaking.outcome())
        made.count(FiguresMaking.outcome())
        let first = lines.next(reading(made.registry))
        let own = "route:r,version:v1"
        #expect(first.contains("sluice.requests_total:2|c|#\(own),status:2xx"))
        #expect(first.contains("sluice.sent_bytes_total:8000|c|#\(own)"))
        // What has not been counted is not told, a gauge is told each time.
        #expect(!first.contains { $0.contains("status:5xx") })
        #expect(first.contains("sluice.requests_in_flight:0|g|#\(own)"))
        #expect(first.contains("sluice.certificate_expiry_timestamp_seconds:77|g|#certificate:a"))
        made.count(FiguresMaking.outcome(503))
        let second = lines.next(reading(made.registry))
        #expect(second.contains("sluice.requests_total:1|c|#\(own),status:5xx"))
        #expect(second.contains("sluice.sent_bytes_total:4000|c|#\(own)"))
        #expect(!second.contains { $0.contains("status:2xx") })
        #expect(second.contains("sluice.requests_in_flight:0|g|#\(own)"))
        #expect(!lines.next(reading(made.registry)).contains { $0.contains("|c") })
    }

    @Test func countsThatBeganAnewAreToldWhole() {
        let (many, few) = (FiguresMaking(), FiguresMaking())
        for _ in 0..<5 { many.count(FiguresMaking.outcome()) }
        for _ in 0..<2 { few.count(FiguresMaking.outcome()) }
        var lines = DogStatsDLines(Self.settings)
        _ = lines.next(reading(many.registry))
        let next = lines.next(reading(few.registry))
        let own = "#route:r,version:v1"
        #expect(next.contains("sluice.requests_total:2|c|\(own),status:2xx"))
        #expect(next.contains("sluice.request_duration_seconds:0.009024|d|@0.5|\(own)"))
    }

    /// Pairs that an earlier process compared were told by it.
    @Test func countsThatOutliveARestartAreNotToldTwice() {
        let made = ShadowMaking()
        let reading = MetricReading(made.state)
        var lines = DogStatsDLines(Self.settings)
        lines.begin(reading)
        let first = lines.next(reading)
        #expect(first.contains { $0.hasPrefix("sluice.shadow_requests_total:12|c|") })
        #expect(!first.contains { $0.hasPrefix("sluice.shadow_pairs_total:") })
        var unknowing = DogStatsDLines(Self.settings)
        #expect(unknowing.next(reading).contains { $0.hasPrefix("sluice.shadow_pairs_total:8|c|") })
    }

    @Test func timesAreTheirBucketsAsOftenAsTheyWereMeasured() throws {
        var random = SeededGenerator(seed: 7)
        let made = FiguresMaking()
        var wanted: [Int: Int] = [:]
        for _ in 0..<4_000 {
            // Half of them in one bucket, more than one line can say.
            let total =
                Bool.random(using: &random) ? 9_000 : Int.random(in: 1...90_000_000, using: &random)
            wanted[LatencyBuckets.index(of: total), default: 0] += 1
            made.count(FiguresMaking.outcome(firstByte: 1, total: total))
        }
        var lines = DogStatsDLines(Self.settings)
        let line =
            /sluice\.request_duration_seconds:([0-9.]+)\|d(?:\|@([0-9.]+))?\|#route:r,version:v1/
        var found: [Int: Int] = [:]
        for text in lines.next(reading(made.registry)) {
            guard let match = text.wholeMatch(of: line) else { continue }
            let seconds = try #require(Double(match.1))
            let rate = try #require(Double(match.2 ?? "1"))
            // As agents do it: the reciprocal, cut down.
            found[LatencyBuckets.index(of: Int(seconds * 1_000_000)), default: 0] += Int(1 / rate)
        }
        #expect(found == wanted)
    }

    @Test func everyRepeatIsReadAsItWasMeant() throws {
        for count in 2...DogStatsDLines.mostRepeats {
            let text = "\(DogStatsDLines.rate(count))"
            #expect(!text.contains("e"), "\(text)")
            let rate = try #require(Double(text))
            #expect(Int(1 / rate) == count && rate < 1, "\(count)")
        }
    }

    @Test func numbersHaveNoExponents() {
        let wanted: [(Double, String?)] = [
            (0, "0"), (0.000_001, "0.000001"), (0.000_000_4, "0"), (-0.000_000_4, "0"),
            (1.5, "1.5"), (-2.25, "-2.25"), (1_800_000_000, "1800000000"), (0.1 + 0.2, "0.3"),
            (.nan, nil), (.infinity, nil), (1e300, nil),
        ]
        for (value, text) in wanted { #expect(DogStatsDLines.decimal(value) == text, "\(value)") }
    }

    @Test func namesAndTagsOfTheFileStandInEveryLine() {
        var settings = Self.settings
        settings.prefix = "models.edge"
        settings.tags = [.init(name: "env", value: "staging"), .init(name: "team", value: "a:b")]
        let made = FiguresMaking()
        made.count(FiguresMaking.outcome())
        var lines = DogStatsDLines(settings)
        let all = lines.next(reading(made.registry))
        #expect(
            all.allSatisfy { $0.hasPrefix("models.edge.") && $0.hasSuffix("env:staging,team:a:b") })
        #expect(all.contains("models.edge.config_revision:3|g|#env:staging,team:a:b"))
    }

    @Test func hostileNamesBreakNeitherLineNorTag() {
        let registry = RecorderRegistry(workers: 1)
        let name = "a,b|c\nd\r\u{0}\u{85}\u{2028}é" + String(repeating: "ü", count: 300)
        registry.version(worker: 0, route: name, version: "v:1").finished(FiguresMaking.outcome())
        var lines = DogStatsDLines(Self.settings)
        let own = lines.next(reading(registry)).filter { $0.contains("route:") }
        #expect(!own.isEmpty)
        for line in own {
            #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
            let tags = line.split(separator: "#", maxSplits: 1)[1].split(separator: ",")
            #expect(tags[0].hasPrefix("route:a_b_c_d____é") && tags[1] == "version:v:1", "\(line)")
            #expect(tags[0].utf8.count <= 200)
        }
    }

    @Test func datagramsAreFullAndNotOverfull() {
        let lines = (1...100).map { String(repeating: "x", count: $0) }
        let datagrams = DogStatsDLines.datagrams(lines, atMost: 256)
        let texts = datagrams.map { String(decoding: $0, as: UTF8.self) }
        #expect(texts.flatMap { $0.split(separator: "\n") }.map(String.init) == lines)
        #expect(texts.allSatisfy { (1...256).contains($0.utf8.count) })
        for (text, next) in zip(texts, texts.dropFirst()) {
            let first = next.prefix { $0 != "\n" }
            #expect(text.utf8.count + 1 + first.utf8.count > 256)
        }
        #expect(DogStatsDLines.datagrams([], atMost: 256).isEmpty)
    }
}
